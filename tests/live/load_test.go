package live

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"curfew/messages"
	"curfew/tests/internal/world"
)

// The load of the mission: agent jobs, and how many of them run at once.
const (
	loadJobs = 200
	loadLane = 20
	loadRate = 50 // starts per second after the sign-in
)

// TestLoad: 200 agent jobs fall due, 20 run at once, and the token dies meanwhile. The dead token costs only the calls
// in flight. There is one notification of the close and one summary, and after the sign-in every held job runs exactly
// once, at the set pace. The error tracker gets none of it, but it gets the shell job that fails at the end.
func TestLoad(t *testing.T) {
	tracker := newIngest(t)
	t.Setenv("TRACKER_DSN", tracker.dsn("key"))
	backend := world.NewBackend(t)
	backend.Accept("token-1")
	var file strings.Builder
	fmt.Fprintf(&file, "sessions: {default: {backend: %q}}\nlanes: {agent: %d}\nrelease: {rate: %d/s}\nsentry: {dsn_env: TRACKER_DSN}\njobs:\n", backend.URL, loadLane, loadRate)
	for i := range loadJobs {
		fmt.Fprintf(&file, "  - {name: job-%03d, actor: agent, schedule: \"0 0 1 1 *\", with: {prompt: job-%03d}}\n", i, i)
	}
	file.WriteString("  - {name: broken, actor: shell, schedule: \"0 0 1 1 *\", retry: {attempts: 1}, with: {command: exit 1}}\n")
	s := newSite(t, nil, file.String(), "token-1")
	backend.AcceptAfter(loadJobs/2, "token-2")
	for i := range loadJobs {
		s.runNow(fmt.Sprintf("job-%03d", i))
	}
	world.Eventually(t, "the gate to close", func() bool { return s.session().State == "closed" && backend.Count(world.Unanswered) == 0 })
	dead := backend.Count(world.Refused)
	held := s.session().Held
	if held == 0 {
		t.Fatal("nothing was held: the token died too late")
	}
	began := time.Now()
	s.signIn("token-2")
	world.Eventually(t, "every job to have run", func() bool { return backend.Count(world.Accepted) >= loadJobs })
	took := time.Since(began)
	s.told(messages.NoticeSessionSummary, 1)
	s.runNow("broken")
	world.Eventually(t, "the tracker to hear of the broken job", func() bool { events, _ := tracker.got(); return len(events) > 0 })
	journal := s.stop()
	events, _ := tracker.got()

	perJob := map[string]int{}
	for _, c := range backend.Book() {
		if world.Accepted(c) {
			perJob[c.Job]++
		}
	}
	twice := 0
	for _, n := range perJob {
		if n > 1 {
			twice++
		}
	}
	told, reports := map[messages.Notice]int{}, 0
	for _, r := range world.CheckJournal(t, journal) {
		switch b := r.Body.(type) {
		case messages.NotificationRequested:
			told[b.Notice]++
		case messages.ErrorReported:
			if b.Tags.JobID != "broken" {
				reports++
			}
		}
	}
	t.Logf("%d jobs, %d at once: %d calls with the dead token, %d error reports, %d Sentry events, %d held, all run once in %s at %d/s; notifications %v",
		loadJobs, loadLane, dead, reports, len(events)-1, held, took.Round(10*time.Millisecond), loadRate, told)
	if dead > loadLane || backend.Count(world.Refused) != dead || reports != 0 || twice != 0 ||
		len(perJob) != loadJobs {
		t.Errorf("%d calls with the dead token (%d at the close), %d error reports, %d jobs ran twice, %d ran; want at most %d, 0, 0, %d",
			backend.Count(world.Refused), dead, reports, twice, len(perJob), loadLane, loadJobs)
	}
	if least := time.Duration(held-1) * time.Second / loadRate / 2; took < least {
		t.Errorf("%d held jobs were let go in %s; want the pace of %d a second", held, took, loadRate)
	}
	if len(events) != 1 || events[0].Tags["job_id"] != "broken" {
		t.Errorf("the tracker has %+v; want the broken job, once", events)
	}
	if told[messages.NoticeSessionClosed] != 1 || told[messages.NoticeSessionSummary] != 1 {
		t.Errorf("the notifications were %v; want one and one summary of the outage", told)
	}
}
