package bus

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"go.uber.org/zap"

	"curfew/bus/sleep"
	"curfew/messages"
)

// Bounds of what a log that follows hands on.
const (
	parcelBytes = 256 << 10              // of JSON, at which a parcel ends; one message may be larger
	sendPause   = 250 * time.Millisecond // before a parcel is sent again
	sendAtClose = 10 * time.Second       // for what is left when the log closes
)

// outbox is what was published on a log that follows, on its way to the one that decides. One goroutine sends it, parcel
// by parcel. Whoever waits is answered when the log has taken in what became of his messages.
type outbox struct {
	l       *Log
	wake    signal
	ctx     context.Context //nolint:containedctx // of the goroutine that sends
	cancel  context.CancelFunc
	ended   chan struct{} // closed when it has ended; nil: there is none
	closing bool

	mu      sync.Mutex
	calls   []*call             // not sent yet
	entries int                 // in them
	awaited map[string][]*await // by the id of a message
	later   []later             // duplicates of messages that this log has not taken in yet

	lost map[string]int // messages that were given up at the close, by name; of the goroutine that sends, until it has ended
}

// await is one message of a call that waits for its receipt.
type await struct {
	c *call
	i int
}

type later struct {
	id  string
	seq uint64
}

func (o *outbox) open(l *Log) {
	o.l = l
	if l.relay == nil || l.o.Send == nil {
		return
	}
	o.wake, o.ended, o.awaited = newSignal(), make(chan struct{}), make(map[string][]*await)
	o.lost = make(map[string]int)
	o.ctx, o.cancel = context.WithCancel(context.Background())
	go o.run()
}

