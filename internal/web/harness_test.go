package web_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"
	"golang.org/x/net/html"

	"curfew/internal/contract"
	"curfew/internal/web"
)

// now is the time of all tests here.
var now = time.Date(2027, 1, 15, 7, 0, 0, 0, time.UTC)

func nowAs() time.Time { return now }

// fake answers the pages. Each page's test adds the questions of its page as methods; one that is missing panics.
type fake struct {
	contract.Backend
	contract.Views

	sessions []contract.Session
	jobs     jobsFake
	run      runFake
	overview contract.Overview
	spending contract.Spending
	login    func(session string, l contract.Login) (contract.SessionChange, error)
}

// site is a dashboard over a backend.
type site struct {
	t   *testing.T
	mux *http.ServeMux
	all []web.Mount
}

func newSite(t *testing.T, f contract.Answers) *site {
	t.Helper()
	w := web.New(web.Options{Backend: f, Views: f, Now: nowAs, Log: zap.NewNop(), Problem: problem, Door: new(doorman)})
	s := &site{t, http.NewServeMux(), w.Mounts()}
	for _, m := range s.all {
		s.mux.Handle(m.Pattern, m.Handler)
	}
	s.mux.HandleFunc("/v1/", http.NotFound) // pages may link to the API
	return s
}

// problem is how the API has it, in short.
func problem(err error) (int, string) {
	if e, ok := errors.AsType[*contract.Error](err); ok {
		return map[contract.Kind]int{
			contract.KindMalformed: 400, contract.KindNotFound: 404, contract.KindConflict: 409, contract.KindRefused: 422,
			contract.KindUnavailable: 503, contract.KindChanged: 412,
		}[e.Kind], e.Text
	}
	if errors.Is(err, errStranger) {
		return http.StatusUnauthorized, err.Error()
	}
	return http.StatusInternalServerError, err.Error()
}

// asking changes a request.
type asking func(*http.Request) *http.Request

// reader asks as somebody who may only look.
func reader(r *http.Request) *http.Request { return r.WithContext(contract.WithReadOnly(r.Context())) }

// cookie asks with a cookie.
func cookie(name, value string) asking {
	return func(r *http.Request) *http.Request {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
		return r
	}
}

// sent is an answer; doc is nil unless it is HTML.
type sent struct {
	*httptest.ResponseRecorder
	doc *html.Node
}

func (s *site) get(path string, how ...asking) sent {
	return s.ask(httptest.NewRequest(http.MethodGet, path, nil), how)
}

func (s *site) post(path string, form url.Values, how ...asking) sent {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return s.ask(r, how)
}

func (s *site) ask(r *http.Request, how []asking) sent {
	s.t.Helper()
	r = r.WithContext(contract.WithCaller(context.Background(), func() string { return "tester" }))
	for _, h := range how {
		r = h(r)
	}
	out := httptest.NewRecorder()
	s.mux.ServeHTTP(out, r)
	return s.sentOf(out)
}

// sentOf reads an answer.
func (s *site) sentOf(r *httptest.ResponseRecorder) sent {
	s.t.Helper()
	out := sent{ResponseRecorder: r}
	if strings.HasPrefix(out.Header().Get("Content-Type"), "text/html") {
		doc, err := html.Parse(strings.NewReader(out.Body.String()))
		if err != nil {
			s.t.Fatal(err)
		}
		out.doc = doc
	}
	return out
}

// text is all that a person reads in a part of a page, with single blanks.
func text(n *html.Node) string {
	var all []string
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			all = append(all, c.Data)
		}
	}
	return strings.Join(strings.Fields(strings.Join(all, "")), " ")
}

// elements are the elements of some names.
func elements(n *html.Node, names ...string) (all []*html.Node) {
	for c := range n.Descendants() {
		if c.Type == html.ElementNode && slices.Contains(names, c.Data) {
			all = append(all, c)
		}
	}
	return all
}

// attribute is an attribute of an element, and whether it has it.
func attribute(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

// byID is the element with an id.
func (p sent) byID(t *testing.T, id string) *html.Node {
	t.Helper()
	for c := range p.doc.Descendants() {
		if got, ok := attribute(c, "id"); ok && got == id {
			return c
		}
	}
	t.Fatalf("there is no element %s in %s", id, p.Body)
	return nil
}

// cookies are the cookies that an answer sets.
func (p sent) cookies() map[string]*http.Cookie {
	all := make(map[string]*http.Cookie)
	for _, c := range p.Result().Cookies() {
		all[c.Name] = c
	}
	return all
}
