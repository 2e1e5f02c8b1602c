package bus

import (
	"errors"
	"fmt"
	"slices"
	"sync"

	"curfew/messages"
)

// A Reader pulls records from its cursor on. One goroutine at a time may call Next.
type Reader struct {
	l      *Log
	topics []messages.Topic // none: all of Curfew's
	wake   func()

	mu     sync.Mutex
	after  uint64 // seq of the newest record that was read or passed over
	armed  bool   // it has read everything, so the next record wakes it; the writer may move after
	closed bool
}

// ErrReaderClosed means that the reader was closed.
var ErrReaderClosed = errors.New("bus: the reader is closed")

// Reader makes a reader of the records behind that seq on these topics; no topics means all of Curfew's.
// wake is called, from the writer, when there is something to read, once until Next has come to the end
// again; it must not block or call Next, and it may be called before Reader has returned.
func (l *Log) Reader(after uint64, wake func(), topics ...messages.Topic) *Reader {
	r := &Reader{l: l, topics: slices.Clone(topics), wake: wake, after: min(after, l.Last()), armed: true}
	l.readersMu.Lock()
	l.readers = append(slices.Clone(l.readers), r)
	l.readersMu.Unlock()
	l.queue.wake() // the writer sees whether the reader is behind
	return r
}

// Next returns the next records, at most 1,024 and fewer if they are large, and moves the cursor behind
// them. It returns none when there are none now; wake will tell. After an error it may be called again.
func (r *Reader) Next() ([]messages.Record, error) {
	for {
		after, done, err := r.begin()
		if done || err != nil {
			return nil, err
		}
		page, err := r.l.page(after + 1)
		if err != nil {
			return nil, err
		}
		after = page[len(page)-1].Seq
		page = slices.DeleteFunc(page, func(rec messages.Record) bool { return !r.wants(rec.Body) })
		r.mu.Lock()
		r.after = after
		r.armed = after == r.l.Last()
		r.mu.Unlock()
		if len(page) > 0 {
			return page, nil
		}
	}
}

// After is the seq of the newest record that was read or passed over.
func (r *Reader) After() uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.after
}

// begin says where to read on. done is true if there is nothing behind the cursor; the reader is armed
// then.
func (r *Reader) begin() (after uint64, done bool, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return 0, false, ErrReaderClosed
	}
	// The writer stores Last first and looks at armed later, under this mutex: no record is overlooked.
	r.armed = r.after == r.l.Last()
	return r.after, r.armed, nil
}

func (r *Reader) wants(b messages.Body) bool {
	if len(r.topics) == 0 {
		return messages.KindOf(b) != messages.KindOpaque
	}
	return slices.Contains(r.topics, b.Topic())
}

// Close ends the reader. A wake that is under way may still arrive. Closing it twice is no error.
func (r *Reader) Close() {
	r.mu.Lock()
	r.closed = true
	r.mu.Unlock()
	r.l.readersMu.Lock()
	r.l.readers = slices.DeleteFunc(slices.Clone(r.l.readers), func(o *Reader) bool { return o == r })
	r.l.readersMu.Unlock()
}

// notify is called by the writer after records were added (none: for a reader that came while behind).
func (r *Reader) notify(records []messages.Record) {
	if r.due(records) {
		r.wake()
	}
}

// due reports whether the reader waits for one of these records. If it waits for others it has now read
// as far as they go, so that it need not look for them later.
func (r *Reader) due(records []messages.Record) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.armed || r.closed || r.after == r.l.Last() {
		return false
	}
	adjacent := len(records) > 0 && r.after+1 == records[0].Seq
	if adjacent && !slices.ContainsFunc(records, func(rec messages.Record) bool { return r.wants(rec.Body) }) {
		r.after = records[len(records)-1].Seq
		return false
	}
	r.armed = false
	return true
}

// wakeReaders tells every reader that waits.
func (l *Log) wakeReaders(records []messages.Record) {
	l.readersMu.Lock()
	readers := l.readers // never changed in place
	l.readersMu.Unlock()
	for _, r := range readers {
		r.notify(records)
	}
}

// page reads records from that seq on, which is not behind Last: from memory, or else from the journal.
func (l *Log) page(from uint64) ([]messages.Record, error) {
	rs, ok := l.tail.page(from)
	if !ok {
		var err error
		if rs, err = l.o.Journal.Read(from, PageSize); err != nil && len(rs) == 0 {
			return nil, fmt.Errorf("bus: read from %d: %w", from, err)
		}
	}
	// Both may be a commit ahead of what has been announced.
	last := l.Last()
	for len(rs) > 0 && rs[len(rs)-1].Seq > last {
		rs = rs[:len(rs)-1]
	}
	if len(rs) == 0 {
		return nil, fmt.Errorf("bus: there is no record %d, yet the last is %d", from, last)
	}
	return rs, nil
}
