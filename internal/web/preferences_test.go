package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// TestPreferences: what is chosen is remembered by the browser, and the page goes on where it was.
func TestPreferences(t *testing.T) {
	s := newSite(t, everything())
	p := s.post("/preferences", url.Values{"zone": {"browser"}, "back": {"/sessions?limit=1"}}, reader)
	if p.Code != http.StatusSeeOther || p.Header().Get("Location") != "/sessions?limit=1" || p.cookies()["curfew_zone"].Value != "browser" {
		t.Errorf("%d %v", p.Code, p.Header())
	}
	if p := s.post("/preferences", url.Values{"theme": {"dark"}}); p.cookies()["curfew_theme"].Value != "dark" {
		t.Errorf("%d %v", p.Code, p.Header())
	}
	if p := s.post("/preferences", url.Values{"theme": {"<b>"}}); p.Code != 400 || len(p.cookies()) > 0 || !strings.Contains(text(p.doc), `"<b>" is not a valid theme`) {
		t.Errorf("%d %v %s", p.Code, p.Header(), text(p.doc))
	}
	if theme, _ := attribute(elements(s.get("/", cookie("curfew_theme", "dark")).doc, "html")[0], "data-theme"); theme != "dark" {
		t.Errorf("the theme is %q", theme)
	}
}

// TestBack: an order goes on at this site, wherever the form says.
func TestBack(t *testing.T) {
	s := newSite(t, everything())
	for back, want := range map[string]string{
		"/jobs?q=a%20b": "/jobs?q=a%20b", "": "/", "https://evil.example": "/", "//evil.example": "/", `/\evil.example`: "/",
		"/\r\nSet-Cookie: a=b": "/", "javascript:alert(1)": "/", "jobs": "/", "/%2F/evil.example": "/%2F/evil.example", "http:/jobs": "/",
		"/\t/evil.example": "/",
	} {
		if p := s.post("/preferences", url.Values{"back": {back}}); p.Header().Get("Location") != want {
			t.Errorf("%q leads to %q, want %q", back, p.Header().Get("Location"), want)
		}
	}
}

// TestZones: in which zone a page shows times.
func TestZones(t *testing.T) {
	s := newSite(t, everything())
	for _, tt := range []struct{ mode, browser, want string }{
		{"", "", "06:43:20 UTC"},
		{"job", "Asia%2FTokyo", "06:43:20 UTC"}, // a session belongs to no job
		{"utc", "Asia%2FTokyo", "06:43:20 UTC"},
		{"browser", "Asia%2FTokyo", "15:43:20 JST"},
		{"browser", "", "06:43:20 UTC"},
		{"browser", "..%2F..%2Fetc%2Fpasswd", "06:43:20 UTC"},
		{"browser", "Local", "06:43:20 UTC"},
		{"browser", strings.Repeat("x", 100), "06:43:20 UTC"},
		{"nonsense", "%", "06:43:20 UTC"},
	} {
		p := s.get("/sessions", cookie("curfew_zone", tt.mode), cookie("curfew_browser_zone", tt.browser))
		if got := text(p.byID(t, "sessions")); !strings.Contains(got, tt.want) {
			t.Errorf("%+v: %s", tt, got)
		}
	}
}
