package supervisor_test

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"curfew/bus/bustest"
	"curfew/messages"
	"curfew/supervisor"
)

const base = 100 // of the incarnations

// stage is a set of supervisors over a log, with actors that do what the job's name says.
type stage struct {
	t      *testing.T
	log    *bustest.Log
	sup    *supervisor.Supervisors
	system *actor.ActorSystem

	readers []*bustest.Reader // one
	decides atomic.Bool
	lines   *observer.ObservedLogs

	mu     sync.Mutex
	made   int                // instances of job actors
	starts []supervisor.Start // orders, as they reached the actors
	owner  []int              // which instance each order reached
	fatal  []error
	read   []string // names of session messages that shards have read

	block atomic.Pointer[chan struct{}] // while it is there, shards wait for it at a session message
}

func play(t *testing.T, jobs []string, f func(s *stage), gates ...messages.Decision) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := &stage{t: t, log: &bustest.Log{}, system: supervisor.NewSystem(zap.NewNop())}
		pool := &supervisor.Pool{}
		core, lines := observer.New(zap.InfoLevel)
		s.lines = lines
		var err error
		s.sup, err = supervisor.Supervise(supervisor.Config{
			System: s.system, Types: map[string]int{"agent": 2, "shell": 0}, Base: base, Known: known(jobs), Gates: gates, Pool: pool,
			Reader: func(wake func()) supervisor.Reader {
				s.readers = append(s.readers, s.log.Reader(0, wake, supervisor.Topics...))
				return s.readers[len(s.readers)-1]
			},
			Node: notOther{&s.decides}, Logger: zap.New(core),
			Publish: s.log.Publish, Job: s.job,
			Fatal:     func(err error) { s.mu.Lock(); s.fatal = append(s.fatal, err); s.mu.Unlock() },
			OnMessage: s.onMessage,
		})
		if err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		f(s)
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if err := s.sup.Stop(ctx); err != nil {
			t.Error(err)
		}
		if len(s.fatal) > 0 {
			t.Errorf("the supervisors gave up: %v", s.fatal)
		}
		time.Sleep(2 * time.Second) // the actor system counts dead letters a second long
	})
}

func (s *stage) onMessage(b messages.Body) {
	s.mu.Lock()
	s.read = append(s.read, b.Name())
	s.mu.Unlock()
	if c := s.block.Load(); c != nil {
		<-*c
	}
}

func known(jobs []string) []*messages.Kept {
	var defs []*messages.Kept
	for _, j := range jobs {
		defs = append(defs, messages.Keep(definition(j)))
	}
	return defs
}

func definition(job string) messages.Definition {
	return messages.Definition{Job: job, Actor: "agent", Gated: true, Session: "default"}
}

func start(job, run string, attempt int) messages.AttemptStarted {
	return messages.AttemptStarted{Job: job, Run: messages.RunID(run), Attempt: attempt, Session: "default", Generation: 1}
}

// jobActor does at once what the name of its job says: ok, fail, panic, or nothing until it is cancelled.
type jobActor struct {
	s  *stage
	no int
	at *supervisor.Start
}

func (s *stage) job() actor.Actor {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.made++
	return &jobActor{s: s, no: s.made}
}

func (a *jobActor) Receive(c actor.Context) {
	switch m := c.Message().(type) {
	case *supervisor.Start:
		a.at = m
		a.s.mu.Lock()
		a.s.starts, a.s.owner = append(a.s.starts, *m), append(a.s.owner, a.no)
		a.s.mu.Unlock()
		a.run(c, m)
	case *supervisor.Cancel:
		if m.Mute {
			return
		}
		f := messages.AttemptInterrupted{AttemptRef: a.at.Ref(), Why: messages.InterruptCancelled, Called: true}
		a.s.log.Publish(supervisor.FactID(f, f.AttemptRef), f)
	}
}

func (a *jobActor) run(c actor.Context, m *supervisor.Start) {
	switch m.Attempt.Job {
	case "ok":
		f := messages.AttemptSucceeded{AttemptRef: m.Ref(), Called: true}
		a.s.log.Publish(supervisor.FactID(f, f.AttemptRef), f)
	case "fail":
		c.(actor.Supervisor).EscalateFailure(&supervisor.Failure{Fact: messages.AttemptFailed{AttemptRef: m.Ref(), Class: messages.ClassTransient, Error: "no"}}, nil)
	case "panic":
		panic("a bug")
	}
}

// append appends and waits until everything that follows has happened.
func (s *stage) append(bodies ...messages.Body) {
	s.log.Append(bodies...)
	synctest.Wait()
}

