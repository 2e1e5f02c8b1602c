package supervisor

import (
	"strconv"

	"curfew/messages"
)

// Start orders a job actor to run an attempt. One incarnation gets at most one of a run.
type Start struct {
	Attempt     messages.AttemptStarted
	Definition  messages.Definition // as it was when the attempt was decided
	Incarnation uint64              // of the actor that gets the order
}

// Ref names the attempt as the facts about it do.
func (s *Start) Ref() messages.AttemptRef {
	return messages.AttemptRef{
		Run: s.Attempt.Run, Job: s.Attempt.Job, Attempt: s.Attempt.Attempt, Incarnation: s.Incarnation,
	}
}

// Cancel orders a job actor to stop the attempt of a run, if that is what it is doing.
type Cancel struct{ Run messages.RunID }

// Failure is what a job actor fails with: the fact that its shard is to publish.
type Failure struct{ Fact messages.AttemptFailed }

var _ error = (*Failure)(nil)

// Error is the error of the attempt.
func (f *Failure) Error() string { return string(f.Fact.Class) + ": " + f.Fact.Error }

// FactID is the id of what is reported about an attempt: one of each name, whoever reports it. The
// incarnation is part of it because it never comes again: a clock that is set back may name a slot, and so
// a run, for a second time, and the bus drops what has a known id.
func FactID(f messages.Fact, a messages.AttemptRef) string {
	return messages.FactID(f.Name(), string(a.Run), strconv.Itoa(a.Attempt), strconv.FormatUint(a.Incarnation, 10))
}
