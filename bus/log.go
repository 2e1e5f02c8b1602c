package bus

import (
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

// Options says what a log is made of.
type Options struct {
	// Journal keeps the records. The log owns it from a successful Open on, and closes it.
	Journal Journal
	// Recover takes in the journal's records ([Scan]) for the machine behind Admit and Step. It runs beside the
	// log's own reading, before anything is written; its error is Open's. Nil: there is nothing to take in.
	Recover func() error
	// Admit validates a fact and fills in what is only known here. It runs in the writer, in log order,
	// so it sees the state that the fact will meet. Its error refuses the fact. Nil admits everything.
	Admit func(messages.Fact) (messages.Fact, error)
	// Step decides. It runs in the writer, once for each fact, when the fact has its seq and its time.
	// Nil decides nothing.
	Step func(now messages.Instant, seq uint64, f messages.Fact) []messages.Decision
	// PolicyVersion is written into every record.
	PolicyVersion int
	// Now is the clock; nil: time.Now. It is read once for each batch.
	Now func() time.Time
	// Settle, for tests in a synctest bubble, is called before a batch is sealed: it returns when
	// nothing else will be published at this instant. If it is synctest.Wait, the test itself must sleep
	// and never call Wait at an instant at which something is published: a bubble allows one at a time.
	Settle func()
	// Order, with Settle, sorts the calls of a batch, stably, by the first fact of each.
	Order func(a, b messages.Fact) int
	// Stopped is called once, by the writer as its last act, when the log stops itself: a panic of Admit
	// or Step, a failed append, or more than 4,194,304 messages pending. It may call Close.
	Stopped func(error)
	// Logger may be nil.
	Logger *zap.Logger
}

// Log is the one ordered log. Its methods may be called by many goroutines at once.
type Log struct {
	o    Options
	log  *zap.Logger
	tail tail
	seen *window       // writer only
	last atomic.Uint64 // newest seq that is durable and in the tail

	queue   queue
	done    chan struct{}          // closed when the writer has ended
	trouble atomic.Pointer[string] // what keeps the writer from its work; nil: nothing

	readersMu sync.Mutex
	readers   []*Reader // replaced, never changed in place

	cursors     cursors
	subscribers registry

	closeOnce sync.Once
	closeErr  error
}

// Open opens the log on a journal: it finds the newest fact ids and the cursors again, and starts the
// writer. The machine behind Admit and Step must have taken in the journal's records, by Recover or before.
// If it fails the journal is still the caller's.
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
		tail:  tail{first: last + 1},
		queue: queue{signal: make(chan struct{}, 1)},
		done:  make(chan struct{}),
	}
	l.last.Store(last)
	if err := l.recall(last); err != nil {
		return nil, err
	}
	if err := l.cursors.load(l); err != nil {
		return nil, fmt.Errorf("bus: open: %w", err)
	}
	go l.run()
	return l, nil
}

// recall finds out what the log has seen, while the machine takes in the same records.
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

// Close ends every subscription, makes durable what was published before, and closes the journal.
// Closing a log twice is no error.
func (l *Log) Close() error {
	l.closeOnce.Do(func() {
		l.subscribers.close()
		l.queue.close()
		<-l.done
		if err := l.o.Journal.Close(); err != nil {
			l.closeErr = fmt.Errorf("bus: close: %w", err)
		}
	})
	return l.closeErr
}