// incarnations checks those of the orders that have reached an actor, and that orders of one job reached
// the same instance exactly if they bear the same incarnation.
func (s *stage) incarnations(wanted ...uint64) {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	var got []uint64
	for _, o := range s.starts {
		got = append(got, o.Incarnation-base)
	}
	if !slices.Equal(got, wanted) {
		s.t.Errorf("attempts reached incarnations %v, want %v", got, wanted)
	}
	for i := range s.owner {
		for j := range i {
			same := s.starts[i].Attempt.Job == s.starts[j].Attempt.Job && s.starts[i].Incarnation == s.starts[j].Incarnation
			if same != (s.owner[i] == s.owner[j]) {
				s.t.Errorf("orders %d and %d: incarnations %d and %d, but instances %d and %d", j, i,
					s.starts[j].Incarnation, s.starts[i].Incarnation, s.owner[j], s.owner[i])
			}
		}
	}
}

func TestFailureIsHeldUntilTheNextAttempt(t *testing.T) {
	play(t, []string{"fail"}, func(s *stage) {
		s.append(start("fail", "r1", 1))
		failed := bustest.Of[messages.AttemptFailed](s.log)
		if len(failed) != 1 || failed[0].Incarnation != base+1 || failed[0].Class != messages.ClassTransient {
			t.Fatalf("facts: %+v", failed)
		}
		time.Sleep(16 * 24 * time.Hour)
		if s.made != 1 || s.sup.Restarts("fail") != 0 {
			t.Errorf("a held actor was restarted: %d instances", s.made)
		}
		s.append(start("fail", "r1", 2))
		s.append(start("fail", "r1", 3))
		s.incarnations(1, 2, 3)
		if n := s.sup.Restarts("fail"); n != 2 {
			t.Errorf("%d restarts, want 2", n)
		}
	})
}

func TestTheNextRunOfAHeldActorRestartsIt(t *testing.T) {
	play(t, []string{"fail"}, func(s *stage) {
		s.append(start("fail", "r1", 1))
		s.append(messages.RunFinished{Job: "fail", Run: "r1", Status: messages.StatusFailed})
		if n := s.sup.Restarts("fail"); n != 0 {
			t.Errorf("a run that is over restarted its actor")
		}
		s.append(start("fail", "r2", 1)) // in a suspended mailbox it would wait for ever
		s.incarnations(1, 2)
	})
}

func TestSuccessNeedsNoRestart(t *testing.T) {
	play(t, []string{"ok"}, func(s *stage) {
		s.append(start("ok", "r1", 1))
		s.append(start("ok", "r2", 1))
		s.incarnations(1, 1)
	})
}

func TestEveryAttemptOfARunHasItsIncarnation(t *testing.T) {
	play(t, []string{"hang"}, func(s *stage) {
		s.append(start("hang", "r1", 1))
		s.append(messages.AttemptInterrupted{AttemptRef: messages.AttemptRef{Job: "hang", Run: "r1", Attempt: 1}, Why: messages.InterruptCrashed})
		s.append(start("hang", "r1", 2))
		s.append(messages.AttemptAbandoned{AttemptRef: messages.AttemptRef{Job: "hang", Run: "r1", Attempt: 2}})
		s.append(start("hang", "r2", 1)) // beside the abandoned one, so not on its actor
		s.incarnations(1, 2, 3)
	})
}

func TestPanicOfAJobActorIsAFact(t *testing.T) {
	play(t, []string{"panic", "ok"}, func(s *stage) {
		s.append(start("panic", "r1", 1))
		failed := bustest.Of[messages.AttemptFailed](s.log)
		if len(failed) != 1 || failed[0].Class != messages.ClassPanic || failed[0].Error != "panic: a bug" || failed[0].Generation != 1 {
			t.Fatalf("facts: %+v", failed)
		}
		s.append(start("panic", "r1", 2))
		s.append(start("ok", "r2", 1))
		s.incarnations(1, 2, 1)
	})
}

func TestCancelReachesOnlyTheRunInFlight(t *testing.T) {
	play(t, []string{"hang"}, func(s *stage) {
		s.append(start("hang", "r1", 1))
		s.append(messages.RunFinished{Job: "hang", Run: "r0", Status: messages.StatusCancelled})
		if n := len(bustest.Of[messages.AttemptInterrupted](s.log)); n != 0 {
			t.Errorf("the end of another run cancelled the attempt")
		}
		s.append(messages.RunFinished{Job: "hang", Run: "r1", Status: messages.StatusCancelled})
		s.append(messages.RunFinished{Job: "hang", Run: "r1", Status: messages.StatusCancelled})
		if n := len(bustest.Of[messages.AttemptInterrupted](s.log)); n != 1 {
			t.Errorf("%d attempts interrupted, want 1", n)
		}
	})
}

func TestSecondLock(t *testing.T) {
	expired := messages.SessionExpired{Session: "default", Generation: 1}
	play(t, []string{"ok", "hang"}, func(s *stage) {
		s.append(messages.GateOpened{Session: "default", Generation: 1})
		s.append(messages.SessionExpired{Session: "default", Generation: 0}) // of an older one: no lock
		s.append(start("ok", "r1", 1))
		s.incarnations(1)
		s.append(expired)
		s.append(start("ok", "r2", 1), start("hang", "r3", 1))
		s.incarnations(1)
		s.append(messages.RunFinished{Job: "hang", Run: "r3", Status: messages.StatusCancelled})
		if got := bustest.Of[messages.AttemptInterrupted](s.log); len(got) != 1 || got[0].Called {
			t.Errorf("a parked attempt that was cancelled: %+v", got)
		}
		s.append(messages.GateProbing{Session: "default", Generation: 2})
		s.incarnations(1, 1)
		if len(s.read) != 4*3 { // two shards of agent, one of shell
			t.Errorf("the shards have read %v", s.read)
		}
	})
}

