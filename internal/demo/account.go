package demo

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"curfew/bus/jsonl"
	"curfew/bus/replay"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// account sums up, replays the journal, and says what is not as promised.
func (s *show) account(b *backend, journal []byte) error {
	recs, err := records(journal)
	if err != nil {
		return err
	}
	report, err := replay.Compare(bytes.NewReader(journal), policy.New(), policy.Version)
	if err != nil {
		return err
	}
	broken := append(replay.Invariants(recs), replay.Ungated(recs)...)
	c, seen := b.counted(), s.seen
	inFlight := atClose(recs)
	s.say("The accounts")
	for _, l := range []string{
		fmt.Sprintf("calls as the backend counted them: %d answered, %d failed with 503, %d with a dead session", c.answered, c.failed, c.refused),
		fmt.Sprintf("calls in flight when the gate closed: %d", inFlight),
		fmt.Sprintf("%d held, each to run once; %d attempts that were tries of a run again", len(seen.held), seen.retries),
		fmt.Sprintf("%d error reports, %d notifications (one at the close, one summary)", seen.reports, seen.notices),
		fmt.Sprintf("invariants broken: %d", len(broken)),
		fmt.Sprintf("replay: %s", report),
	} {
		s.line(plain, l)
	}
	return errors.Join(
		promise(report.Total == 0, "the replay of the journal differs"),
		promise(len(broken) == 0, "an invariant is broken: %v", broken),
		promise(c.refused <= inFlight, "I2: %d calls with a dead session, %d were in flight", c.refused, inFlight),
		promise(c.refused > 0, "the session never lapsed"),
		promise(len(seen.held) > 0, "no run was held"),
		promise(seen.reports == 0, "%d error reports for an expired session", seen.reports),
		promise(seen.notices == 2, "%d notifications instead of 2", seen.notices),
		promise(leftOver(recs) == 0, "%d held runs did not run", leftOver(recs)),
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

// atClose counts the gated attempts in flight when the session expired: the bound of I2.
func atClose(recs []messages.Record) int {
	flying := map[messages.RunID]bool{}
	for _, rec := range recs {
		switch b := rec.Body.(type) {
		case messages.AttemptStarted:
			if b.Session != "" {
				flying[b.Run] = true
			}
		case messages.AttemptSucceeded:
			delete(flying, b.Run)
		case messages.AttemptFailed:
			delete(flying, b.Run)
		case messages.AttemptInterrupted:
			delete(flying, b.Run)
		case messages.GateClosed:
			if b.Reason != messages.ReasonSignedOut {
				return len(flying)
			}
		}
	}
	return 0
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
