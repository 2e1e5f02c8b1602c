package supervisor_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"curfew/bus/bustest"
	"curfew/messages"
)

// parallel is a job whose runs may be beside each other.
func parallel(job string) messages.JobDefined {
	d := definition(job)
	d.Overlap, d.MaxParallel = messages.OverlapAllow, 3
	return messages.Defined(d)
}

// actors is the names of the job actors that are there, sorted.
func (s *stage) actors(wanted ...string) {
	s.t.Helper()
	synctest.Wait()
	var got []string
	for _, name := range []string{"hang", "hang.r1", "hang.r2", "hang.r3", "fail", "fail.r1", "fail.r2", "fail.r3"} {
		for _, shard := range []string{"agent-0", "agent-1"} {
			if _, ok := s.system.ProcessRegistry.GetLocal("supervisors/" + shard + "/" + name); ok {
				got = append(got, name)
			}
		}
	}
	if !slices.Equal(got, wanted) {
		s.t.Errorf("the actors are %v, want %v", got, wanted)
	}
}

func finished(job, run string) messages.RunFinished {
	return messages.RunFinished{Job: job, Run: messages.RunID(run), Status: messages.StatusCancelled}
}

// TestRunsBesideEachOther: the first has the job's actor, every other one its own, as long as it is not over.
func TestRunsBesideEachOther(t *testing.T) {
	play(t, nil, func(s *stage) {
		s.append(parallel("hang"))
		for _, run := range []string{"r1", "r2", "r3"} { // one by one: actors begin side by side
			s.append(start("hang", run, 1))
		}
		s.incarnations(1, 2, 3)
		s.actors("hang", "hang.r2", "hang.r3")
		s.append(finished("hang", "r2"))
		if got := bustest.Of[messages.AttemptInterrupted](s.log); len(got) != 1 || got[0].Run != "r2" || got[0].Incarnation != base+2 {
			t.Errorf("one run is cancelled: %+v", got)
		}
		s.actors("hang", "hang.r3")
		s.append(finished("hang", "r1"))
		s.append(start("hang", "r4", 1)) // the job's actor is free again
		s.actors("hang", "hang.r3")
		s.append(finished("hang", "r4"), finished("hang", "r3"))
		s.actors("hang")
	})
}

// TestFailuresBesideEachOther: a failure suspends its own actor, and the next attempt restarts that one.
func TestFailuresBesideEachOther(t *testing.T) {
	play(t, nil, func(s *stage) {
		s.append(parallel("fail"))
		s.append(start("fail", "r1", 1))
		s.append(start("fail", "r2", 1)) // r1 backs off, and will need the job's actor
		s.actors("fail", "fail.r2")
		time.Sleep(time.Hour)
		s.append(start("fail", "r2", 2))
		s.append(start("fail", "r1", 2))
		s.incarnations(1, 2, 3, 4)
		s.append(finished("fail", "r2")) // it is suspended; nothing is in flight
		s.actors("fail")
		s.append(finished("fail", "r1"))
		s.append(start("fail", "r3", 1))
		s.incarnations(1, 2, 3, 4, 5)
		s.actors("fail")
	})
}

// TestRunsBesideEachOtherLeave: a job that is removed, or gets another type, takes all its actors with it as soon as
// their attempts have returned; and one that is defined again has them again.
func TestRunsBesideEachOtherLeave(t *testing.T) {
	play(t, nil, func(s *stage) {
		s.append(parallel("hang"), parallel("fail"))
		s.append(start("hang", "r1", 1), start("hang", "r2", 1), start("fail", "r1", 1), start("fail", "r2", 1))
		s.append(messages.JobRemoved{Job: "hang"})
		s.actors("hang", "hang.r2", "fail", "fail.r2") // their attempts have not returned
		s.append(finished("hang", "r1"), finished("hang", "r2"))
		s.actors("fail", "fail.r2")
		s.append(messages.JobRemoved{Job: "fail"}, parallel("fail"), start("fail", "r2", 2), start("fail", "r1", 2))
		s.actors("fail", "fail.r2") // made anew, each for its run
		if n := len(bustest.Of[messages.AttemptFailed](s.log)); n != 4 {
			t.Errorf("%d attempts have failed, want 4", n)
		}
	})
}

// TestSecondLockBesideEachOther: attempts that wait for the gate wait each for itself.
func TestSecondLockBesideEachOther(t *testing.T) {
	play(t, nil, func(s *stage) {
		s.append(parallel("hang"))
		s.append(start("hang", "r1", 1))
		s.append(messages.SessionExpired{Session: "default", Generation: 1})
		s.append(start("hang", "r2", 1), start("hang", "r3", 1))
		s.incarnations(1)
		s.append(finished("hang", "r3"))
		if got := bustest.Of[messages.AttemptInterrupted](s.log); len(got) != 1 || got[0].Run != "r3" || got[0].Called {
			t.Errorf("a parked attempt that was cancelled: %+v", got)
		}
		s.append(messages.GateOpened{Session: "default", Generation: 2})
		s.incarnations(1, 2)
		s.actors("hang", "hang.r2")
	})
}
