package bus_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"

	"curfew/bus"
	"curfew/bus/memory"
	"curfew/messages"
)

// stalled is a relay that, once it is claimed, returns what was appended before only if it is let.
type stalled struct {
	*memory.Relay
	claimed bool
	let     chan struct{}
}

func (s *stalled) Claim(ctx context.Context) error {
	s.claimed = true
	return s.Relay.Claim(ctx)
}

func (s *stalled) Follow(ctx context.Context) ([]messages.Record, error) {
	if s.claimed {
		select {
		case <-s.let:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
	return s.Relay.Follow(ctx)
}

// A log that is told, between its claim and its first decision, not to decide after all goes on following, loses nothing,
// and can decide later.
func TestLeadIsCalledOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, 2)
		s := &stalled{Relay: f.realm.Open(), let: make(chan struct{})}
		var applied []string
		l := openLog(t, bus.Options{
			Journal: s, Apply: func(r messages.Record) { applied = append(applied, r.ID) }, Step: step,
			Stopped: func(err error) { t.Errorf("the log has stopped: %v", err) },
		})
		fill(t, f.logs[0].Log, 10)
		ctx, cancel := context.WithCancel(t.Context())
		led := make(chan error, 1)
		go func() { led <- l.Lead(ctx) }()
		synctest.Wait()
		cancel()
		if err := <-led; !errors.Is(err, context.Canceled) || l.Leads() {
			t.Errorf("called off, it decides: %t, %v", l.Leads(), err)
		}
		close(s.let)
		f.lead(1)
		fill(t, f.logs[1].Log, 10)
		synctest.Wait()
		if len(applied) != 40 {
			t.Errorf("it has taken in %d records, want 40", len(applied))
		}
		if err := l.Lead(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := commit(t, l, "at last", paused("a")); got.Seq != 41 {
			t.Errorf("its first record has seq %d", got.Seq)
		}
	})
}
