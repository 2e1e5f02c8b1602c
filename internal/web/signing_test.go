package web_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"go.uber.org/zap"

	"curfew/internal/web"
)

// doorman lets one ticket and one token in.
type doorman struct{ used bool }

var errStranger = errors.New("this is not valid")

func (d *doorman) Redeem(_ *http.Request, ticket string) (*http.Cookie, error) {
	if d.used || ticket != "TICKET" {
		return nil, errStranger
	}
	d.used = true
	return &http.Cookie{Name: "in", Value: "yes"}, nil
}

func (d *doorman) Present(_ *http.Request, token string) (*http.Cookie, error) {
	if token != "a-secret" {
		return nil, errStranger
	}
	return &http.Cookie{Name: "in", Value: "yes"}, nil
}

func (*doorman) SignedIn(r *http.Request) bool { return len(r.CookiesNamed("in")) > 0 }

func (*doorman) Leave(*http.Request) *http.Cookie { return &http.Cookie{Name: "in", MaxAge: -1} }

// header asks with a header.
func header(name, value string) asking {
	return func(r *http.Request) *http.Request {
		r.Header.Set(name, value)
		return r
	}
}

// TestOpen: a ticket signs in once; looking ahead does not use it up, and no page repeats it.
func TestOpen(t *testing.T) {
	s := newSite(t, everything())
	const link = "/open?ticket=TICKET"
	if p := s.get("/open?ticket=other"); p.Code != http.StatusUnauthorized || !strings.Contains(text(p.doc), "curfew open") || strings.Contains(p.Body.String(), "ticket=") {
		t.Errorf("a wrong ticket: %d %s", p.Code, p.Body)
	} else {
		s.lint("/open", p)
	}
	if p := s.get(link, header("Sec-Purpose", "prefetch;prerender")); len(p.cookies()) > 0 || p.Code == http.StatusSeeOther {
		t.Errorf("a look ahead: %d %v", p.Code, p.Header())
	}
	p := s.get(link)
	if p.Code != http.StatusSeeOther || p.Header().Get("Location") != "/" || p.cookies()["in"] == nil || p.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("%d %v", p.Code, p.Header())
	}
	if p := s.get(link, cookie("in", "yes")); p.Code != http.StatusSeeOther || len(p.cookies()) > 0 {
		t.Errorf("opened again by who is in: %d %v", p.Code, p.Header())
	}
	if p := s.get(link); p.Code != http.StatusUnauthorized {
		t.Errorf("opened again by somebody else: %d", p.Code)
	}
}

// TestOpenFromAnotherSite: after a link in a chat, the cookie comes along only with what a page of ours asks for.
func TestOpenFromAnotherSite(t *testing.T) {
	s := newSite(t, everything())
	p := s.get("/open?ticket=TICKET", header("Sec-Fetch-Site", "cross-site"))
	if p.Code != http.StatusOK || p.cookies()["in"] == nil || !strings.Contains(p.Body.String(), `http-equiv="refresh" content="0; url=/"`) {
		t.Errorf("%d %v %s", p.Code, p.Header(), p.Body)
	}
	s.lint("/open", p)
}

// TestSignInPage: a token is taken, and is in no page and no address; the browser goes on where it was, at this site.
func TestSignInPage(t *testing.T) {
	s := newSite(t, everything())
	p := s.post("/sign-in", url.Values{"token": {" a-secret\n"}, "back": {"/sessions?limit=1"}})
	if p.Code != http.StatusSeeOther || p.Header().Get("Location") != "/sessions?limit=1" || p.cookies()["in"] == nil {
		t.Errorf("%d %v", p.Code, p.Header())
	}
	if p := s.post("/sign-in", url.Values{"token": {"a-secret"}, "back": {"//evil.example"}}); p.Header().Get("Location") != "/" {
		t.Errorf("%d %v", p.Code, p.Header())
	}
	p = s.post("/sign-in", url.Values{"token": {"almost-a-secret"}, "back": {"/sessions"}})
	if p.Code != http.StatusUnauthorized || strings.Contains(p.Body.String(), "almost") || len(p.cookies()) > 0 {
		t.Errorf("%d %s", p.Code, p.Body)
	}
	s.lint("/sign-in", p)
	if got, _ := attribute(elements(elements(p.doc, "main")[0], "input")[0], "value"); got != "/sessions" {
		t.Errorf("it goes on at %q", got)
	}
	if p := s.post("/sign-out", nil); p.Code != http.StatusSeeOther || p.cookies()["in"].MaxAge >= 0 {
		t.Errorf("%d %v", p.Code, p.Header())
	}
	for who, how := range map[string][]asking{"by the socket": nil, "a browser": {cookie("in", "yes")}} {
		if got := strings.Contains(text(s.get("/", how...).doc), "Sign out"); got != (how != nil) {
			t.Errorf("%s may sign out: %v", who, got)
		}
	}
}

// TestSignedOut: who has signed out is told so, once, and everybody who is not signed in is told what to do.
func TestSignedOut(t *testing.T) {
	f := everything()
	s := newSite(t, f)
	w := web.New(web.Options{Backend: f, Views: f, Log: zap.NewNop(), Problem: problem, Now: nowAs})
	away := func(how ...asking) string {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		for _, h := range how {
			r = h(r)
		}
		out := httptest.NewRecorder()
		w.Refuse(out, r, http.StatusUnauthorized, "no", true)
		return text(s.sentOf(out).doc)
	}
	var back []asking
	for _, c := range s.post("/sign-out", nil, cookie("in", "yes")).cookies() {
		back = append(back, cookie(c.Name, c.Value))
	}
	const todo = " Run curfew open, or sign in with the token below."
	if got := away(back...); !strings.Contains(got, "This browser is signed out."+todo) {
		t.Error(got)
	}
	if got := away(); !strings.Contains(got, "This browser is not signed in: nobody has done that yet") || !strings.Contains(got, todo) {
		t.Error(got)
	}
}
