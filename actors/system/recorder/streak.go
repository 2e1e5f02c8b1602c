package recorder

import "curfew/messages"

// Streak is how the runs of a job have ended last. Runs that were cancelled, skipped or stale do not count.
type Streak struct {
	Seq      uint64           // of the newest run that succeeded or failed; 0: none is known
	Failures int              // how many have failed in a row, up to that run; 0: it has succeeded, or there is none
	Since    messages.Instant // when the first of these failures ended
	AtLeast  bool             // what was before is not known: there may have been more failures
}

// outcome reports whether a run has succeeded or failed.
func outcome(r *Run) bool {
	return r.Status == messages.StatusSucceeded || r.Status == messages.StatusFailed
}

// End takes in a run that has ended. It returns false if the runs have to be counted anew, by [Streak.Count]: runs
// beside each other do not end in the order in which they began.
func (s *Streak) End(r *Run) bool {
	switch {
	case !outcome(r):
	case r.Seq <= s.Seq:
		return s.Failures == 0 // what has succeeded since outranks it
	case r.Status == messages.StatusSucceeded:
		*s = Streak{Seq: r.Seq}
	default:
		if s.Failures == 0 {
			s.Since = r.FinishedAt
		}
		s.Seq, s.Failures = r.Seq, s.Failures+1
	}
	return true
}

// Ended is a run that has succeeded or failed, in short.
type Ended struct {
	Seq        uint64
	Failed     bool
	FinishedAt messages.Instant
}

// Count counts anew, by the runs that are remembered, newest first. Those that have been forgotten still count, unless
// a remembered one has succeeded since.
func (s *Streak) Count(runs func(yield func(Ended) bool)) {
	was := *s
	*s = Streak{AtLeast: was.AtLeast}
	for r := range runs {
		if s.Seq == 0 {
			s.Seq = r.Seq
		}
		if !r.Failed {
			s.AtLeast = false
			return
		}
		s.Failures, s.Since = s.Failures+1, r.FinishedAt
	}
	if was.Failures > 0 && s.Failures > 0 && was.Since < s.Since {
		s.Failures, s.Since = max(was.Failures, s.Failures), was.Since
	}
}

// Failing is a job whose newest run that succeeded or failed has failed.
type Failing struct {
	Job     string
	Run     messages.RunID   // the newest run that failed
	Runs    int              // how many have failed in a row
	Since   messages.Instant // when the first of them ended
	AtLeast bool             // there may be more of them, and then Since is earlier
	Error   string           // of the last attempt of the newest run that has one; empty: none has
}

// LastError is the error of the last attempt of the run that has one; empty: none has.
func LastError(attempts []Attempt) string {
	for i := len(attempts) - 1; i >= 0; i-- {
		if attempts[i].Error != "" {
			return attempts[i].Error
		}
	}
	return ""
}
