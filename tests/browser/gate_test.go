package browser

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"curfew/internal/contract"
	"curfew/messages"
	"curfew/tests/internal/world"
)

// agents are the jobs of [ordinary] that need the session.
var agents = ordinary[:4]

// signedIn is a site with those jobs, whose backend accepts the token.
func signedIn(t *testing.T, jobs []job) *site {
	t.Helper()
	needsBrowser(t)
	backend := world.NewBackend(t)
	s := newSite(t, file(jobs, backend.URL, true))
	s.backend = backend
	backend.Accept("token-1")
	s.Run([]byte("token-1"), "session", "login", "default")
	s.runs(agents[0].name) // the canary
	world.Eventually(t, "the gate to open", func() bool { return s.Session().State == messages.StateOpen })
	return s
}

// runs asks for a run of jobs.
func (s *site) runs(names ...string) {
	s.t.Helper()
	for _, name := range names {
		if _, err := s.Client.RunNow(s.t.Context(), name); err != nil {
			s.t.Fatal(err)
		}
	}
}

// TestGateCloses: the session ends while the overview is open. The page says so without being loaded again, the sign-in
// from its banner opens the gate, and the runs that were held are let go before the eyes of who looks.
func TestGateCloses(t *testing.T) {
	t.Parallel()
	s := signedIn(t, agents)
	v := s.visitor()
	v.until("an open gate", shows("#sessions", "default is open"))
	v.mark()
	s.backend.Accept("")
	s.runs("inbox_triage")
	world.Eventually(t, "the gate to close", func() bool { return s.Session().State == messages.StateClosed })
	closed := s.Session().Since.Time()
	v.until("the banner", shows("#sessions", "Session default is closed"))
	t.Logf("the banner stands %s after the gate has closed", time.Since(closed).Round(time.Millisecond))
	s.runs("morning_briefing", "news_digest", "weekly_report")
	v.until("how many are held", shows("#sessions .held", "4 runs held")+"||"+shows("#sessions .held", "4 held"))
	v.marked()

	s.backend.Accept("token-2")
	v.until("the form", css("#sessions input[name=token]")+"?.checkVisibility()")
	v.types("#sessions input[name=token]", "token-2")
	v.clicks("send the token", css("#sessions form button"))
	v.until("no banner", not(shows("#sessions", "is closed")))
	v.mark()
	v.until("an open gate", shows("#sessions", "default is open"))
	v.marked()
	if at := value[string](v, "location.pathname + location.search"); strings.Contains(at, "token") {
		t.Errorf("the browser is at %s", at)
	}
	if value[bool](v, `document.documentElement.outerHTML.includes("token-2")`) {
		t.Error("the page has the token")
	}
	for _, j := range agents {
		world.Eventually(t, "the run of "+j.name, func() bool { return s.Job(j.name).State == contract.JobIdle && s.Succeeded(j.name) > 0 })
	}
	v.until("nothing to be held", not(css("#sessions .held")))
	v.marked()
}

// TestRefusedToken: a token that cannot be used is refused in place, and is not shown again.
func TestRefusedToken(t *testing.T) {
	t.Parallel()
	s := signedIn(t, agents)
	s.backend.Accept("")
	s.runs("inbox_triage")
	world.Eventually(t, "the gate to close", func() bool { return s.Session().State == messages.StateClosed })
	v := s.visitor()
	v.allows("is answered 4(09|22)|status of 4(09|22)")
	v.until("the form", css("#sessions input[name=token]")+"?.checkVisibility()")
	v.types("#sessions input[name=token]", "token-1")
	v.clicks("send the token", css("#sessions form button"))
	v.until("why it is refused", css("#sessions [role=alert]"))
	if value[bool](v, `document.documentElement.outerHTML.includes("token-1")`) {
		t.Error("the page has the token")
	}
	value[bool](v, `(document.activeElement.blur(), true)`) // a field that is used would keep its part from being replaced
	s.runs("morning_briefing")
	v.until("the refresh", shows("#sessions .held", "2 runs held"))
	v.until("the refusal, which stays", shows("#sessions [role=alert]", "check the box below"))
	if at := s.Session(); at.State != messages.StateClosed {
		t.Errorf("the gate is %s", fmt.Sprint(at.State))
	}
}
