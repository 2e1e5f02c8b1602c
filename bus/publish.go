package bus

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"unicode/utf8"

	"github.com/google/uuid"
	"go.uber.org/zap"

	"curfew/messages"
)

// maxID is the longest id of a message, in bytes.
const maxID = 256

// Draft is a fact on its way to the log.
type Draft struct {
	ID   string // a fact whose id is among the newest 65,536 is dropped as a duplicate; "": a random one
	Fact messages.Fact
}

// Receipt says what became of a draft.
type Receipt struct {
	Seq       uint64              // where the fact stands; of a duplicate: where the first stands; 0: refused
	Duplicate bool                // the fact was there already, nothing was appended
	Fact      messages.Fact       // as it was admitted; of a duplicate: as it was handed in
	Decisions []messages.Decision // that follow from it, in order; none for a duplicate
}

// Refused says that a fact was not let into the log.
type Refused struct {
	ID   string
	Name string // of the message
	Err  error  // why
}

// Error names the fact and says why.
func (r *Refused) Error() string { return fmt.Sprintf("bus: refused %s: %s", r.Name, r.Err) }

// Unwrap is why.
func (r *Refused) Unwrap() error { return r.Err }

// Publish hands facts to the log and returns at once. The facts of one call stay together, in their
// order. A fact that is refused is logged. When the log is closed or has stopped they are dropped, which
// is logged, too.
func (l *Log) Publish(ds ...Draft) {
	entries, err := l.entries(ds)
	if err != nil {
		l.log.Warn("bus: refused", zap.Error(err))
	}
	if len(entries) == 0 {
		return
	}
	if err := l.queue.put(split(entries, false)...); err != nil {
		l.log.Warn("bus: dropped what was published too late", zap.String("name", entries[0].body.Name()), zap.Int("facts", len(entries)), zap.Error(err))
	}
}

// Commit hands facts to the log and waits until they are durable and decided. The facts of one call stay
// together, in their order. It returns a receipt for each draft.
//
// A fact that is refused refuses only itself: its receipt is the zero one, the others are appended, and
// the error joins a [*Refused] for each. A draft that no machine could judge (no fact, a bad id) refuses
// the call. With that and any other error there are no receipts. When ctx ends first,
// the facts may be appended nevertheless: publish them again under the same ids to find out.
func (l *Log) Commit(ctx context.Context, ds ...Draft) ([]Receipt, error) {
	entries, err := l.entries(ds)
	if err != nil {
		return nil, err
	}
	return l.await(ctx, entries)
}

// await queues entries and waits for the writer.
func (l *Log) await(ctx context.Context, entries []entry) ([]Receipt, error) {
	if len(entries) == 0 {
		return nil, nil
	}
	calls := split(entries, true)
	if err := l.queue.put(calls...); err != nil {
		return nil, err
	}
	receipts := make([]Receipt, 0, len(entries))
	var refused []error
	for _, c := range calls {
		select {
		case <-c.done:
		case <-ctx.Done():
			return nil, fmt.Errorf("bus: commit: %w", context.Cause(ctx))
		}
		if c.err != nil {
			return nil, c.err
		}
		receipts = append(receipts, c.receipts...)
		refused = append(refused, c.refused...)
	}
	return receipts, errors.Join(refused...)
}

// split cuts what one caller published into calls that fit into a batch.
func split(entries []entry, wait bool) []*call {
	var calls []*call
	for part := range slices.Chunk(entries, maxBatch) {
		c := &call{entries: part}
		if wait {
			c.done = make(chan struct{})
		}
		calls = append(calls, c)
	}
	return calls
}

// entries checks drafts and gives ids to those that have none. The error joins what was refused.
func (l *Log) entries(ds []Draft) ([]entry, error) {
	entries := make([]entry, 0, len(ds))
	var errs []error
	for _, d := range ds {
		if err := check(d); err != nil {
			errs = append(errs, err)
			continue
		}
		if d.ID == "" {
			d.ID = uuid.NewString()
		}
		entries = append(entries, entry{id: d.ID, body: d.Fact})
	}
	return entries, errors.Join(errs...)
}

// check refuses what no machine could judge.
func check(d Draft) error {
	switch v := reflect.ValueOf(d.Fact); {
	case d.Fact == nil:
		return &Refused{ID: d.ID, Name: "a draft", Err: errors.New("it has no fact")}
	case v.Kind() == reflect.Pointer:
		return &Refused{ID: d.ID, Name: fmt.Sprintf("%T", d.Fact), Err: errors.New("publish the value, not a pointer")}
	}
	if err := checkID(d.ID); err != nil {
		return &Refused{ID: d.ID, Name: d.Fact.Name(), Err: err}
	}
	// Only definitions carry what can fail to be written: raw JSON and fractions.
	if d.Fact.Topic() == messages.TopicConfig {
		if _, err := messages.Encode(d.Fact); err != nil {
			return &Refused{ID: d.ID, Name: d.Fact.Name(), Err: err}
		}
	}
	return nil
}

func checkID(id string) error {
	if len(id) > maxID || !utf8.ValidString(id) {
		return fmt.Errorf("its id is not UTF-8 of at most %d bytes", maxID)
	}
	return nil
}
