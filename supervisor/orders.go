package supervisor

import (
	"strconv"

	"curfew/messages"
)

// Start orders a job actor to run an attempt. An incarnation gets at most one attempt of each run.
type Start struct {
	Attempt     messages.AttemptStarted
	Definition  *messages.Kept // as it was when the attempt was decided
	Incarnation uint64         // of the actor that gets the order
	at          uint64         // seq of the decision; 0: from before this runtime
}

// Ref names the attempt as the facts about it do.
func (s *Start) Ref() messages.AttemptRef {
	return messages.AttemptRef{
		Run: s.Attempt.Run, Job: s.Attempt.Job, Attempt: s.Attempt.Attempt, Incarnation: s.Incarnation,
	}
}

// Cancel orders a job actor to stop its attempt if it is one of that run.
type Cancel struct {
	Run  messages.RunID
	Mute bool // the attempt is to say nothing any more
}

// Failure is the reason with which a job actor fails: the fact that its shard publishes.
type Failure struct{ Fact messages.AttemptFailed }

var _ error = (*Failure)(nil)

// Error is the error of the attempt.
func (f *Failure) Error() string { return string(f.Fact.Class) + ": " + f.Fact.Error }

// FactID is the id of a fact about an attempt: the same for every reporter, so the log takes each kind of fact once.
// The incarnation is part of it, because it is never used again: after the clock was set back, a slot, and so a run,
// may have a name that was used before, and the log drops a fact whose id it knows.
func FactID(f messages.Fact, a messages.AttemptRef) string {
	return messages.FactID(f.Name(), string(a.Run), strconv.Itoa(a.Attempt), strconv.FormatUint(a.Incarnation, 10))
}
