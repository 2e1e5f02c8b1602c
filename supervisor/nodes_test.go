package supervisor_test

import (
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"curfew/bus/bustest"
	"curfew/messages"
)

// notOther performs what is not of the node "other".
type notOther struct{ decides *atomic.Bool }

func (notOther) Joined(messages.NodeJoined)              {}
func (notOther) Performs(a messages.AttemptStarted) bool { return a.Node != "other" }
func (n notOther) Decides() bool                         { return n.decides.Load() }

func startOn(node, job, run string, attempt int) messages.AttemptStarted {
	a := start(job, run, attempt)
	a.Node = node
	return a
}

// TestOnlyItsOwnAttempts: an attempt of another node is not performed, and its end changes nothing here. The next
// attempt of the run may be this node's.
func TestOnlyItsOwnAttempts(t *testing.T) {
	play(t, []string{"hang"}, func(s *stage) {
		s.append(startOn("other", "hang", "r1", 1))
		s.incarnations()
		s.append(messages.AttemptInterrupted{
			AttemptRef: messages.AttemptRef{Job: "hang", Run: "r1", Attempt: 1}, Why: messages.InterruptLost,
		})
		s.append(startOn("here", "hang", "r1", 2))
		s.incarnations(1)
		s.append(finished("hang", "r1"))
		if got := bustest.Of[messages.AttemptInterrupted](s.log); len(got) != 2 || got[1].Attempt != 2 {
			t.Errorf("the own attempt is cancelled, and no other: %+v", got)
		}
	})
}

// TestLostOverHere: others have not seen this node, and its attempt is over by the log. It is told to stop; the next one
// begins in a fresh incarnation without waiting for it.
func TestLostOverHere(t *testing.T) {
	play(t, []string{"hang"}, func(s *stage) {
		s.append(startOn("here", "hang", "r1", 1))
		s.append(messages.AttemptInterrupted{
			AttemptRef: messages.AttemptRef{Job: "hang", Run: "r1", Attempt: 1}, Why: messages.InterruptLost,
		})
		if got := bustest.Of[messages.AttemptInterrupted](s.log); len(got) != 2 || got[1].Why != messages.InterruptCancelled {
			t.Errorf("the attempt is told to stop: %+v", got)
		}
		s.append(startOn("here", "hang", "r1", 2))
		s.incarnations(1, 2)
	})
}

// TestLose: this node is not to be seen. What is in flight is told to stop and to say nothing, and what waits for its gate
// is forgotten; the next attempts begin in fresh incarnations.
func TestLose(t *testing.T) {
	play(t, []string{"hang", "ok"}, func(s *stage) {
		s.append(startOn("here", "hang", "r1", 1))
		s.incarnations(1)
		s.append(messages.SessionExpired{Session: "default", Generation: 1})
		s.append(startOn("here", "ok", "r2", 1)) // waits
		s.sup.Lose()
		synctest.Wait()
		s.append(messages.GateOpened{Session: "default", Generation: 2})
		s.incarnations(1)
		if got := bustest.Of[messages.AttemptInterrupted](s.log); len(got) != 0 {
			t.Errorf("the attempts are reported: %+v", got)
		}
		for _, a := range []messages.AttemptRef{{Job: "hang", Run: "r1", Attempt: 1}, {Job: "ok", Run: "r2", Attempt: 1}} {
			s.append(messages.AttemptInterrupted{AttemptRef: a, Why: messages.InterruptLost})
		}
		s.append(startOn("here", "hang", "r1", 2))
		s.incarnations(1, 2)
	})
}

// TestWhoTellsOfAnEnd: how a run has ended is logged by the node that had its newest attempt, and by the one that decides if
// there is none: nobody has begun it, or its node was lost.
func TestWhoTellsOfAnEnd(t *testing.T) {
	lost := func(run string) messages.AttemptInterrupted {
		return messages.AttemptInterrupted{AttemptRef: messages.AttemptRef{Job: "hang", Run: messages.RunID(run), Attempt: 1}, Why: messages.InterruptLost}
	}
	for _, decides := range []bool{false, true} {
		play(t, []string{"hang"}, func(s *stage) {
			s.decides.Store(decides)
			s.append(startOn("here", "hang", "here", 1), finished("hang", "here"))
			s.append(startOn("other", "hang", "there", 1), finished("hang", "there"))
			s.append(finished("hang", "unbegun"))
			s.append(startOn("other", "hang", "lost", 1), lost("lost"), finished("hang", "lost"))
			s.append(startOn("here", "hang", "left", 1), lost("left"), startOn("other", "hang", "left", 2), finished("hang", "left"))
			s.append(startOn("other", "hang", "came", 1), lost("came"), startOn("here", "hang", "came", 2), finished("hang", "came"))
			var got []any
			for _, line := range s.lines.FilterMessage("cron: run finished").All() {
				got = append(got, line.ContextMap()["run"])
			}
			want := "[here came]"
			if decides {
				want = "[here unbegun lost came]"
			}
			if fmt.Sprint(got) != want {
				t.Errorf("decides: %v: it logs the ends of %v, want %s", decides, got, want)
			}
		})
	}
}
