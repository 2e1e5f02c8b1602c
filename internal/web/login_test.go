package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"curfew/internal/contract"
	"curfew/messages"
)

const token = "tok-3f9a-SECRET"

// TestSignIn: a token goes to the backend, once, and into no page, redirect or cookie.
func TestSignIn(t *testing.T) {
	change := func(state messages.GateState, applied bool) contract.SessionChange {
		return contract.SessionChange{Session: contract.Session{Name: "default", State: state}, Applied: applied}
	}
	conflict := contract.Conflict("this is the very token %s that expired; get a new one", token)
	conflict.Force = true
	refused := contract.Refused("the backend refuses this token: 401 %s", token)
	for name, tt := range map[string]struct {
		form   url.Values
		change contract.SessionChange
		err    error
		how    []asking
		status int
		says   string // on the page, or on the one that it leads to
	}{
		"ok":               {url.Values{}, change(messages.StateProbing, true), nil, nil, 303, "Session default has a new sign-in. Its first run shows whether it works."},
		"open at once":     {url.Values{}, change(messages.StateOpen, true), nil, nil, 303, "Session default is open."},
		"the same again":   {url.Values{}, change(messages.StateOpen, false), nil, nil, 303, "Session default has that sign-in already; nothing changed."},
		"the expired one":  {url.Values{}, change("", false), conflict, nil, 409, "this is the very token [token] that expired; get a new one, or check the box below that takes it all the same"},
		"refused":          {url.Values{"check": {"yes"}}, change("", false), refused, nil, 422, "the backend refuses this token: 401 [token]"},
		"cannot be asked":  {url.Values{"check": {"yes"}}, change("", false), contract.Unavailable("not now"), nil, 503, "not now"},
		"a fault":          {url.Values{}, change("", false), fmt.Errorf("cannot write %s", token), nil, 500, "cannot write [token]"},
		"for a reader":     {url.Values{}, change("", false), nil, []asking{reader}, 403, "you may look, and change nothing"},
		"with all options": {url.Values{"force": {"yes"}, "check": {"yes"}}, change(messages.StateProbing, true), nil, nil, 303, "has a new sign-in"},
	} {
		f := everything()
		var asked []contract.Login
		f.login = func(session string, l contract.Login) (contract.SessionChange, error) {
			if session != "default" || l.Token.Reveal() != token {
				t.Errorf("%s: %s is given %q", name, session, l.Token.Reveal())
			}
			asked = append(asked, l)
			return tt.change, tt.err
		}
		s := newSite(t, f)
		tt.form.Set("token", " "+token+"\n")
		p := s.post("/sessions/default/sign-in", tt.form, tt.how...)
		all := p.Body.String() + fmt.Sprint(p.Header())
		if p.Code == http.StatusSeeOther {
			var back []asking
			for _, c := range p.cookies() {
				back = append(back, cookie(c.Name, c.Value))
			}
			p = s.get(p.Header().Get("Location"), back...)
			all += p.Body.String() + fmt.Sprint(p.Header())
		} else if p.Code != tt.status {
			t.Errorf("%s: %d", name, p.Code)
		}
		if !strings.Contains(text(p.doc), tt.says) || strings.Contains(all, token) || strings.Contains(all, url.QueryEscape(token)) {
			t.Errorf("%s: it says %s", name, text(p.doc))
		}
		want := 1
		if tt.status == http.StatusForbidden {
			want = 0
		}
		if len(asked) != want || want == 1 && (asked[0].Force != tt.form.Has("force") || asked[0].Check != tt.form.Has("check")) {
			t.Errorf("%s: the backend was asked %v", name, asked)
		}
		s.lint(name, p)
	}
}

// TestSignInRefused: a refusal stands at the place where the token was typed in, and the choices are as they were.
func TestSignInRefused(t *testing.T) {
	f := everything()
	f.sessions[0].Backend = contract.OrNull("https://api.example.com")
	f.login = func(string, contract.Login) (contract.SessionChange, error) {
		return contract.SessionChange{}, contract.Conflict("no")
	}
	p := newSite(t, f).post("/sessions/"+f.sessions[0].Name+"/sign-in", url.Values{"token": {token}, "force": {"yes"}})
	field := p.byID(t, "token-"+f.sessions[0].Name)
	by, _ := attribute(field, "aria-describedby")
	if _, focus := attribute(field, "autofocus"); !focus || text(p.byID(t, by)) != "no" {
		t.Errorf("the refusal is not at the field: %s", by)
	}
	if value, ok := attribute(field, "value"); ok {
		t.Errorf("the field has the value %q", value)
	}
	var checked []string
	for _, box := range elements(p.byID(t, "sessions"), "input") {
		if _, ok := attribute(box, "checked"); ok {
			name, _ := attribute(box, "name")
			checked = append(checked, name)
		}
	}
	if !slices.Equal(checked, []string{"force"}) {
		t.Errorf("checked are %v", checked)
	}
	if p := newSite(t, f).get("/sessions/none/sign-in"); p.Code != http.StatusNotFound {
		t.Errorf("an unknown session: %d", p.Code)
	}
}
