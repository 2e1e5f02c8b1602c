// Package bustest helps tests. [Log] is a log for tests of readers and performers: it is in memory and has no goroutine,
// no journal and no policy; the test says which decisions follow from a fact. The rest is for tests of journals.
package bustest

import (
	"context"
	"slices"
	"sync"
	"time"

	"curfew/messages"
)

// batch is how many records a reader hands out at once, as the bus does.
const batch = 1024

// A Log keeps all that is appended. The zero value is an empty log.
type Log struct {
	// Step, if set, returns what follows from a fact. It is called in log order.
	Step func(seq uint64, f messages.Fact) []messages.Body
	// Refuse, if set, is called before a fact is appended; its error refuses the fact.
	Refuse func(f messages.Fact) error

	// Skew is how far the log's clock is ahead of the real one.
	Skew time.Duration

	mu      sync.Mutex
	records []messages.Record
	ids     map[string]bool
	readers []*Reader
}

// Publish appends a fact and what follows from it. It drops a fact whose id is known, and one that is refused.
func (l *Log) Publish(id string, f messages.Fact) {
	_, _, _ = l.Commit(context.Background(), id, f)
}

// Commit is Publish with its outcome: the seq of the fact, and whether anything followed from it.
func (l *Log) Commit(_ context.Context, id string, f messages.Fact) (seq uint64, applied bool, err error) {
	if l.Refuse != nil {
		if err := l.Refuse(f); err != nil {
			return 0, false, err
		}
	}
	l.mu.Lock()
	if l.ids == nil {
		l.ids = make(map[string]bool)
	}
	if l.ids[id] {
		l.mu.Unlock()
		return 0, false, nil
	}
	l.ids[id] = true
	seq = l.add(id, 0, f)
	if l.Step != nil {
		for i, d := range l.Step(seq, f) {
			l.add(messages.DerivedID(seq, i), seq, d)
			applied = true
		}
	}
	l.mu.Unlock()
	l.wake()
	return seq, applied, nil
}

// Append appends records without calling Refuse or Step. The first is the cause of the others.
func (l *Log) Append(bodies ...messages.Body) (first uint64) {
	l.mu.Lock()
	for i, b := range bodies {
		if i == 0 {
			first = l.add(messages.DerivedID(uint64(len(l.records)), -1), 0, b)
			continue
		}
		l.add(messages.DerivedID(first, i-1), first, b)
	}
	l.mu.Unlock()
	l.wake()
	return first
}

func (l *Log) add(id string, cause uint64, b messages.Body) uint64 {
	seq := uint64(len(l.records) + 1)
	at := messages.At(time.Now().Add(l.Skew))
	l.records = append(l.records, messages.Record{Seq: seq, At: at, ID: id, Cause: cause, PolicyVersion: 1, Body: b})
	return seq
}

func (l *Log) wake() {
	l.mu.Lock()
	readers := slices.Clone(l.readers)
	l.mu.Unlock()
	for _, r := range readers {
		r.wake()
	}
}

// Last is the seq of the newest record.
func (l *Log) Last() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return uint64(len(l.records))
}

// Of is the messages of that type, in order.
func Of[T messages.Body](l *Log) []T {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []T
	for _, r := range l.records {
		if m, ok := r.Body.(T); ok {
			all = append(all, m)
		}
	}
	return all
}

// Names is the names of all messages, in order.
func (l *Log) Names() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	names := make([]string, 0, len(l.records))
	for _, r := range l.records {
		names = append(names, r.Body.Name())
	}
	return names
}

// A Reader hands out the records of some topics in order.
type Reader struct {
	log    *Log
	after  uint64
	wake   func()
	topics []messages.Topic
}

// Reader makes a reader of the records after that seq. The log calls wake at every append.
func (l *Log) Reader(after uint64, wake func(), topics ...messages.Topic) *Reader {
	r := &Reader{log: l, after: after, wake: wake, topics: topics}
	l.mu.Lock()
	l.readers = append(l.readers, r)
	l.mu.Unlock()
	return r
}

// Next returns up to 1,024 records after the cursor; nil when there are none now.
func (r *Reader) Next() ([]messages.Record, error) {
	r.log.mu.Lock()
	defer r.log.mu.Unlock()
	var out []messages.Record
	for r.after < uint64(len(r.log.records)) && len(out) < batch {
		rec := r.log.records[r.after]
		r.after++
		if slices.Contains(r.topics, rec.Body.Topic()) {
			out = append(out, rec)
		}
	}
	return out, nil
}

// After is the seq of the newest record that was read or skipped.
func (r *Reader) After() uint64 {
	r.log.mu.Lock()
	defer r.log.mu.Unlock()
	return r.after
}

// Close ends the calls of wake.
func (r *Reader) Close() {
	r.log.mu.Lock()
	r.log.readers = slices.DeleteFunc(r.log.readers, func(o *Reader) bool { return o == r })
	r.log.mu.Unlock()
}
