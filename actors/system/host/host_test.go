package host_test

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"maps"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"

	"curfew/actors"
	"curfew/bus/bustest"
	"curfew/messages"
)

// obey works until it is told to stop, and returns that.
func obey(ctx context.Context, _ actors.Env, _ actors.Attempt) (string, error) {
	<-ctx.Done()
	return "half", ctx.Err()
}

func returns(text string, err error) work {
	return func(context.Context, actors.Env, actors.Attempt) (string, error) { return text, err }
}

// TestOneAttempt: what is reported when an attempt ends by itself, or at its timeout.
func TestOneAttempt(t *testing.T) {
	boom := errors.New("boom, said the s3cr3t")
	for _, c := range []struct {
		name, job string
		does      work
		facts     string
		class     messages.Class
		text      string
	}{
		{"success", "agent", returns("done", nil), "attempt.succeeded.v1", "", ""},
		{"error", "agent", returns("", boom), "attempt.failed.v1", messages.ClassTransient, "boom, said the [redacted]"},
		{"permanent", "agent", returns("", actors.Permanent(boom)), "attempt.failed.v1", messages.ClassPermanent, "boom, said the [redacted]"},
		{"expired", "agent", returns("", actors.SessionExpired(boom)), "session.expired.v1 attempt.failed.v1", messages.ClassSessionExpired, "boom, said the [redacted]"},
		{"expired, by text", "agent", returns("SESSION_EXPIRED: sign in", boom), "session.expired.v1 attempt.failed.v1", messages.ClassSessionExpired, "boom, said the [redacted]"},
		{"a failure, long after such a text", "agent", returns("SESSION_EXPIRED: sign in\n"+strings.Repeat("more\n", actors.EndLines), boom), "attempt.failed.v1", messages.ClassTransient, "boom, said the [redacted]"},
		{"such a text, of a type that says it by itself", "plain", returns("SESSION_EXPIRED: sign in", boom), "attempt.failed.v1", messages.ClassTransient, "boom, said the [redacted]"},
		{"success, with such a text", "agent", returns("SESSION_EXPIRED: sign in", nil), "attempt.succeeded.v1", "", ""},
		{"expired, ungated", "shell", returns("SESSION_EXPIRED: sign in", actors.SessionExpired(boom)), "attempt.failed.v1", messages.ClassPermanent, "boom, said the [redacted]"},
		{"panic", "agent", func(context.Context, actors.Env, actors.Attempt) (string, error) { panic("no s3cr3t left") }, "attempt.failed.v1", messages.ClassPanic, "panic: no [redacted] left"},
		{"no return", "agent", func(context.Context, actors.Env, actors.Attempt) (string, error) { runtime.Goexit(); return "", nil }, "attempt.failed.v1", messages.ClassPanic, "panic: the actor ended its goroutine instead of returning"},
		{"timeout", "shell", obey, "attempt.failed.v1", messages.ClassTimeout, "timed out after 1h"},
	} {
		t.Run(c.name, func(t *testing.T) {
			play(t, map[string]work{c.job: c.does}, func(s *stage) {
				s.start(c.job, 1)
				time.Sleep(timeout)
				synctest.Wait()
				if got := s.facts(); got != c.facts {
					t.Errorf("facts %q, want %q", got, c.facts)
				}
				for _, f := range bustest.Of[messages.AttemptFailed](s.log) {
					if f.Class != c.class || f.Error != c.text || !f.Called || f.Incarnation != base+1 {
						t.Errorf("failed: %+v", f)
					}
				}
				for _, f := range bustest.Of[messages.SessionExpired](s.log) {
					if want := (messages.SessionExpired{Session: "default", Generation: 1, Source: "agent:agent", Reason: c.text}); f != want || len(s.door.closed) != 1 {
						t.Errorf("expired: %+v, door closed: %v", f, s.door.closed)
					}
				}
			})
		})
	}
}

