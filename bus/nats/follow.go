package nats

import (
	"context"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go/jetstream"

	"curfew/bus"
	"curfew/bus/sleep"
	"curfew/messages"
)

// A Relay is a journal that this process follows, until it claims it. One goroutine at a time calls its methods and
// Append.
type Relay struct {
	*Journal
	claimed *entry                    // the claim up to which Follow reads without waiting; nil: it waits
	feed    jetstream.MessagesContext // nil: it is to be made
}

var _ bus.Relay = (*Relay)(nil)

// Take has the next append note the place in the queue.
func (r *Relay) Take(place uint64) { r.take = place }

// Taken is the place in the queue that was noted last.
func (r *Relay) Taken() uint64 { return r.end.Load().taken }

// Behind is how many messages of the stream, each an append or a part of a large one, were not read by Follow yet. Any
// goroutine may call it.
func (r *Relay) Behind(ctx context.Context) (uint64, error) {
	ctx, cancel := context.WithTimeout(ctx, tryTimeout)
	defer cancel()
	read := r.end.Load().place // before: what is read meanwhile is not counted twice
	info, err := r.stream.Info(ctx)
	if err != nil {
		return 0, fmt.Errorf("bus: nats: look at the end of realm %s: %w", r.options.Realm, err)
	}
	return info.State.LastSeq - min(read, info.State.LastSeq), nil
}

// Claim takes the journal over: from its return on no other can append. Follow reads what others have appended before.
func (r *Relay) Claim(ctx context.Context) error {
	ctx, cancel := r.within(ctx)
	defer cancel()
	at, err := r.claim(ctx)
	if err != nil {
		return fmt.Errorf("bus: nats: claim realm %s: %w", r.options.Realm, err)
	}
	r.claimed = &at
	return nil
}

// within is ctx, which also ends with the journal.
func (r *Relay) within(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(r.ctx, cancel)
	return ctx, func() { stop(); cancel() }
}

// Follow waits until others have appended, for as long as the servers cannot be reached, and returns the next records,
// of one append. What is in the stream and is no next record of a journal is an error.
func (r *Relay) Follow(ctx context.Context) ([]messages.Record, error) {
	ctx, cancel := r.within(ctx)
	defer cancel()
	for {
		if r.claimed != nil && r.end.Load().place >= r.claimed.place {
			r.claimed = nil
			r.unfollow()
			return nil, nil
		}
		rs, err := r.followed(ctx)
		if err != nil {
			r.unfollow()
			return nil, fmt.Errorf("bus: nats: follow realm %s: %w", r.options.Realm, err)
		}
		if len(rs) > 0 {
			return rs, nil
		}
	}
}

// followed reads the messages of one append. A claim has no records.
func (r *Relay) followed(ctx context.Context) (rs []messages.Record, err error) {
	end := *r.end.Load()
	var entries []entry
	for {
		m, err := r.nextMessage(ctx, end.place+1)
		if err != nil {
			return nil, err
		}
		e, err := entryOf(m)
		switch {
		case err != nil:
			return nil, err
		case e.first > end.last+1:
			return nil, &bus.Corrupt{First: end.last + 1, Last: e.first - 1, Reason: "they are missing"}
		case e.first <= end.last:
			return nil, &bus.Corrupt{First: e.first, Last: end.last, Reason: "blocks overlap"}
		}
		if !e.claim() {
			more, err := e.records(m)
			if err != nil {
				return nil, err
			}
			rs = append(rs, more...)
		}
		end, entries = e, append(entries, e)
		if !e.more {
			break
		}
		if len(entries) > maxBatch {
			return nil, fmt.Errorf("more than %d messages are of one append", maxBatch)
		}
	}
	for _, e := range entries {
		r.known.add(e)
	}
	r.end.Store(&end)
	return rs, nil
}

// errSkipped means that messages of the stream were removed before this process had read them.
var errSkipped = errors.New("records were removed before they were read here: start again")

// nextMessage waits for the message in that place of the stream.
func (r *Relay) nextMessage(ctx context.Context, place uint64) (*jetstream.RawStreamMsg, error) {
	for {
		m, err := r.tryNext(ctx, place)
		if err == nil || errors.Is(err, errSkipped) {
			return m, err
		}
		r.unfollow()
		if sleep.For(ctx, tryPause) != nil {
			return nil, context.Cause(ctx)
		}
	}
}

func (r *Relay) tryNext(ctx context.Context, place uint64) (*jetstream.RawStreamMsg, error) {
	if r.feed == nil {
		c, err := r.js.OrderedConsumer(ctx, r.options.stream(), jetstream.OrderedConsumerConfig{
			DeliverPolicy: jetstream.DeliverByStartSequencePolicy, OptStartSeq: place,
			MaxResetAttempts: 1, // the next is a new feed's: those of an old one do not end with ctx
		})
		if err != nil {
			return nil, err
		}
		if r.feed, err = c.Messages(); err != nil {
			return nil, err
		}
	}
	m, err := r.hear(ctx, place)
	if err != nil {
		return nil, err
	}
	meta, err := m.Metadata()
	switch {
	case err != nil:
		return nil, err
	case meta.Sequence.Stream > place:
		return nil, errSkipped
	case meta.Sequence.Stream < place: // a new feed passes it over
		return nil, errors.New("the feed has gone back")
	}
	return &jetstream.RawStreamMsg{Sequence: place, Header: m.Headers(), Data: m.Data()}, nil
}

// errDeaf means that the feed is silent about a message that is in the stream: it does not survive every loss of a
// connection, or of a server.
var errDeaf = errors.New("the feed does not bring a message that is in the stream")

// hear waits for what the feed brings. One that is silent for feedSilence is not believed: the stream is asked.
func (r *Relay) hear(ctx context.Context, place uint64) (jetstream.Msg, error) {
	for {
		once, done := context.WithTimeout(ctx, feedSilence)
		m, err := r.feed.Next(jetstream.NextContext(once))
		done()
		if !errors.Is(err, context.DeadlineExceeded) || ctx.Err() != nil {
			return m, err
		}
		asked, done := context.WithTimeout(ctx, tryTimeout)
		info, err := r.stream.Info(asked)
		done()
		if err != nil {
			return nil, err
		}
		if info.State.LastSeq >= place {
			return nil, errDeaf
		}
	}
}

// unfollow ends the feed. The next read begins a new one, behind what was returned.
func (r *Relay) unfollow() {
	if r.feed != nil {
		r.feed.Stop()
		r.feed = nil
	}
}
