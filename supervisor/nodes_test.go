package supervisor_test

import (
	"testing"
	"testing/synctest"

	"curfew/bus/bustest"
	"curfew/messages"
)

// notOther performs what is not of the node "other".
type notOther struct{}

func (notOther) Joined(messages.NodeJoined)              {}
func (notOther) Performs(a messages.AttemptStarted) bool { return a.Node != "other" }

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