// TestSecondLockAfterRestart: the lock is as shut as the gate was.
func TestSecondLockAfterRestart(t *testing.T) {
	play(t, []string{"ok"}, func(s *stage) {
		s.append(start("ok", "r1", 1))
		s.incarnations()
		s.append(messages.GateProbing{Session: "default", Generation: 2})
		s.incarnations(1)
	}, messages.GateClosed{Session: "default", Generation: 1})
}

func TestJobsComeAndGo(t *testing.T) {
	play(t, nil, func(s *stage) {
		s.append(messages.Defined(definition("hang")))
		s.append(start("hang", "r1", 1))
		s.append(messages.JobRemoved{Job: "hang"}, messages.RunFinished{Job: "hang", Run: "r1", Status: messages.StatusCancelled})
		if n := len(bustest.Of[messages.AttemptInterrupted](s.log)); n != 1 {
			t.Fatalf("the removed job's attempt was not cancelled")
		}
		if s.made != 1 {
			t.Errorf("the actor of a removed job was made again")
		}
		// Defined again in one breath with the removal: the old actor may still be stopping.
		s.append(messages.Defined(definition("hang")))
		s.append(messages.JobRemoved{Job: "hang"}, messages.Defined(definition("hang")), start("hang", "r2", 1))
		s.incarnations(1, 3)
		shell := definition("hang")
		shell.Actor, shell.Gated, shell.Session = "shell", false, ""
		s.append(messages.Defined(shell)) // another type, while an attempt is in flight
		s.append(messages.AttemptInterrupted{AttemptRef: messages.AttemptRef{Job: "hang", Run: "r2", Attempt: 1}, Why: messages.InterruptCancelled})
		s.append(messages.AttemptStarted{Job: "hang", Run: "r3", Attempt: 1})
		if got := s.starts[len(s.starts)-1]; len(s.starts) != 3 || got.Definition.Actor != "shell" {
			t.Errorf("the job of another type got %+v", got)
		}
	})
}

func TestStopWhileHeld(t *testing.T) {
	play(t, []string{"fail", "hang", "ok"}, func(s *stage) {
		s.append(start("fail", "r1", 1), start("hang", "r2", 1))
	})
}

// TestFreeze: what stands behind the barrier is not begun, not even when its turn comes later; and it can
// still be called off.
func TestFreeze(t *testing.T) {
	play(t, []string{"hang", "ok", "next"}, func(s *stage) {
		s.append(start("hang", "r1", 1))
		frozen, err := s.sup.Freeze(s.t.Context(), func() uint64 { return 1 })
		if err != nil || frozen != 1 {
			t.Fatalf("frozen at %d, %v", frozen, err)
		}
		s.append(start("ok", "r2", 1), start("next", "r3", 1))
		s.incarnations(1)
		if again, err := s.sup.Freeze(s.t.Context(), func() uint64 { return 3 }); err != nil || again != 1 {
			t.Errorf("frozen again at %d, %v; want where it was", again, err)
		}
		s.append(messages.GateClosed{Session: "default", Generation: 1}, messages.GateProbing{Session: "default", Generation: 2})
		s.incarnations(1)
		s.append(messages.RunFinished{Job: "next", Run: "r3", Status: messages.StatusCancelled})
		if got := bustest.Of[messages.AttemptInterrupted](s.log); len(got) != 1 || got[0].Called || got[0].Run != "r3" {
			t.Errorf("a start that was called off: %+v", got)
		}
	})
}

// TestFreezeWaitsForShards: whoever freezes knows that all that stands before the barrier has begun.
func TestFreezeWaitsForShards(t *testing.T) {
	play(t, []string{"ok"}, func(s *stage) {
		var last uint64
		for i := range 3000 { // more than a reader hands out at once
			last = s.log.Append(start("ok", "r"+strconv.Itoa(i), 1))
		}
		if _, err := s.sup.Freeze(s.t.Context(), func() uint64 { return last }); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if n := len(s.starts); n != 3000 {
			t.Errorf("%d starts were begun, want all 3000", n)
		}
		block := make(chan struct{})
		s.block.Store(&block)
		s.log.Append(messages.SessionConfirmed{Session: "default"})
		synctest.Wait() // the shards wait here, and do not answer
		defer func() { s.block.Store(nil); close(block) }()
		gone, cancel := context.WithCancel(s.t.Context())
		cancel()
		if _, err := s.sup.Freeze(gone, func() uint64 { return 0 }); !errors.Is(err, context.Canceled) {
			t.Errorf("frozen for nobody: %v", err)
		}
	})
}
