package live

import (
	"fmt"
	"testing"
	"time"

	"curfew/internal/contract"
	"curfew/messages"
	"curfew/tests/internal/world"
)

// A phase of the long test. There are five of them, two with the gate closed.
const (
	longPhase = 2 * time.Minute
	longBeat  = 2 * time.Second
)

// outageJobs has agents and a shell job with one schedule. The arguments are the backend and the time between two
// slots.
const outageJobs = `
sessions:
  default: {backend: "%[1]s", sign_in: "https://app.example.com/login"}
jobs:
  - {name: heartbeat, actor: shell, schedule: "every %[2]s", with: {command: "echo alive"}}
  - {name: inbox, actor: agent, schedule: "every %[2]s", with: {prompt: inbox}}
  - {name: briefing, actor: agent, schedule: "every %[2]s", with: {prompt: briefing}}
  - {name: digest, actor: agent, schedule: "every %[2]s", with: {prompt: digest}, retry: {initial: 15s, jitter: 0}}
`

var outageAgents = []string{"inbox", "briefing", "digest"}

// TestOutage kills the token twice under a runtime with the real actor types, and compares with the calls that the
// backend recorded. It takes half a minute; with -long ten minutes.
func TestOutage(t *testing.T) {
	t.Parallel()
	beat, beats := time.Second, 2
	if *world.Long {
		beat, beats = longBeat, int(longPhase/longBeat)
	}
	backend := world.NewBackend(t)
	backend.Accept("token-1")
	s := newSite(t, nil, fmt.Sprintf(outageJobs, backend.URL, beat), "token-1")
	for i := range 2 {
		next := fmt.Sprintf("token-%d", i+2)
		s.beats("heartbeat", beats)
		s.lapse(backend)
		calls, held := backend.Count(world.AnyCall), s.heldRuns(outageAgents)
		s.beats("heartbeat", beats) // shell jobs do not notice
		if n := backend.Count(world.AnyCall); n != calls {
			t.Errorf("before %s: %d calls came while the gate was closed; want none", next, n-calls)
		}
		backend.Accept(next)
		s.signIn(next)
		s.once(held)
		world.Alone(t, backend, next)
		s.told(messages.NoticeSessionSummary, i+1)
	}
	s.beats("heartbeat", beats)
	s.rest(outageAgents...)
	world.Reconcile(t, backend, world.CheckJournal(t, s.stop()), 2)
}

// lapse kills the token while the digest waits for a retry, and waits until the gate is closed, every agent
// has a held run, and the calls that were in flight have been answered.
func (s *site) lapse(backend *world.Backend) {
	s.t.Helper()
	backend.Stumble("digest")
	world.Eventually(s.t, "a retry of the digest", func() bool { return s.jobs()["digest"].State == contract.JobBackingOff })
	backend.Accept("")
	world.Eventually(s.t, "the gate to close", func() bool { return s.session().State == "closed" })
	world.Eventually(s.t, "a held run of every agent", func() bool {
		jobs := s.jobs()
		for _, job := range outageAgents {
			if jobs[job].State != contract.JobHeld {
				return false
			}
		}
		return backend.Count(world.Unanswered) == 0
	})
}

// heldRuns returns the held runs of these jobs, as they are before anybody signs in.
func (s *site) heldRuns(jobs []string) (held []contract.Run) {
	s.t.Helper()
	all := s.jobs()
	for _, job := range jobs {
		if all[job].Held == nil {
			s.t.Fatalf("%s has no held run", job)
		}
		held = append(held, s.run(*all[job].Held))
	}
	return held
}

// once waits until runs that were held have succeeded, and checks that a sign-in gave each of them one more attempt, and
// one call. The digest was to be tried again when the gate closed: the close called that off.
func (s *site) once(held []contract.Run) {
	s.t.Helper()
	for _, was := range held {
		world.Eventually(s.t, "a held run", func() bool { return s.run(was.ID).Status == messages.StatusSucceeded })
		generation, calls := s.session().Generation, 0
		run := s.run(was.ID)
		for _, a := range run.Attempts {
			if a.Called != nil && *a.Called && *a.Generation == generation {
				calls++
			}
		}
		if calls != 1 || len(run.Attempts) != len(was.Attempts)+1 {
			s.t.Errorf("after the sign-in the held run of %s had %d attempts and %d calls; want one of each",
				run.Job, len(run.Attempts)-len(was.Attempts), calls)
		}
		if first := run.Attempts[0].Class; run.Job == "digest" && (first == nil || *first != messages.ClassTransient) {
			s.t.Errorf("the first attempt of the digest is %v; want a transient failure", first)
		}
	}
}

// told waits until there are that many notifications of a kind.
func (s *site) told(what messages.Notice, times int) {
	s.t.Helper()
	outbox, n := s.rt.Log().Reader(0, func() {}, messages.TopicOutbox), 0
	defer outbox.Close()
	world.Eventually(s.t, fmt.Sprintf("notification %d of %s", times, what), func() bool {
		recs, err := outbox.Next()
		if err != nil {
			s.t.Fatal(err)
		}
		for _, r := range recs {
			if b, ok := r.Body.(messages.NotificationRequested); ok && b.Notice == what {
				n++
			}
		}
		return n >= times
	})
}

func (s *site) run(id messages.RunID) contract.Run {
	s.t.Helper()
	r, err := s.api.Run(s.t.Context(), id)
	if err != nil {
		s.t.Fatal(err)
	}
	return r
}