// TestExpiredIsLogged: whoever greps for the stable prefix finds what the session has cost.
func TestExpiredIsLogged(t *testing.T) {
	play(t, map[string]work{"agent": returns("", actors.SessionExpired(errors.New("401")))}, func(s *stage) {
		s.start("agent", 1)
		lines := s.said.FilterMessage("cron:session-expired").All()
		if len(lines) != 1 || lines[0].Level != zap.DebugLevel {
			t.Fatalf("%d such lines: %v", len(lines), lines)
		}
		is := lines[0].ContextMap()
		if want := map[string]any{"job": "agent", "run": "agent", "attempt": int64(1), "generation": uint64(1)}; !maps.Equal(is, want) {
			t.Errorf("it says %v, want %v", is, want)
		}
	})
}

func TestAtTheDoor(t *testing.T) {
	play(t, map[string]work{"agent": returns("", nil)}, func(s *stage) {
		s.door.Close("default", 1)
		s.start("agent", 1)
		got := bustest.Of[messages.AttemptFailed](s.log)
		if s.facts() != "attempt.failed.v1" || got[0].Class != messages.ClassSessionExpired || got[0].Called || got[0].Generation != 1 {
			t.Errorf("an attempt that is not let in: %s %+v", s.facts(), got)
		}
	})
}

// TestOrderToStop: what is reported of an attempt that is cancelled, or under which the runtime stops.
func TestOrderToStop(t *testing.T) {
	lost := func(ctx context.Context, _ actors.Env, _ actors.Attempt) (string, error) {
		<-ctx.Done()
		return "", actors.SessionExpired(errors.New("401"))
	}
	finishes := func(ctx context.Context, _ actors.Env, _ actors.Attempt) (string, error) {
		<-ctx.Done()
		return "done", nil
	}
	for _, c := range []struct {
		name   string
		does   work
		cancel bool
		facts  string
		why    messages.InterruptReason
	}{
		{"cancel", obey, true, "attempt.interrupted.v1", messages.InterruptCancelled},
		{"cancel, it finishes", finishes, true, "attempt.interrupted.v1", messages.InterruptCancelled},
		{"cancel, session lost", lost, true, "session.expired.v1 attempt.failed.v1", ""},
		{"stop", obey, false, "attempt.interrupted.v1", messages.InterruptStopped},
		{"stop, it finishes", finishes, false, "attempt.succeeded.v1", ""},
		{"stop, session lost", lost, false, "session.expired.v1 attempt.failed.v1", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			play(t, map[string]work{"agent": c.does}, func(s *stage) {
				s.start("agent", 1)
				if c.cancel {
					s.cancel("agent")
				} else {
					s.stop()
				}
				if got := s.facts(); got != c.facts {
					t.Errorf("facts %q, want %q", got, c.facts)
				}
				for _, f := range bustest.Of[messages.AttemptInterrupted](s.log) {
					if f.Why != c.why || !f.Called || f.Output == "" {
						t.Errorf("interrupted: %+v", f)
					}
				}
			})
		})
	}
}

func TestAbandonedAttempt(t *testing.T) {
	const late = time.Hour
	var calls atomic.Int32
	deaf := func(context.Context, actors.Env, actors.Attempt) (string, error) {
		if calls.Add(1) == 1 {
			time.Sleep(timeout + grace + late)
		}
		return "", nil
	}
	play(t, map[string]work{"agent": deaf}, func(s *stage) {
		s.start("agent", 1)
		time.Sleep(timeout + grace)
		synctest.Wait()
		if got := s.facts(); got != "attempt.abandoned.v1" || s.host.Abandoned() != 1 {
			t.Fatalf("facts %q, %d abandoned", got, s.host.Abandoned())
		}
		s.start("agent", 2) // beside the one that has not returned
		if got := bustest.Of[messages.AttemptSucceeded](s.log); len(got) != 1 || got[0].Attempt != 2 || got[0].Incarnation != base+2 {
			t.Errorf("the next attempt: %+v", got)
		}
		time.Sleep(late)
		synctest.Wait()
		end := bustest.Of[messages.AttemptInterrupted](s.log)
		if len(end) != 1 || end[0].Why != messages.InterruptLate || end[0].Attempt != 1 || end[0].Incarnation != base+1 || s.host.Abandoned() != 0 {
			t.Errorf("the late return: %+v, %d abandoned", end, s.host.Abandoned())
		}
	})
}

