package world

import (
	"context"
	"iter"
	"testing"

	"curfew/bus"
	"curfew/messages"
)

// Beyond runs what needs the real clock and a network for a synctest bubble. A goroutine of the bubble that waits for it
// is not idle, so virtual time stands still meanwhile. It is made outside the bubble.
type Beyond struct {
	ctx     context.Context // of the test //nolint:containedctx // those of the bubble may not be used outside
	calls   chan beyondCall
	answers chan chan struct{} // made here: the bubble may not wait for one of its own
}

type beyondCall struct {
	run  func()
	done chan struct{}
}

// NewBeyond starts goroutines that go with the test.
func NewBeyond(t testing.TB) *Beyond {
	b := &Beyond{ctx: t.Context(), calls: make(chan beyondCall), answers: make(chan chan struct{})}
	go func() {
		for {
			select {
			case b.answers <- make(chan struct{}, 1):
			case c := <-b.calls:
				go func() {
					c.run()
					c.done <- struct{}{}
				}()
			case <-b.ctx.Done():
				return
			}
		}
	}()
	return b
}

// do runs f outside the bubble, and waits until it has returned.
func (b *Beyond) do(f func()) {
	done := <-b.answers
	b.calls <- beyondCall{f, done}
	<-done
}

// value is what f returns outside the bubble.
func value[T any](b *Beyond, f func() (T, error)) (v T, err error) {
	b.do(func() { v, err = f() })
	return v, err
}

// beyondJournal is a journal outside the bubble.
type beyondJournal struct {
	b *Beyond
	j bus.Journal
}

func (d *beyondJournal) Append(rs []messages.Record) (err error) {
	d.b.do(func() { err = d.j.Append(rs) })
	return err
}

func (d *beyondJournal) Read(from uint64, limit int) ([]messages.Record, error) {
	return value(d.b, func() ([]messages.Record, error) { return d.j.Read(from, limit) })
}

func (d *beyondJournal) First() (uint64, error) { return value(d.b, d.j.First) }

func (d *beyondJournal) Last() (uint64, error) { return value(d.b, d.j.Last) }

func (d *beyondJournal) Cursors() ([]bus.Cursor, error) { return value(d.b, d.j.Cursors) }

func (d *beyondJournal) SaveCursor(c bus.Cursor) (err error) {
	d.b.do(func() { err = d.j.SaveCursor(c) })
	return err
}

func (d *beyondJournal) DropCursor(name string, topic messages.Topic) (err error) {
	d.b.do(func() { err = d.j.DropCursor(name, topic) })
	return err
}

type beyondLine struct {
	text []byte
	err  error
}

func linesOf(all []beyondLine) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		for _, l := range all {
			if !yield(l.text, l.err) {
				return
			}
		}
	}
}

// SaveSnapshot makes the lines inside the bubble, where their state is, and keeps them outside.
func (d *beyondJournal) SaveSnapshot(s bus.Snapshot, lines iter.Seq2[[]byte, error]) (err error) {
	var made []beyondLine
	for text, err := range lines {
		made = append(made, beyondLine{text, err})
	}
	d.b.do(func() { err = d.j.SaveSnapshot(s, linesOf(made)) })
	return err
}

func (d *beyondJournal) Snapshots() ([]bus.Snapshot, error) { return value(d.b, d.j.Snapshots) }

func (d *beyondJournal) SnapshotLines(seq uint64) iter.Seq2[[]byte, error] {
	var read []beyondLine
	d.b.do(func() {
		for text, err := range d.j.SnapshotLines(seq) {
			read = append(read, beyondLine{append([]byte(nil), text...), err})
		}
	})
	return linesOf(read)
}

func (d *beyondJournal) Cut(before messages.Instant, bytes int64) (uint64, error) {
	return value(d.b, func() (uint64, error) { return d.j.Cut(before, bytes) })
}

func (d *beyondJournal) Drop(before uint64) (err error) {
	d.b.do(func() { err = d.j.Drop(before) })
	return err
}

func (d *beyondJournal) Close() (err error) {
	d.b.do(func() { err = d.j.Close() })
	return err
}

// beyondRelay is a relay outside the bubble.
type beyondRelay struct {
	beyondJournal
	relay bus.Relay
}

var _ bus.Relay = (*beyondRelay)(nil)

// Follow waits outside. Contexts of the bubble stay in it: when this one ends, the wait outside is ended.
func (r *beyondRelay) Follow(ctx context.Context) (rs []messages.Record, err error) {
	var outside context.Context
	cancel := func() {}
	r.b.do(func() { outside, cancel = context.WithCancel(r.b.ctx) })
	done := <-r.b.answers
	r.b.calls <- beyondCall{func() { rs, err = r.relay.Follow(outside) }, done}
	select {
	case <-done:
	case <-ctx.Done():
		r.b.do(func() { cancel() })
		<-done
	}
	r.b.do(func() { cancel() })
	return rs, err
}

func (r *beyondRelay) Claim(context.Context) (err error) {
	r.b.do(func() { err = r.relay.Claim(r.b.ctx) })
	return err
}

func (r *beyondRelay) Take(place uint64) { r.b.do(func() { r.relay.Take(place) }) }

func (r *beyondRelay) Taken() (place uint64) {
	r.b.do(func() { place = r.relay.Taken() })
	return place
}
