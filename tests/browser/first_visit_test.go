package browser

import (
	"strings"
	"testing"
)

// TestFirstVisit: the link of `curfew open` lets a browser in, once. It stays in, and whoever uses the link after it, or
// comes without one, is told what to do and sees nothing of the runtime.
func TestFirstVisit(t *testing.T) {
	t.Parallel()
	s := newSite(t, file(ordinary[7:8], "http://127.0.0.1:9", true))
	link := strings.TrimPrefix(s.link(), s.base)
	v := visits(t, s.base)
	v.goes(link)
	v.until("the overview", shows("h1", "Overview"))
	if at := value[string](v, "location.pathname + location.search"); at != "/" {
		t.Errorf("the link leads to %s: what lets people in stays in the address", at)
	}
	if cookies := value[string](v, "document.cookie"); strings.Contains(cookies, "session") {
		t.Errorf("scripts can read %q", cookies)
	}
	v.goes("/jobs")
	v.until("the job", shows("main", calm))

	for _, path := range []string{link, "/", "/jobs"} {
		stranger := visits(t, s.base)
		stranger.allows("is answered 40[13]|status of 40[13]")
		stranger.goes(path)
		stranger.until("what to do", shows("main", "curfew open"))
		if text := value[string](stranger, "document.body.innerText"); strings.Contains(text, calm) || strings.Contains(text, "Jobs") {
			t.Errorf("%s shows a stranger %q", path, text)
		}
	}
}

// TestTokenForm: who has the token of the API can sign in with it, and sign out.
func TestTokenForm(t *testing.T) {
	t.Parallel()
	s := newSite(t, file(ordinary[7:8], "http://127.0.0.1:9", true))
	v := visits(t, s.base)
	v.allows("is answered 401|status of 401")
	v.goes("/jobs")
	v.types("input[name=token]", s.token())
	v.clicks("Sign in", named("document.querySelector('main')", "Sign in"))
	v.until("the job", shows("main", calm))
	if at := value[string](v, "location.pathname"); at != "/jobs" {
		t.Errorf("after the sign-in the browser is at %s", at)
	}
	v.clicks("Sign out", named(anywhere, "Sign out"))
	v.until("the form", css("input[name=token]"))
}
