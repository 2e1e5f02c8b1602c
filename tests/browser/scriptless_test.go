package browser

import "testing"

// TestWithoutScripts: every page can be read without JavaScript: it has the same headings, tables and links as with it, and
// no part that stays empty.
func TestWithoutScripts(t *testing.T) {
	t.Parallel()
	s := quietDay.site(t)
	v, bare := s.visitor(), s.visitor()
	bare.withoutScripts()
	for _, p := range s.places() {
		v.goes(p.path)
		bare.goes(p.path)
		with, without := value[string](v, outline), value[string](bare, outline)
		if with != without {
			t.Errorf("%s without JavaScript has\n%s\n\nand with it\n%s", p.name, without, with)
		}
		if text := value[string](bare, `document.querySelector("main").innerText.trim()`); len(text) < 40 {
			t.Errorf("%s without JavaScript says only %q", p.name, text)
		}
	}
}

// TestScriptsAreOff: the tab of [TestWithoutScripts] really runs none: the box for all jobs, which a script shows, is hidden.
func TestScriptsAreOff(t *testing.T) {
	t.Parallel()
	s := newSite(t, file(ordinary[7:8], "http://127.0.0.1:9", true))
	v, bare := s.visitor(), s.visitor()
	bare.withoutScripts()
	v.goes("/jobs")
	v.until("the box", css("#everything")+"?.checkVisibility()")
	bare.goes("/jobs")
	if value[bool](bare, css("#everything")+".checkVisibility()") {
		t.Error("scripts run")
	}
}

// outline is what a page consists of for a reader: headings, tables, lists of terms, links and buttons.
const outline = `[...document.querySelectorAll("main :is(h1, h2, h3, th, dt, a[href], summary)")].filter(e => e.checkVisibility())
	.map(e => e.tagName + " " + e.textContent.trim().replace(/\s+/g, " ").replace(/([\d.,:]+(ms|[smhd])?)+/g, "#")).join("\n")`
