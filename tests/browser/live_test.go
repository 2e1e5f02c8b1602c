package browser

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestFocusStays: a part of the page that is replaced because something happened keeps the focus where it was: who uses a
// keyboard would have to begin at the top again.
func TestFocusStays(t *testing.T) {
	t.Parallel()
	s := newSite(t, file(ordinary[5:8], "http://127.0.0.1:9", true))
	v := s.visitor()
	v.goes("/jobs")
	link := css(`#jobs a[href="/jobs/` + calm + `"]`)
	v.until("the job", link)
	value[bool](v, link+`.focus() || true`)
	value[bool](v, `(window.first = `+link+`) && true`)
	if _, err := s.Client.Pause(t.Context(), calm); err != nil {
		t.Fatal(err)
	}
	v.until("the pause", shows("#jobs", "paused"))
	v.until("the link to be a new one", link+" !== window.first")
	if got := value[string](v, "document.activeElement.outerHTML"); got != value[string](v, link+".outerHTML") {
		t.Errorf("the focus has gone to %.200s", got)
	}
	v.do("press enter", chromedp.KeyEvent(kb.Enter))
	v.until("the job", `location.pathname === "/jobs/`+calm+`"`)
}
