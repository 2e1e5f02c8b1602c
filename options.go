package curfew

import (
	"context"

	"curfew/actors/system/readers"
	"curfew/messages"
)

// An Option adds something to a build ([Main]), or to a runtime in another program ([New]).
type Option func(*options)

type options struct{ readers []readers.Reader }

// gather takes in options. The error says which is not valid.
func gather(with []Option) (o options, err error) {
	for _, add := range with {
		add(&o)
	}
	return o, readers.Check(o.readers)
}

// WithReader adds a reader of the log.
func WithReader(r Reader) Option {
	return func(o *options) { o.readers = append(o.readers, readers.Reader(r)) }
}

// A Reader gets the records of the log, facts and decisions, in the order of the log and each at least once, over all
// starts: it has a cursor, which is kept in the journal. A new one begins with the oldest record that the journal has. A
// build may add up to 64.
//
// A reader is behind the log, and holds it up nowhere: not a decision, not an attempt, and not the pruning of old records.
// What it has not read when the journal lets it go (journal.keep in the job file; 30 days, at least one) it never gets,
// and that is logged. A stop of the runtime lets readers read to the end, for at most 5 s.
//
// In a fleet every node has its readers, each with a cursor of its own: all of them get everything. A record has the same
// Seq at every node, so what is to be done once goes by that.
type Reader struct {
	// Name is that of the cursor: a reader of another name begins anew. At most 63 of a-z, 0-9, _ and -. In /metrics it is
	// "reader NAME".
	Name string
	// Topics are what is read; none: all of Curfew's.
	Topics []messages.Topic
	// Read takes in records, at most 1,024, which it must not change. One goroutine at a time calls it. When it returns
	// nil they are read, and the cursor is kept within a second; after a crash the newest come again. After an error, or a
	// panic, the same records come again after a pause, which grows from 100 ms to 30 s, for as long as it takes: the
	// first failure is logged, and the end of the trouble. The context ends when the reader must return: one that does
	// not is left behind.
	Read func(ctx context.Context, batch []messages.Record) error
}
