package orphans_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"curfew/actors/system/follow"
	"curfew/actors/system/orphans"
	"curfew/bus/bustest"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// TestReports: what is there at the start and whenever nodes change is reported, by who decides alone, and with one id
// however often it is reported.
func TestReports(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := &bustest.Log{}
		var decides atomic.Bool
		var there atomic.Pointer[[]policy.Orphan]
		there.Store(&[]policy.Orphan{{Attempt: messages.AttemptStarted{Job: "job", Run: "r1", Attempt: 1, Node: "b"}, Cause: 7}})
		ids := map[string]int{}
		r, err := orphans.Start(orphans.Config{
			Reader:  func(wake func()) follow.Reader { return log.Reader(0, wake, orphans.Topics...) },
			Orphans: func(context.Context) ([]policy.Orphan, error) { return *there.Load(), nil },
			Decides: decides.Load, Fatal: func(err error) { t.Error(err) },
			Publish: func(id string, f messages.Fact) {
				ids[id]++
				log.Publish(id, f)
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		reported := func(want int) {
			t.Helper()
			synctest.Wait()
			got := bustest.Of[messages.AttemptInterrupted](log)
			if len(got) != want {
				t.Fatalf("%d are reported, want %d: %+v", len(got), want, got)
			}
			for _, f := range got {
				if f.Why != messages.InterruptLost || !f.Called || f.Attempt != 1 {
					t.Errorf("it is reported as %+v", f)
				}
			}
		}
		log.Append(messages.NodeLost{Node: "b"})
		reported(0) // another runtime decides
		decides.Store(true)
		log.Append(messages.JobRemoved{Job: "job"})
		reported(0) // nothing has happened to nodes
		log.Append(messages.NodeJoined{Node: "c"})
		reported(1)
		log.Append(messages.RuntimeConfigured{})
		synctest.Wait()
		if len(ids) != 1 {
			t.Errorf("one attempt is reported with ids %v", ids)
		}
		there.Store(&[]policy.Orphan{{Attempt: messages.AttemptStarted{Job: "job", Run: "r2", Attempt: 1, Node: "b"}, Cause: 9}})
		log.Append(messages.NodeLost{Node: "b"})
		synctest.Wait()
		if len(ids) != 2 {
			t.Errorf("two attempts are reported with ids %v", ids)
		}
		r.Stop()
	})
}

// TestAsksAgain: a machine that does not answer is asked again; else its orphans would be in flight until nodes change.
func TestAsksAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := &bustest.Log{}
		busy := 3
		r, err := orphans.Start(orphans.Config{
			Reader: func(wake func()) follow.Reader { return log.Reader(0, wake, orphans.Topics...) },
			Orphans: func(context.Context) ([]policy.Orphan, error) {
				if busy--; busy >= 0 {
					return nil, errors.New("too much waits")
				}
				return []policy.Orphan{{Attempt: messages.AttemptStarted{Job: "job", Run: "r1", Attempt: 1, Node: "b"}}}, nil
			},
			Decides: func() bool { return true }, Fatal: func(err error) { t.Error(err) },
			Publish: func(id string, f messages.Fact) { log.Publish(id, f) },
		})
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		if got := bustest.Of[messages.AttemptInterrupted](log); len(got) != 1 {
			t.Errorf("%d are reported, want 1", len(got))
		}
		r.Stop()
	})
}
