package web_test

import (
	"context"
	"strings"
	"testing"

	"curfew/internal/contract"
	"curfew/messages"
)

func (f *fake) Sessions(_ context.Context, p contract.Page) (items []contract.Session, next string, err error) {
	items = f.sessions
	for len(items) > 0 && p.After != "" && items[0].Name <= p.After {
		items = items[1:]
	}
	if len(items) > p.Limit {
		return items[:p.Limit], items[p.Limit-1].Name, nil
	}
	return items, "", nil
}

func (f *fake) ShutSessions(_ context.Context, limit int) (items []contract.Session, all int, err error) {
	for _, s := range f.sessions {
		if s.State == messages.StateOpen {
			continue
		}
		if all++; len(items) < limit {
			items = append(items, s)
		}
	}
	return items, all, nil
}

func TestSessionsPage(t *testing.T) {
	s := newSite(t, everything())
	f := everything()
	for range 5 {
		f.sessions = append(f.sessions, contract.Session{Name: "z", State: messages.StateClosed})
	}
	if got := text(newSite(t, f).get("/sessions").byID(t, "strip")); strings.Count(got, "Session ") != 3 || !strings.HasSuffix(got, "4 more sessions not open") {
		t.Errorf("the strip of many says %q", got)
	}
	p := s.get("/sessions")
	if got := text(p.byID(t, "sessions")); !strings.Contains(got, "closed 06:43:20 UTC – 12,345 0 Its sign-in has expired.What was reported 401 <script>alert(1)</script>") {
		t.Errorf("%s", got)
	}
	if got := text(p.byID(t, "strip")); !strings.Contains(got, "is closed since 06:43:20 UTC: 12,345 runs held") || strings.Contains(got, "default") {
		t.Errorf("the strip says %q", got)
	}
	first := s.get("/sessions?limit=1")
	if got := text(first.byID(t, "sessions")); !strings.HasSuffix(got, "Next page") || strings.Contains(got, "probing") {
		t.Errorf("the first part: %q", got)
	}
	if got := text(s.get("/sessions?limit=1&after=default").byID(t, "sessions")); !strings.Contains(got, "probing") || !strings.Contains(got, "First page") {
		t.Errorf("the second part: %q", got)
	}
	if p := s.get("/sessions?limit=0"); p.Code != 400 || !strings.Contains(text(p.doc), `"0" is not a valid limit`) {
		t.Errorf("%d %s", p.Code, text(p.doc))
	}
}