func TestSideEffectIsReportedOnce(t *testing.T) {
	play(t, map[string]work{"agent": func(ctx context.Context, _ actors.Env, a actors.Attempt) (string, error) {
		return "", errors.Join(a.BeginSideEffect(ctx, "mail"), a.BeginSideEffect(ctx, "calendar"))
	}}, func(s *stage) {
		s.start("agent", 1)
		if got := bustest.Of[messages.SideEffectBegan](s.log); len(got) != 1 || got[0].Tool != "mail" {
			t.Errorf("side effects: %+v", got)
		}
	})
}

func TestTextsAreBounded(t *testing.T) {
	long := strings.Repeat("ä", messages.MaxOutput)
	play(t, map[string]work{"agent": returns("first"+long+"last", errors.New("first"+long+"last"))}, func(s *stage) {
		s.start("agent", 1)
		f := bustest.Of[messages.AttemptFailed](s.log)[0]
		if len(f.Error) > messages.MaxError || !strings.HasPrefix(f.Error, "firstä") || !strings.HasSuffix(f.Error, "ä") {
			t.Errorf("error: %d bytes", len(f.Error))
		}
		if len(f.Output) > messages.MaxOutput || !strings.HasPrefix(f.Output, "ä") || !strings.HasSuffix(f.Output, "älast") {
			t.Errorf("output: %d bytes", len(f.Output))
		}
	})
}

// TestManyJobs: of 500 jobs with attempts that fail in every way, none is lost, and no two attempts of a
// run have run on one incarnation.
func TestManyJobs(t *testing.T) {
	const jobs, attempts = 500, 4
	does := make(map[string]work, jobs)
	for i := range jobs {
		does[fmt.Sprintf("agent%d", i)] = chance
	}
	play(t, does, func(s *stage) {
		s.log.Step = func(_ uint64, f messages.Fact) []messages.Body { return again(f, attempts) }
		for job := range does {
			s.log.Append(messages.AttemptStarted{Job: job, Run: messages.RunID(job), Attempt: 1, Session: "default", Generation: 1})
		}
		time.Sleep(attempts * (timeout + grace))
		synctest.Wait()
		ended := make(map[string]int)
		for _, f := range bustest.Of[messages.RunFinished](s.log) {
			ended[f.Job]++
		}
		seen := make(map[string]bool)
		for _, f := range bustest.Of[messages.AttemptFailed](s.log) {
			key := fmt.Sprint(f.Job, f.Incarnation)
			if seen[key] {
				t.Errorf("two attempts of %s on incarnation %d", f.Job, f.Incarnation)
			}
			seen[key] = true
		}
		for job := range does {
			if ended[job] != 1 {
				t.Errorf("run of %s ended %d times", job, ended[job])
			}
		}
		restarts := 0
		for job := range does {
			restarts += s.sup.Restarts(job)
		}
		if started := len(bustest.Of[messages.AttemptStarted](s.log)); restarts != started-jobs {
			t.Errorf("%d restarts for %d attempts of %d runs", restarts, started, jobs)
		}
	})
}

// again is a policy of a few lines: what has failed is tried again.
func again(f messages.Fact, attempts int) []messages.Body {
	switch m := f.(type) {
	case messages.AttemptSucceeded:
		return []messages.Body{messages.RunFinished{Job: m.Job, Run: m.Run, Status: messages.StatusSucceeded}}
	case messages.AttemptFailed:
		if m.Attempt == attempts {
			return []messages.Body{messages.RunFinished{Job: m.Job, Run: m.Run, Status: messages.StatusFailed}}
		}
		return []messages.Body{messages.AttemptStarted{Job: m.Job, Run: m.Run, Attempt: m.Attempt + 1, Session: m.Session, Generation: m.Generation}}
	}
	return nil
}

// chance ends by a hash of the attempt: it succeeds, fails, panics or overstays.
func chance(ctx context.Context, env actors.Env, a actors.Attempt) (string, error) {
	h := fnv.New32a()
	_, _ = fmt.Fprint(h, a.Job, a.Number)
	switch h.Sum32() % 5 {
	case 0:
		return "done", nil
	case 1:
		panic("chance")
	case 2:
		return obey(ctx, env, a)
	default:
		time.Sleep(time.Duration(h.Sum32()%7) * time.Second)
		return "", errors.New("chance")
	}
}
