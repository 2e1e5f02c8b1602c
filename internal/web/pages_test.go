package web_test

import (
	"net/http"
	"strings"
	"testing"

	"curfew/internal/contract"
	"curfew/messages"
)

// visited has a path for every page.
var visited = map[string][]string{
	"GET /{$}":      {"/"},
	"GET /sessions": {"/sessions", "/sessions?limit=1"},
	"GET /jobs": {
		"/jobs", "/jobs?q=nothing", "/jobs?state=held&sort=next&dir=down&limit=2&tag=a&failing=true", "/jobs?after=b&session=gone&managed_by=api",
	},
	"GET /runs": {"/runs", "/runs?job=brief&status=held&since=2027-01-15T07:00", "/runs?job=none", "/runs?limit=1&after=x"},
	"GET /runs/{id}": {
		"/runs/failed", "/runs/held", "/runs/gone", "/runs/of-queued", "/runs/of-running", "/runs/of-backing_off", "/runs/of-succeeded",
	},
	"GET /tree":      {"/tree", "/tree?supervisor=shell-0", "/tree?job=brief&state=idle&after=a"},
	"GET /bus":       {"/bus", "/bus?before=3", "/bus?job=none", "/bus?session=few&since=1"},
	"GET /bus/{seq}": {"/bus/1", "/bus/3"},

	"GET /sessions/{name}/sign-in": {"/sessions/default/sign-in"},
}

// files are answered with something that is no page.
var files = map[string]bool{"GET /bus/export": true}

// everything is a backend with something of all kinds, also with long names.
func everything() *fake {
	return &fake{Backend: newJobs(30), Views: newJobs(30), overview: busy(), jobs: jobsFake{rows: manyJobs()}, run: someRuns(), sessions: []contract.Session{
		{
			Name: "a-session-with-a-name-that-is-as-long-as-names-may-be-63-letters", State: messages.StateClosed, Held: 12345,
			Reason: contract.OrNull("401 <script>alert(1)</script>"), Since: messages.At(now.Add(-1e12)),
		},
		{Name: "default", State: messages.StateOpen, Since: messages.At(now.Add(-3e12)), Jobs: 3},
		{Name: "probing", State: messages.StateProbing, Since: messages.At(now)},
	}}
}

// TestEveryPage: every page, to everybody and in all settings, is as pages have to be.
func TestEveryPage(t *testing.T) {
	s := newSite(t, everything())
	for _, m := range s.all {
		method, _, _ := strings.Cut(m.Pattern, " ")
		if method != http.MethodGet || m.Public || files[m.Pattern] {
			continue
		}
		if len(visited[m.Pattern]) == 0 {
			t.Errorf("no path for %s is visited: add one to visited", m.Pattern)
		}
		for _, path := range visited[m.Pattern] {
			for name, how := range map[string][]asking{
				"":                 {},
				" for a reader":    {reader},
				" in a zone, dark": {cookie("curfew_zone", "browser"), cookie("curfew_browser_zone", "Asia%2FTokyo"), cookie("curfew_theme", "dark")},
			} {
				p := s.get(path, how...)
				if p.Code != http.StatusOK {
					t.Errorf("%s%s: %d %s", path, name, p.Code, p.Body)
				}
				s.lint(path+name, p)
			}
			s.hidesOrders(path)
		}
	}
}

// hidesOrders: who may only look sees no form that changes something.
func (s *site) hidesOrders(path string) {
	s.t.Helper()
	for _, form := range elements(s.get(path, reader).doc, "form") {
		to, _ := attribute(form, "action")
		if method, _ := attribute(form, "method"); method == "post" && to != "/preferences" && to != "/sign-out" {
			s.t.Errorf("%s shows a reader the order %s", path, to)
		}
	}
}

// TestOrdersOfReaders: whoever may only look is refused every order.
func TestOrdersOfReaders(t *testing.T) {
	s := newSite(t, everything())
	for _, m := range s.all {
		method, path, _ := strings.Cut(m.Pattern, " ")
		if method != http.MethodPost || m.Public || path == "/preferences" {
			continue
		}
		if p := s.post(path, nil, reader); p.Code != http.StatusForbidden {
			t.Errorf("%s: %d", m.Pattern, p.Code)
		} else {
			s.lint(path, p)
		}
	}
}
