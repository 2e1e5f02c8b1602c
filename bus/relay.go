package bus

import (
	"context"
	"errors"
	"fmt"

	"curfew/messages"
)

// ErrFollows means that another log decides: this one only follows it.
var ErrFollows = errors.New("bus: another log decides, and this one follows it")

// A Relay is a journal that several processes have open. One of them at a time appends; the others follow. A log on a
// relay begins by following ([Log.Lead]). One goroutine at a time calls Append, Take, Follow and Claim.
type Relay interface {
	Journal
	// Follow waits until somebody has appended, and returns the next records: of whole appends, in their order, without
	// a gap. After a Claim it returns those that were appended before, and then, without waiting, none. After ctx has
	// ended nothing is passed over; after any other error the journal must be opened again.
	Follow(ctx context.Context) ([]messages.Record, error)
	// Claim makes this process the only one that can append: any other gets [ErrFenced]. Records that others have
	// appended before must be read with Follow before the first Append.
	Claim(ctx context.Context) error
	// Take has the next Append note, together with its records, that parcels of facts were taken in up to that place.
	Take(place uint64)
	// Taken is the place that was noted last, in the records that were read or appended so far; 0: none.
	Taken() uint64
}

// turn is an order to the writer to decide, or to follow.
type turn struct {
	ctx  context.Context //nolint:containedctx // of the caller, which waits
	lead bool
	done chan error
}

// Leads reports whether this log decides. A log on a journal that is no [Relay] always does.
func (l *Log) Leads() bool { return l.leads.Load() }

// Lead makes this log the one that decides. The log that did so before can append nothing from then on. This one takes
// in what it has not seen yet, which is little if it has followed, and returns when it decides. If the claim fails, or ctx
// ends before it decides, it goes on following; any other error after the claim stops it.
func (l *Log) Lead(ctx context.Context) error { return l.turn(ctx, true) }

// Yield lets this log follow again, when everything that it has decided is durable. If another one has come meanwhile,
// what was decided here and not appended is in the machine already: then the log stops with [ErrFenced].
func (l *Log) Yield(ctx context.Context) error { return l.turn(ctx, false) }

func (l *Log) turn(ctx context.Context, lead bool) error {
	if l.relay == nil {
		return errors.New("bus: the journal has one writer, so this log always decides")
	}
	t := turn{ctx: ctx, lead: lead, done: make(chan error, 1)}
	select {
	case l.turns <- t:
	case <-l.done:
		return ErrClosed
	case <-ctx.Done():
		return fmt.Errorf("bus: %w", context.Cause(ctx))
	}
	return <-t.done
}

// decides takes the turn of a log that follows. An error after the claim stops the log, unless it is that ctx has ended:
// nothing was decided yet, and nothing passed over.
func (l *Log) decides(t turn) error {
	if !t.lead {
		t.done <- nil
		return nil
	}
	if err := l.relay.Claim(t.ctx); err != nil {
		t.done <- fmt.Errorf("bus: lead: %w", err)
		return nil
	}
	for {
		rs, err := l.relay.Follow(t.ctx)
		if err == nil && len(rs) > 0 {
			err = l.takeIn(rs)
		}
		if err != nil {
			ended := t.ctx.Err() != nil && errors.Is(err, context.Cause(t.ctx))
			err = fmt.Errorf("bus: lead: %w", err)
			t.done <- err
			if ended {
				return nil
			}
			return err
		}
		if len(rs) == 0 {
			break
		}
	}
	l.taken = l.relay.Taken()
	l.began.Store(l.taken)
	l.leads.Store(true)
	t.done <- nil
	return nil
}

// yields takes the turn of a log that decides. One that is to decide claims the journal again, as another log may have
// come meanwhile. Its error stops the log.
func (l *Log) yields(t turn) error {
	if err := l.ahead.wait(); err != nil {
		t.done <- err
		return err
	}
	l.leads.Store(false)
	return l.decides(t)
}

// Taken is the place up to which parcels are taken in, when the log begins to decide.
func (l *Log) Taken() uint64 { return l.began.Load() }
