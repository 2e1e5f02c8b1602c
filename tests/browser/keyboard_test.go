package browser

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// maxTabs bounds how often the key is pressed on one page.
const maxTabs = 600

// reachable counts what can be operated on the page: what is shown, not disabled, and not taken out of the order. Of a
// group of radio buttons one has a place in it.
const reachable = `(() => {
	window.operable = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")].filter(e =>
		!e.disabled && e.type !== "hidden" && e.tabIndex >= 0 && e.checkVisibility({visibilityProperty: true}) &&
		!(e.type === "radio" && !e.checked && document.querySelector("input[type=radio][name=" + CSS.escape(e.name) + "]:checked")));
	window.reached = new Set();
	return window.operable.length;
})()`

// step tells where the focus is after a key: what it is, whether it can be seen there, and whether that is new.
const step = `(() => {
	const e = document.activeElement;
	if (!e || e === document.body) return {What: "", Seen: true, New: false};
	const stays = e === window.last; // a field of a date has several places within
	window.last = e;
	e.scrollIntoView({block: "nearest"}); // a part above it may have grown since the key
	const style = getComputedStyle(e), r = e.getBoundingClientRect();
	const isNew = stays || !window.reached.has(e);
	window.reached.add(e);
	return {
		What: e.outerHTML.slice(0, 160), New: isNew,
		Seen: r.width > 0 && r.bottom > 0 && r.top < innerHeight && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0,
	};
})()`

const missed = `window.operable.filter(e => e.isConnected && !window.reached.has(e)).map(e => e.outerHTML.slice(0, 160))`

// TestKeyboard: the tab key alone reaches everything on every page that can be operated, and the focus can be seen.
func TestKeyboard(t *testing.T) {
	t.Parallel()
	s := quietDay.site(t)
	v := s.visitor()
	for _, p := range s.places() {
		v.goes(p.path)
		v.tabs(p.name, value[int](v, reachable))
	}
}

// tabs presses the key until the focus is back at the top.
func (v *visitor) tabs(where string, operable int) {
	v.t.Helper()
	if operable == 0 {
		v.t.Errorf("%s: nothing can be operated", where)
	}
	for range maxTabs {
		v.do("press tab", chromedp.KeyEvent(kb.Tab))
		at := value[struct {
			What      string
			Seen, New bool
		}](v, step)
		if at.What == "" || !at.New {
			break
		}
		if !at.Seen {
			v.t.Errorf("%s: the focus cannot be seen at %s", where, at.What)
		}
	}
	for _, e := range value[[]string](v, missed) {
		v.t.Errorf("%s: the tab key does not reach %s", where, e)
	}
}
