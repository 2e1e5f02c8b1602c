package explain

import (
	"fmt"
	"unicode/utf8"

	"curfew/messages"
)

// maxVerdict is the length, in characters, up to which a verdict says more.
const maxVerdict = 130

// name is the slot or the run as the beginning of a sentence.
func (e *Explainer) name(slot messages.Instant) string {
	if slot.IsZero() {
		return "The run by hand"
	}
	return "The slot " + e.clock(slot)
}

func (e *Explainer) skipVerdict(s *subject) string {
	return sentence(e.name(s.slot) + " was skipped: " + e.whySkipped(s.skip))
}

// sentence ends a text, and adds more if there is room.
func sentence(text string, more ...string) string {
	for _, m := range more {
		if utf8.RuneCountInString(text+m) < maxVerdict {
			text += m
		}
	}
	return text + "."
}

// runVerdict is one sentence about the run that covers a slot in the end.
func (e *Explainer) runVerdict(s *subject, r *run) string {
	slot := s.slot
	if slot.IsZero() {
		slot = r.slot
	}
	name, fold := e.name(slot), ""
	if n := r.missed + 1; n > 1 {
		fold = fmt.Sprintf("; one run for %d slots", n)
	}
	if slot.IsZero() {
		slot = r.queued.At
	}
	at := func(i messages.Instant) string {
		if e.name(slot) == "The run by hand" {
			return e.clock(i)
		}
		return e.then(i, slot)
	}
	switch e.status(r) {
	case messages.StatusSucceeded:
		return sentence(fmt.Sprintf("%s ran at %s%s and succeeded", name, at(r.started.At), r.attempts()), fold, e.delay(r, s.slot))
	case messages.StatusFailed:
		return r.because(fmt.Sprintf("%s failed at %s%s", name, at(r.finished.At), r.attempts()), fold)
	case messages.StatusCancelled, messages.StatusSkipped, messages.StatusStale:
		what := "did not run"
		if r.started.Seq != 0 {
			what = "did not succeed"
		}
		return sentence(fmt.Sprintf("%s %s: %s", name, what, e.end(r.finished)), ", at "+at(r.finished.At), fold)
	case messages.StatusRunning:
		if !e.q.Live {
			return sentence(fmt.Sprintf("%s had started at %s%s when the daemon ended; its next start goes on",
				name, at(r.started.At), r.attempts()), fold)
		}
		return sentence(fmt.Sprintf("%s is running since %s%s%s", name, at(r.started.At), r.attempts(), r.where()), fold, e.delay(r, s.slot))
	case messages.StatusBackingOff:
		return r.because(fmt.Sprintf("%s failed%s and is tried again at %s", name, r.attempts(), at(r.retry)), fold)
	case messages.StatusHeld:
		return sentence(fmt.Sprintf("%s is held since %s: %s", name, at(max(e.heldSince(r), s.slot)), e.remedy(r)), fold)
	default:
		return sentence(fmt.Sprintf("%s waits since %s: %s", name, at(r.waited.At), e.waitsFor(r)), fold)
	}
}

// because ends a sentence about a failure with the attempt's error.
func (r *run) because(text, fold string) string {
	if why := r.failure(); why != "" {
		text += ": " + failed(why)
	}
	return sentence(text, fold)
}

// attempts says which attempt it was, if it was not the first.
func (r *run) attempts() string {
	if d, ok := r.started.Body.(messages.AttemptStarted); ok && d.Attempt > 1 {
		return fmt.Sprintf(" (attempt %d)", d.Attempt)
	}
	return ""
}

// where says on which node it runs, if there are nodes.
func (r *run) where() string {
	if d, ok := r.started.Body.(messages.AttemptStarted); ok && d.Node != "" {
		return " on node " + d.Node
	}
	return ""
}

// failure is the error of the newest attempt.
func (r *run) failure() string {
	switch b := r.ended.Body.(type) {
	case messages.AttemptFailed:
		if b.Error != "" {
			return b.Error
		}
		return string(b.Class)
	case messages.AttemptAbandoned:
		return "it did not stop when it was told to"
	}
	return ""
}
