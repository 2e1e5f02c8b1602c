package recorder

import (
	"encoding/base64"
	"errors"
	"slices"
	"strconv"

	"curfew/messages"
)

// ErrCursor means that Query.After is not a cursor that [Table.Query] gave out.
var ErrCursor = errors.New("recorder: not a cursor; take the next of an earlier list")

// Live is what an unfinished run is now. The machine derives it (a gate that closes holds a million
// runs without a word in the log), so it is asked for and laid over what the log says.
type Live struct {
	Status messages.Status
	Holds  []messages.Hold
}

// Query selects runs.
type Query struct {
	Job    string          // empty: of all jobs
	Status messages.Status // empty: of any
	Limit  int             // at least 1
	After  string          // the cursor of an earlier answer; empty: from the newest
	// Live tells what an unfinished run is now; nil: what the log says.
	Live func(messages.RunID) (Live, bool)
}

// Query lists runs, newest first, and the cursor of the rest; next is empty when there is none. The
// error is [ErrCursor].
func (t *Table) Query(q Query) (runs []Run, next string, err error) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	end := len(t.order)
	if q.After != "" {
		seq, err := decodeCursor(q.After)
		if err != nil {
			return nil, "", err
		}
		end = t.before(seq)
	}
	for _, p := range slices.Backward(t.order[:end]) {
		if p.run == nil || q.Job != "" && p.run.Job != q.Job {
			continue
		}
		status, holds := now(p.run, q.Live)
		if q.Status != "" && status != q.Status {
			continue
		}
		if len(runs) == max(1, q.Limit) {
			return runs, encodeCursor(runs[len(runs)-1].seq), nil
		}
		r := p.run.clone()
		r.Status, r.Holds = status, holds
		runs = append(runs, r)
	}
	return runs, "", nil
}

// Get finds a run; live as in [Query].
func (t *Table) Get(id messages.RunID, live func(messages.RunID) (Live, bool)) (Run, bool) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return copied(t.runs[id], live)
}

// LastRun is the newest run of a job that was not folded into another; live as in [Query].
func (t *Table) LastRun(job string, live func(messages.RunID) (Live, bool)) (Run, bool) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return copied(t.last[job], live)
}

// Len is how many runs the table holds.
func (t *Table) Len() int {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return len(t.runs)
}

func copied(r *Run, live func(messages.RunID) (Live, bool)) (Run, bool) {
	if r == nil {
		return Run{}, false
	}
	out := r.clone()
	out.Status, out.Holds = now(r, live)
	return out, true
}

func now(r *Run, live func(messages.RunID) (Live, bool)) (messages.Status, []messages.Hold) {
	if live != nil && !r.Final() {
		if l, ok := live(r.ID); ok {
			return l.Status, l.Holds
		}
	}
	return r.Status, slices.Clone(r.Holds)
}

func encodeCursor(seq uint64) string {
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.FormatUint(seq, 10)))
}

func decodeCursor(s string) (uint64, error) {
	raw, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return 0, ErrCursor
	}
	seq, err := strconv.ParseUint(string(raw), 10, 64)
	if err != nil {
		return 0, ErrCursor
	}
	return seq, nil
}
