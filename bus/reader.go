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
	name   string           // for [Log.Behind]
	topics []messages.Topic // none: all topics of Curfew
	wanted topicSet         // of the topics
	wake   func()

	mu     sync.Mutex
	after  uint64 // seq of the newest record that was read or skipped
	armed  bool   // everything is read, so the next record wakes the reader; the writer may move after
	closed bool
}

// ErrReaderClosed means that the reader was closed.
var ErrReaderClosed = errors.New("bus: the reader is closed")

// Reader makes a reader of the records after that seq on these topics; no topics means all topics of Curfew. The writer
// calls wake when there are records to read, and then not again until Next has reached the end. wake must not block or
// call Next. It may be called before Reader returns.
func (l *Log) Reader(after uint64, wake func(), topics ...messages.Topic) *Reader {
	r := &Reader{
		l: l, topics: slices.Clone(topics), wanted: setOf(topics), wake: wake, after: min(after, l.Last()), armed: true,
	}
	l.readersMu.Lock()
	l.readers = append(slices.Clone(l.readers), r)
	l.readersMu.Unlock()
	l.queue.signal.set() // the writer wakes the reader if there are records for it
	return r
}

// Named gives the reader a name, under which [Log.Behind] lists it. Readers may share one. It is called before the first
// Next.
func (r *Reader) Named(name string) *Reader {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.name = name
	return r
}

// Behind is how many records each reader with a name has not read yet; of readers that share a name, the largest number.
func (l *Log) Behind() map[string]uint64 {
	l.readersMu.Lock()
	readers := l.readers
	l.readersMu.Unlock()
	behind := make(map[string]uint64)
	for _, r := range readers {
		r.mu.Lock()
		name, after := r.name, r.after
		r.mu.Unlock()
		if name != "" { // the newest seq is read after the cursor, so the difference is not negative
			behind[name] = max(behind[name], l.Last()-after)
		}
	}
	return behind
}

// Next returns the next records, at most 1,024 and fewer if they are large, and moves the cursor to the last of them.
// It returns none when there are none now: wake will be called. After an error it may be called again. Other readers
// may get the same slice, so it must not be changed.
func (r *Reader) Next() ([]messages.Record, error) {
	for {
		after, done, err := r.begin()
		if done && r.l.shared.kept.Load() {
			r.l.dropShared()
		}
		if done || err != nil {
			return nil, err
		}
		page, err := r.l.page(after + 1)
		if err != nil {
			return nil, err
		}
		after = page[len(page)-1].Seq
		page = r.pick(page)
		r.mu.Lock()
		r.after = after
		r.armed = after == r.l.Last()
		r.mu.Unlock()
		if len(page) > 0 {
			return page, nil
		}
	}
}

// After is the seq of the newest record that was read or skipped.
func (r *Reader) After() uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.after
}

// begin is the cursor. done is true if there is no record after it; the reader is armed then.
func (r *Reader) begin() (after uint64, done bool, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return 0, false, ErrReaderClosed
	}
	// The writer first stores Last and then reads armed under this mutex, so no record is overlooked.
	r.armed = r.after == r.l.Last()
	return r.after, r.armed, nil
}

// pick is the records of a page that the reader wants. If it wants all of them, it is the page itself.
func (r *Reader) pick(page []messages.Record) []messages.Record {
	n := 0
	for i := range page {
		if r.wants(page[i].Body) {
			n++
		}
	}
	if n == len(page) || n == 0 {
		return page[:n]
	}
	picked := make([]messages.Record, 0, n)
	for i := range page {
		if r.wants(page[i].Body) {
			picked = append(picked, page[i])
		}
	}
	return picked
}

func (r *Reader) wants(b messages.Body) bool {
	in := topicOf(b.Topic())
	return in&r.wanted != 0 && (in != foreign || slices.Contains(r.topics, b.Topic()))
}

// Close ends the reader. A call of wake that has begun may still arrive. A second Close does nothing.
func (r *Reader) Close() {
	r.mu.Lock()
	r.closed = true
	r.mu.Unlock()
	r.l.readersMu.Lock()
	r.l.readers = slices.DeleteFunc(slices.Clone(r.l.readers), func(o *Reader) bool { return o == r })
	r.l.readersMu.Unlock()
}

// notify is called by the writer after it added records on these topics; without records, for a reader that was made
// behind the end.
func (r *Reader) notify(records []messages.Record, on topicSet) {
	if r.due(records, on) {
		r.wake()
	}
}

// due reports whether the reader must be woken for these records. If none of them is for the reader, the cursor moves
// past them, so that the reader need not read them later.
func (r *Reader) due(records []messages.Record, on topicSet) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.armed || r.closed || r.after == r.l.Last() {
		return false
	}
	adjacent := len(records) > 0 && r.after+1 == records[0].Seq
	if adjacent && on&r.wanted == 0 {
		r.after = records[len(records)-1].Seq
		return false
	}
	r.armed = false
	return true
}

// wakeReaders wakes the readers that wait for these records.
func (l *Log) wakeReaders(records []messages.Record) {
	l.readersMu.Lock()
	readers := l.readers // never changed in place
	l.readersMu.Unlock()
	var on topicSet
	for i := range records {
		on |= topicOf(records[i].Body.Topic())
	}
	for _, r := range readers {
		r.notify(records, on)
	}
}

// dropShared forgets the pages of the journal, unless a reader is behind and may need them.
func (l *Log) dropShared() {
	l.readersMu.Lock()
	readers := l.readers
	l.readersMu.Unlock()
	for _, r := range readers {
		r.mu.Lock()
		behind := !r.armed && !r.closed
		r.mu.Unlock()
		if behind {
			return
		}
	}
	l.shared.drop()
}

// page is a view of records from that seq on, which is at most Last: from memory, or else from the journal.
func (l *Log) page(from uint64) ([]messages.Record, error) {
	rs, ok := l.tail.page(from)
	if !ok {
		var err error
		if rs, err = l.shared.page(from); err != nil && len(rs) == 0 {
			return nil, fmt.Errorf("bus: read from %d: %w", from, err)
		}
	}
	// Memory and journal may be one commit ahead of Last.
	last := l.Last()
	for len(rs) > 0 && rs[len(rs)-1].Seq > last {
		rs = rs[:len(rs)-1]
	}
	if len(rs) == 0 {
		return nil, fmt.Errorf("bus: there is no record %d, although the last record is %d", from, last)
	}
	return rs, nil
}
