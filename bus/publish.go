package bus

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"unicode/utf8"

	"github.com/google/uuid"
	"go.uber.org/zap"

	"curfew/messages"
)

// maxID is the longest id of a message, in bytes.
const maxID = 256

// A Draft is a fact on its way to the log.
type Draft struct {
	ID   string // a fact whose id is among the newest 65,536 fact ids is a duplicate; empty: the log gives it a random id
	Fact messages.Fact
}

// A Receipt is the outcome of a draft.
type Receipt struct {
	Seq       uint64              // of the fact; of a duplicate: the seq of the first; 0: refused
	Duplicate bool                // the log has the fact already, and appended nothing
	Fact      messages.Fact       // as it was admitted; of a duplicate: as the caller gave it
	Decisions []messages.Decision // what was decided on the fact, in order; none for a duplicate
}

// Refused is the error for a fact that the log did not take.
type Refused struct {
	ID   string
	Name string // of the message
	Err  error  // the reason
}

// Error names the message and gives the reason.
func (r *Refused) Error() string { return fmt.Sprintf("bus: refused %s: %s", r.Name, r.Err) }

// Unwrap is the reason.
func (r *Refused) Unwrap() error { return r.Err }

// Publish gives facts to the log and returns at once. The facts of one call stay together, in their order. The log
// warns in its own log of a fact that is refused, and of facts that it drops because it is closed or has stopped.
func (l *Log) Publish(ds ...Draft) {
	entries, err := l.entries(ds)
	if err != nil {
		l.log.Warn("bus: refused", zap.Error(err))
	}
	if len(entries) == 0 {
		return
	}
	calls := split(entries, false)
	if err := l.queue.put(calls...); err != nil && !l.handedOn(calls, err) {
		l.log.Warn("bus: dropped facts that were published after the log closed",
			zap.String("first", entries[0].body.Name()), zap.Int("facts", len(entries)), zap.Error(err))
	}
}

// Commit gives facts to the log and waits until they are durable and decided. The facts of one call stay together, in
// their order. Commit returns a receipt for each draft.
//
// If Admit refuses a fact, the others are appended all the same: the receipt of the refused fact is zero, and the error
// joins a [*Refused] for each of them. A draft without a fact or with an invalid id refuses the whole call. With that
// and every other error Commit returns no receipts. If ctx ends first, the facts may be appended nevertheless: commit
// them again under the same ids to find out.
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
			l.outbox.forget(calls)
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

// split divides the entries of one caller into calls that fit into a batch.
func split(entries []entry, wait bool) []*call {
	calls := make([]*call, 0, (len(entries)+maxCall-1)/maxCall)
	for len(entries) > 0 {
		n, bytes := 0, 0
		for n < min(len(entries), maxCall) && bytes < maxCallBytes {
			bytes += Weight(entries[n].body)
			n++
		}
		c := &call{entries: entries[:n:n]}
		if wait {
			c.done = make(chan struct{})
		}
		calls, entries = append(calls, c), entries[n:]
	}
	return calls
}

// entries checks drafts and gives an id to each one without. The error joins a [*Refused] for each invalid draft.
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

// check refuses a draft that no machine could judge.
func check(d Draft) error {
	switch v := reflect.ValueOf(d.Fact); {
	case d.Fact == nil:
		return &Refused{ID: d.ID, Name: "a draft", Err: errors.New("the draft has no fact")}
	case v.Kind() == reflect.Pointer:
		return &Refused{ID: d.ID, Name: fmt.Sprintf("%T", d.Fact), Err: errors.New("publish the value, not a pointer")}
	}
	if err := checkID(d.ID); err != nil {
		return &Refused{ID: d.ID, Name: d.Fact.Name(), Err: err}
	}
	if err := messages.Encodable(d.Fact); err != nil {
		return &Refused{ID: d.ID, Name: d.Fact.Name(), Err: err}
	}
	return nil
}

func checkID(id string) error {
	if len(id) > maxID || !utf8.ValidString(id) {
		return fmt.Errorf("the id must be UTF-8 of at most %d bytes", maxID)
	}
	return nil
}
