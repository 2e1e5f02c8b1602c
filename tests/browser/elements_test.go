package browser

import (
	"encoding/json"
	"fmt"

	"github.com/chromedp/chromedp"
)

// Elements of a page are named by expressions of JavaScript: css and named make them.

// quoted is a text as JavaScript has it.
func quoted(text string) string {
	raw, _ := json.Marshal(text) // a text can always be written
	return string(raw)
}

// css is the first element that a selector finds.
func css(selector string) string { return fmt.Sprintf("document.querySelector(%s)", quoted(selector)) }

// named is the first visible link or button within an element that has that text or label, as a person sees or hears it.
func named(within, text string) string {
	return fmt.Sprintf(`[...(%s?.querySelectorAll("a, button, summary, input[type=submit]") ?? [])].find(e =>
		(e.innerText.trim() === %[2]s || e.getAttribute("aria-label") === %[2]s || e.value === %[2]s) && e.getClientRects().length)`, within, quoted(text))
}

// anywhere is the whole page.
const anywhere = "document.body"

// shows is whether the first element that a selector finds shows a text.
func shows(selector, text string) string {
	return fmt.Sprintf("(document.querySelector(%s)?.innerText ?? \"\").includes(%s)", quoted(selector), quoted(text))
}

// not is the opposite.
func not(condition string) string { return "!(" + condition + ")" }

// clicks clicks an element as soon as it is there and nothing covers it. Both are one step of the page, so that a live part
// that is replaced meanwhile is no race.
func (v *visitor) clicks(what, element string) {
	v.t.Helper()
	v.until(what+" to be clicked", fmt.Sprintf(`(() => {
		const e = %s;
		if (!e || e.disabled) return false;
		e.scrollIntoView({block: "center", inline: "center"});
		const r = e.getClientRects()[0];
		if (!r) return false;
		const top = document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2);
		if (!top || !(e === top || e.contains(top) || top.control === e || [...(e.labels ?? [])].includes(top))) return false;
		e.click();
		return true;
	})()`, element))
}

// types types a text into a field that a selector finds, in place of what it holds. The field is found and focused in one
// step: the page may replace a part of itself at any time, but not one whose field is used.
func (v *visitor) types(selector, text string) {
	v.t.Helper()
	v.until("to type into "+selector, fmt.Sprintf(`(() => {
		const e = %s;
		if (!e || e.disabled) return false;
		e.focus();
		e.select?.();
		return document.activeElement === e;
	})()`, css(selector)))
	v.do("type into "+selector, chromedp.KeyEvent(text))
}
