package bus

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"curfew/messages"
)

// ErrClosed means that the log was closed.
var ErrClosed = errors.New("bus: the log is closed")

// Options are what a log is made of.
type Options struct {
	// Journal keeps the records. After a successful Open the log owns it, and closes it.
	Journal Journal
	// Recover reads the journal's records ([Scan]) into the machine behind Admit and Step. It runs while the log reads
	// the journal, too, and before anything is written. Open returns its error. Nil: the machine needs no records.
	Recover func() error
	// Admit validates a fact and fills in what only the machine knows. It runs in the writer, in the order of the log,
	// so it sees the state that the fact will meet. Its error refuses the fact. Nil admits every fact.
	Admit func(messages.Fact) (messages.Fact, error)
	// Step decides. It runs in the writer, once for each fact, after the fact got its seq and its time. The log keeps
	// the decisions, and not the list of them, which may be used for the next fact. Nil decides nothing.
	Step func(now messages.Instant, seq uint64, f messages.Fact) []messages.Decision
	// Apply takes in a record that another log has decided, as Recover does with those of the journal. It runs in the
	// writer. It is needed on a [Relay].
	Apply func(messages.Record)
	// Send carries a [Parcel] of messages to the log that decides, from one that follows. It returns when the parcel will
	// not be lost. After an error that is not [ErrTooLarge] it is called again, with a parcel of the same id. That may
	// arrive although an earlier one has: the log that decides sees what it has taken in already. Nil: what is published
	// on a log that follows is refused with [ErrFollows].
	Send func(ctx context.Context, p Parcel) error
	// Refusals are errors that Admit may wrap, the most special first: a refusal wraps them on its way between logs, too.
	Refusals []error
	// PolicyVersion is that of the rules behind Step, and is written into every record. A log that follows stops at a record
	// that was decided by newer ones. 0: there are no rules.
	PolicyVersion int
	// Now is the clock; nil: time.Now. The writer reads it once for each batch.
	Now func() time.Time
	// Settle is for tests in a synctest bubble. The writer calls it before it seals a batch; it returns when nothing
	// else will be published at this instant. If it is synctest.Wait, the test itself must sleep, and must not call
	// Wait at an instant at which something is published: a bubble allows one Wait at a time.
	Settle func()
	// Order, used with Settle, sorts the calls of a batch by the first fact of each; the sort is stable.
	Order func(a, b messages.Fact) int
	// Stopped is called once, by the writer as its last act, if the log stops itself: after a panic of Admit or Step, a
	// failed append, or more than 4,194,304 pending messages. It may call Close. Nil: not called.
	Stopped func(error)
	// Appended is called after each append, one at a time, with the number of records and how long it took until they
	// were durable. It must be quick. Nil: not called.
	Appended func(records int, took time.Duration)
	// Logger may be nil.
	Logger *zap.Logger
}

// A Log is the one ordered log. Many goroutines may call its methods at once.
type Log struct {
	o      Options
	log    *zap.Logger
	tail   tail
	shared shared
	last   atomic.Uint64 // the newest seq that is durable and in the tail

	// Of the writer only.
	seen   *window
	sealed uint64 // the newest seq that a record was given
	taken  uint64 // the newest place of a parcel that was taken in, while the log decides
	ahead  ahead
	spare  sync.Pool // of *[]messages.Record: memory of batches that are concluded

	bounded Bounded // nil: the journal is none

	relay  Relay         // nil: the journal is none
	leads  atomic.Bool   // this log decides; without a relay always
	began  atomic.Uint64 // the place that was taken when it began to decide
	turns  chan turn
	outbox outbox

	queue   queue
	done    chan struct{}          // closed when the writer has ended
	trouble atomic.Pointer[string] // why nothing can be recorded at the moment; nil: all is well

	readersMu sync.Mutex
	readers   []*Reader // the slice is replaced, never changed in place

	cursors     cursors
	subscribers registry
	outgoing    outgoing

	closeOnce sync.Once
	closeErr  error
}

// Open opens the log on a journal: it reads the newest fact ids and the cursors, and starts the writer. The machine
// behind Admit and Step must know the journal's records, from Recover or from before. If Open fails, the journal still
// belongs to the caller.
func Open(o Options) (*Log, error) {
	if o.Journal == nil {
		return nil, errors.New("bus: open: no journal")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = zap.NewNop()
	}
	last, err := o.Journal.Last()
	if err != nil {
		return nil, fmt.Errorf("bus: open: %w", err)
	}
	l := &Log{
		o: o, log: o.Logger, seen: newWindow(),
		tail: tail{next: last + 1}, shared: shared{journal: o.Journal},
		queue: queue{signal: newSignal()},
		done:  make(chan struct{}), turns: make(chan turn),
	}
	l.relay, _ = o.Journal.(Relay)
	l.bounded, _ = o.Journal.(Bounded)
	l.leads.Store(l.relay == nil)
	l.last.Store(last)
	l.sealed = last
	if err := l.recall(last); err != nil {
		return nil, err
	}
	if err := l.cursors.load(l); err != nil {
		return nil, fmt.Errorf("bus: open: %w", err)
	}
	l.outbox.open(l)
	go l.run()
	return l, nil
}

// recall reads the newest fact ids while Recover reads the same journal.
func (l *Log) recall(last uint64) error {
	seen := make(chan error, 1)
	go func() { seen <- l.seen.rebuild(l.o.Journal, last) }()
	var err error
	if l.o.Recover != nil {
		err = l.o.Recover()
	}
	if failed := <-seen; err == nil && failed != nil {
		err = fmt.Errorf("bus: open: %w", failed)
	}
	return err
}

// Last is the newest seq that is durable; 0 for an empty log.
func (l *Log) Last() uint64 { return l.last.Load() }

// Pending is how many messages were published and are not decided yet.
func (l *Log) Pending() int { return l.queue.pending() }

// Hold keeps the records from here on in memory, however many they are, until release is called: for readers that begin
// later, and would have to read them from the journal. The caller bounds how many there are.
func (l *Log) Hold() (release func()) { return l.tail.hold() }

// Kept is about how many bytes the records take that are in memory, by their [Weight].
func (l *Log) Kept() int { return l.tail.kept() }

// Close ends every subscription, makes everything durable that was published before, and closes the journal. A log that
// follows hands on what was published, for at most ten seconds: what nobody took by then is given up, and the error wraps a
// [*GivenUp]. A second Close does nothing and returns the same error.
func (l *Log) Close() error {
	l.closeOnce.Do(func() {
		l.subscribers.close()
		l.queue.close()
		<-l.done
		l.closeErr = l.outbox.close()
		if err := l.o.Journal.Close(); err != nil {
			l.closeErr = errors.Join(l.closeErr, fmt.Errorf("bus: close: %w", err))
		}
	})
	return l.closeErr
}
