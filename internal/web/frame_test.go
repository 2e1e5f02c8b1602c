package web_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"go.uber.org/zap"

	"curfew/internal/web"
)

// TestAssets: files are served under their hash for ever, under another one with a question back, and with their types.
func TestAssets(t *testing.T) {
	s := newSite(t, everything())
	page := s.get("/")
	for _, n := range append(elements(page.doc, "link"), elements(page.doc, "script")...) {
		at, ok := attribute(n, "href")
		if !ok {
			at, _ = attribute(n, "src")
		}
		p := s.get(at)
		if p.Code != http.StatusOK || !strings.Contains(p.Header().Get("Cache-Control"), "immutable") || p.Header().Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %d %v", at, p.Code, p.Header())
		}
		parts := strings.Split(at, "/")
		old := s.get("/assets/0123/" + parts[len(parts)-1])
		if old.Code != http.StatusOK || old.Header().Get("Cache-Control") != "no-cache" {
			t.Errorf("%s under another hash: %d %v", at, old.Code, old.Header())
		}
	}
	for _, path := range []string{"/assets/0/layout.html", "/assets/0/..", "/assets/0/none.css"} {
		if p := s.get(path); p.Code == http.StatusOK {
			t.Errorf("%s is served", path)
		}
	}
}

// TestRefusals: who is refused sees a page that says what to do; a stranger sees nothing of the runtime.
func TestRefusals(t *testing.T) {
	f := everything()
	w := web.New(web.Options{Backend: f, Views: f, Log: zap.NewNop(), Problem: problem, Now: nowAs})
	s := newSite(t, f)
	for _, tt := range []struct {
		status   int
		stranger bool
		title    string
	}{{404, false, "Not found"}, {403, true, "Not allowed"}, {429, true, "Too many tries"}, {500, false, "Something went wrong"}} {
		out := httptest.NewRecorder()
		w.Refuse(out, httptest.NewRequest(http.MethodGet, "/sessions?x=<b>", nil), tt.status, "the <b>reason</b>", tt.stranger)
		p := s.sentOf(out)
		s.lint("a refusal", p)
		got := text(p.doc)
		if out.Code != tt.status || !strings.Contains(got, tt.title) || !strings.Contains(got, "the <b>reason</b>") || strings.Contains(got, "Jobs") == tt.stranger {
			t.Errorf("%d %s", out.Code, got)
		}
	}
}
