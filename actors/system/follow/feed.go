package follow

import (
	"fmt"
	"sync/atomic"

	"curfew/messages"
)

// A Reader hands out records of the log in order. One goroutine at a time uses it.
type Reader interface {
	// Next returns a bounded number of records after the cursor, and moves the cursor to the last of them. It returns
	// none when there are none now: the reader's wake function will be called.
	Next() ([]messages.Record, error)
	// After is the seq of the newest record that was read or passed over.
	After() uint64
	// Close releases the reader.
	Close()
}

// Open makes a reader. The reader calls wake, from any goroutine and possibly before Open returns, when there is
// something to read; wake does not block.
type Open func(wake func()) Reader

// A Feed is a reader of the log with its wake-up. At most one wake-up is pending, however often the log calls.
type Feed struct {
	name   string
	reader Reader
	signal Signal // of a goroutine; nil for an actor
	send   func()

	pending atomic.Bool // a wake-up was sent and nothing has been read since
	closed  atomic.Bool
}

// New opens a feed for a goroutine that waits for [Feed.Woken]. The first wake-up is pending already: there may be
// records to read. Errors begin with the name.
func New(name string, open Open) *Feed {
	f := &Feed{name: name, signal: NewSignal()}
	f.send = f.signal.Set
	f.reader = open(f.Wake)
	f.Wake()
	return f
}

// NewMailbox opens a feed for an actor: a wake-up calls send, which puts a message into the actor's mailbox. At that
// message the actor reads. It also reads once when it starts, as nothing is sent before.
func NewMailbox(name string, open Open, send func()) *Feed {
	f := &Feed{name: name, send: send}
	f.reader = open(f.Wake)
	return f
}

// Woken yields when there may be something to read; then call [Feed.Next]. It is nil for an actor's feed.
func (f *Feed) Woken() <-chan struct{} { return f.signal }

// Wake sends a wake-up unless one is pending. It may be called from any goroutine.
func (f *Feed) Wake() {
	if !f.closed.Load() && f.pending.CompareAndSwap(false, true) {
		f.send()
	}
}

// Next returns the next batch, and wakes the reader again if there was one: a large backlog is read batch by batch, and
// other events get their turn in between. It returns none when there are none now, or the feed is closed.
func (f *Feed) Next() ([]messages.Record, error) {
	batch, err := f.Read()
	if len(batch) > 0 {
		f.Wake()
	}
	return batch, err
}

// Read is [Feed.Next] for a caller that reads until there are no more, or tries again by itself: it does not wake the
// reader again.
func (f *Feed) Read() ([]messages.Record, error) {
	if f.closed.Load() {
		return nil, nil
	}
	f.pending.Store(false) // before reading: what is appended from here on wakes the reader again
	batch, err := f.reader.Next()
	if err != nil {
		return nil, fmt.Errorf("%s: read the log: %w", f.name, err)
	}
	return batch, nil
}

// Drain hands every record that is there now to take, batch by batch.
func (f *Feed) Drain(take func([]messages.Record)) error {
	for {
		batch, err := f.Read()
		if err != nil || len(batch) == 0 {
			return err
		}
		take(batch)
	}
}

// Run hands the log to take, batch by batch, until stop is closed or the log cannot be read, which is the error.
func (f *Feed) Run(stop <-chan struct{}, take func([]messages.Record)) error {
	for {
		select {
		case <-stop:
			return nil
		case <-f.signal:
		}
		batch, err := f.Next()
		if err != nil {
			return err
		}
		if len(batch) > 0 {
			take(batch)
		}
	}
}

// After is the seq of the newest record that was read or passed over.
func (f *Feed) After() uint64 { return f.reader.After() }

// Close ends the feed and its reader: no wake-up is sent from here on. The goroutine that reads closes it; closing it
// twice is allowed.
func (f *Feed) Close() {
	if f.closed.CompareAndSwap(false, true) {
		f.reader.Close()
	}
}
