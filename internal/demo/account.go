package demo

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"curfew/bus/jsonl"
	"curfew/bus/replay/compare"
	"curfew/bus/replay/invariant"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// accounts are the numbers that the demo makes promises about. The backend counts calls; the rest is counted from the
// log and its replay.
type accounts struct {
	calls       counts
	seen        seen
	held        int // runs that were held
	inFlight    int // gated attempts in flight when the gate closed
	canaries    int
	heartbeats  int // shell attempts that succeeded while the gate was closed
	waited      int // runs that waited for a retry when the gate closed
	leftOver    int // held runs that have not succeeded since
	broken      []invariant.Violation
	differences int
}

// account replays the journal, prints the numbers, and says which are not as promised.
func (s *show) account(b *server, journal []byte) error {
	recs, err := records(journal)
	if err != nil {
		return err
	}
	report, err := compare.Journal(bytes.NewReader(journal), policy.New(), policy.Version)
	if err != nil {
		return err
	}
	a := accounts{calls: b.counted(), seen: s.seen, held: len(s.seen.held), leftOver: leftOver(recs), differences: report.Total}
	a.broken = append(invariant.Check(recs), invariant.Ungated(recs)...)
	a.read(recs)
	s.say("The accounts")
	for _, l := range []string{
		fmt.Sprintf("calls as the backend counted them: %d answered, %d failed with 503, %d with a dead session", a.calls.answered, a.calls.failed, a.calls.refused),
		fmt.Sprintf("calls in flight when the gate closed: %d", a.inFlight),
		fmt.Sprintf("%d held, each to run once; %d retries", a.held, a.seen.retries),
		fmt.Sprintf("%d error reports, %d notifications (one at the close, one summary)", a.seen.reports, a.seen.notices),
		fmt.Sprintf("invariants broken: %d", len(a.broken)),
		fmt.Sprintf("replay of the journal: %s", report),
	} {
		s.line(plain, l)
	}
	s.say("Next, an outage of your own: docs/tutorial.md, or `curfew help tutorial`")
	return a.balance()
}

// balance is an error that lists the promises that were not kept.
func (a accounts) balance() error {
	return errors.Join(
		promise(a.differences == 0, "the replay of the journal differs"),
		promise(len(a.broken) == 0, "an invariant is broken: %v", a.broken),
		promise(a.calls.refused > 0, "the session never lapsed"),
		promise(a.calls.refused <= a.inFlight, "I2: %d calls with a dead session, %d were in flight", a.calls.refused, a.inFlight),
		promise(a.calls.failed == stumbles, "%d calls failed with 503 instead of %d", a.calls.failed, stumbles),
		promise(a.waited > 0, "the session did not lapse in the middle of a retry"),
		promise(a.held > 0, "no run was held"),
		promise(a.leftOver == 0, "%d held runs did not run", a.leftOver),
		promise(a.canaries == 2, "%d canaries for 2 sign-ins", a.canaries),
		promise(a.heartbeats > 0, "the shell job stood still while the gate was closed"),
		promise(a.seen.reports == 0, "%d error reports for an expired session", a.seen.reports),
		promise(a.seen.notices == 2, "%d notifications instead of 2", a.seen.notices),
	)
}

func promise(kept bool, format string, args ...any) error {
	if kept {
		return nil
	}
	return fmt.Errorf(format, args...)
}

func records(journal []byte) ([]messages.Record, error) {
	var recs []messages.Record
	r := jsonl.NewReader(bytes.NewReader(journal))
	for {
		rec, err := r.Next()
		if errors.Is(err, io.EOF) {
			return recs, nil
		}
		if err != nil {
			return nil, err
		}
		recs = append(recs, rec)
	}
}

// read counts from the records of the log.
func (a *accounts) read(recs []messages.Record) {
	flying, waiting := map[messages.RunID]bool{}, map[messages.RunID]bool{}
	closed := false
	for _, rec := range recs {
		switch b := rec.Body.(type) {
		case messages.AttemptStarted:
			delete(waiting, b.Run)
			if b.Canary {
				a.canaries++
			}
			if b.Session != "" {
				flying[b.Run] = true
			}
		case messages.AttemptSucceeded:
			delete(flying, b.Run)
			if closed && b.Job == heartbeat {
				a.heartbeats++
			}
		case messages.AttemptFailed:
			delete(flying, b.Run)
		case messages.WakeScheduled:
			if b.Why == messages.WakeRetry {
				waiting[b.Run] = true
			}
		case messages.GateClosed:
			if b.Reason != messages.ReasonSignedOut {
				closed, a.inFlight, a.waited = true, len(flying), len(waiting)
			}
		case messages.GateProbing:
			closed = false
		}
	}
}

// leftOver counts the runs that were held and did not succeed afterwards.
func leftOver(recs []messages.Record) int {
	held := map[messages.RunID]bool{}
	for _, rec := range recs {
		switch b := rec.Body.(type) {
		case messages.RunHeld:
			held[b.Run] = true
		case messages.RunFinished:
			if b.Status == messages.StatusSucceeded || b.Reason == messages.FinishCoalesced {
				delete(held, b.Run)
			}
		}
	}
	return len(held)
}