// put takes a call over. One that can never be sent is answered. The error is for too many, and after close.
func (o *outbox) put(c *call) error {
	if o.ended == nil {
		if c.done == nil {
			o.l.log.Warn("bus: dropped facts: another log decides", zap.Int("facts", len(c.entries)))
		}
		c.finish(ErrFollows)
		return nil
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closing {
		return ErrClosed
	}
	if o.entries+len(c.entries) > maxPending {
		err := fmt.Errorf("bus: more than %d messages wait to be handed on: the log that decides cannot be reached", maxPending)
		c.finish(err)
		return err
	}
	if c.done != nil && !c.gone {
		c.receipts, c.left = make([]Receipt, len(c.entries)), len(c.entries)
		for i, e := range c.entries {
			o.awaited[e.id] = append(o.awaited[e.id], &await{c, i})
		}
	}
	o.calls = append(o.calls, c)
	o.entries += len(c.entries)
	o.wake.set()
	return nil
}

// run sends what there is, until the log closes.
func (o *outbox) run() {
	defer close(o.ended)
	for {
		p, ok := o.next()
		if ok {
			o.send(p)
			continue
		}
		o.mu.Lock()
		closing := o.closing
		o.mu.Unlock()
		if closing {
			return
		}
		<-o.wake
	}
}

// next packs the calls that come next.
func (o *outbox) next() (p Parcel, ok bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	n := 0
	for ; n < len(o.calls); n++ {
		if !p.add(o.calls[n]) {
			break
		}
		o.entries -= len(o.calls[n].entries)
	}
	clear(o.calls[:n]) // the array outlives the slice
	o.calls = o.calls[n:]
	return p, n > 0
}

// send sends a parcel until it is safe, or nobody can take it.
func (o *outbox) send(p Parcel) {
	trouble := "facts cannot be handed on to the log that decides; they are kept and sent again"
	from := o.l.Last() + 1
	for tries := 0; ; tries++ {
		if o.ctx.Err() != nil { // the log closes, and its time is up
			o.giveUp(p)
			return
		}
		err := o.l.o.Send(o.ctx, p)
		switch {
		case err == nil && tries > 0:
			o.l.trouble.CompareAndSwap(&trouble, nil)
			o.l.log.Warn("bus: facts reach the log that decides again")
			return
		case err == nil:
			return
		case errors.Is(err, ErrTooLarge):
			o.l.trouble.CompareAndSwap(&trouble, nil)
			o.refuse(p, err)
			return
		case o.ctx.Err() != nil: // that is why it was not sent
		case tries == 0:
			o.l.trouble.CompareAndSwap(nil, &trouble)
			o.l.log.Error("bus: "+trouble, zap.Error(err))
			p = p.again(from) // it may have arrived
		}
		_ = sleep.For(o.ctx, sendPause)
	}
}

// giveUp counts the messages of a parcel whose callers do not wait: nobody is told of them. The others repeat theirs, if
// they want to: they are told at the end of the close, or were told that their time is up.
func (o *outbox) giveUp(p Parcel) {
	for i, e := range p.entries {
		if !p.asks[i] {
			o.lost[e.body.Name()]++
		}
	}
}

// refuse answers those who wait for what is in a parcel.
func (o *outbox) refuse(p Parcel, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, e := range p.entries {
		if o.awaited[e.id] == nil {
			o.l.log.Warn("bus: refused", zap.String("name", e.body.Name()), zap.String("id", e.id), zap.Error(err))
		}
		o.answer(e.id, Receipt{}, &Refused{ID: e.id, Name: e.body.Name(), Err: err})
	}
}

// settle answers those who wait for messages that are in these records. The decisions on a fact stand behind it.
func (o *outbox) settle(rs []messages.Record) {
	if o.ended == nil {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.awaited) == 0 {
		return
	}
	for i, r := range rs {
		if r.Cause != 0 || o.awaited[r.ID] == nil {
			continue
		}
		got := Receipt{Seq: r.Seq}
		got.Fact, _ = r.Body.(messages.Fact)
		for _, d := range rs[i+1:] {
			made, ok := d.Body.(messages.Decision)
			if !ok || d.Cause != r.Seq {
				break
			}
			got.Decisions = append(got.Decisions, made)
		}
		o.answer(r.ID, got, nil)
	}
	rest := o.later[:0]
	for _, d := range o.later {
		if d.seq > o.l.Last() {
			rest = append(rest, d)
			continue
		}
		o.answer(d.id, Receipt{Seq: d.seq, Duplicate: true}, nil)
	}
	o.later = rest
}

// answer gives the outcome of a message to those who wait for it; mu is held.
func (o *outbox) answer(id string, r Receipt, refused error) {
	for _, a := range o.awaited[id] {
		if r.Duplicate {
			r.Fact, _ = a.c.entries[a.i].body.(messages.Fact)
		}
		a.c.receipts[a.i] = r
		if refused != nil {
			a.c.refused = append(a.c.refused, refused)
		}
		if a.c.left--; a.c.left == 0 {
			a.c.finish(nil)
		}
	}
	delete(o.awaited, id)
}

// forget ends the waiting of a caller who has gone.
func (o *outbox) forget(cs []*call) {
	if o.ended == nil {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, c := range cs {
		c.gone = true
		for _, e := range c.entries {
			rest := o.awaited[e.id][:0]
			for _, a := range o.awaited[e.id] {
				if a.c != c {
					rest = append(rest, a)
				}
			}
			if o.awaited[e.id] = rest; len(rest) == 0 {
				delete(o.awaited, e.id)
			}
		}
	}
}

// close sends what is left, for at most sendAtClose, and answers everybody who still waits. The error is a [*GivenUp].
func (o *outbox) close() error {
	if o.ended == nil {
		return nil
	}
	o.mu.Lock()
	o.closing = true
	o.mu.Unlock()
	o.wake.set()
	end := time.AfterFunc(sendAtClose, o.cancel)
	<-o.ended
	end.Stop()
	o.cancel()
	o.tell(ErrClosed)
	if len(o.lost) == 0 {
		return nil
	}
	err := &GivenUp{ByName: o.lost}
	o.l.log.Error("bus: facts were given up", zap.Error(err))
	return err
}

// tell answers everybody who waits: this log takes nothing in any more.
func (o *outbox) tell(why error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	told := make(map[*call]bool)
	for _, all := range o.awaited {
		for _, a := range all {
			if !told[a.c] {
				a.c.finish(why)
			}
			told[a.c] = true
		}
	}
	clear(o.awaited)
}
