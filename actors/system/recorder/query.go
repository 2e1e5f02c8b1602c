package recorder

import (
	"encoding/base64"
	"math"
	"slices"
	"strconv"

	"curfew/messages"
)

// Live is what an unfinished run is now. The machine derives it (a gate that closes holds a million
// runs without a word in the log), so it is asked for and laid over what the log says.
type Live struct {
	Status messages.Status
	Holds  []messages.Hold
}

// Query selects runs.
type Query struct {
	Job    string           // empty: of all jobs
	Status messages.Status  // empty: of any
	Since  messages.Instant // queued then or later; zero: no bound
	Until  messages.Instant // queued before; zero: no bound
	Limit  int              // at least 1
	After  string           // the cursor of an earlier answer; empty: from the newest
	// Live tells what an unfinished run is now; nil: what the log says.
	Live func(messages.RunID) (Live, bool)
}

// Before is the seq that every run of the answer comes before.
func (q Query) Before() (uint64, error) {
	if q.After == "" {
		return math.MaxInt64, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(q.After)
	if err != nil {
		return 0, ErrCursor
	}
	seq, err := strconv.ParseUint(string(raw), 10, 63)
	if err != nil {
		return 0, ErrCursor
	}
	return seq, nil
}

func encodeCursor(seq uint64) string {
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.FormatUint(seq, 10)))
}

// wants reports whether a run, as it is now, is one of those that were asked for.
func (q Query) wants(r *Run) bool {
	return (q.Job == "" || r.Job == q.Job) && (q.Status == "" || r.Status == q.Status) &&
		(q.Since.IsZero() || r.QueuedAt >= q.Since) && (q.Until.IsZero() || r.QueuedAt < q.Until)
}

// Page is the answer to a query while it is made.
type Page struct {
	Query Query
	Runs  []Run
	Next  string // set when a run beyond the limit was offered
}

// Offer adds a run that is older than those before, if the query wants it. It reports false when the
// page is full: no further run is needed.
func (p *Page) Offer(r *Run) bool {
	out := *r
	out.Status, out.Holds = now(r, p.Query.Live)
	if !p.Query.wants(&out) {
		return true
	}
	if len(p.Runs) >= max(1, p.Query.Limit) {
		p.Next = encodeCursor(p.Runs[len(p.Runs)-1].Seq)
		return false
	}
	p.Runs = append(p.Runs, out)
	return true
}

// Now is the run with what is laid over it.
func Now(r Run, live func(messages.RunID) (Live, bool)) Run {
	r.Status, r.Holds = now(&r, live)
	return r
}

func now(r *Run, live func(messages.RunID) (Live, bool)) (messages.Status, []messages.Hold) {
	if live != nil && !r.Final() {
		if l, ok := live(r.ID); ok {
			return l.Status, l.Holds
		}
	}
	return r.Status, slices.Clone(r.Holds)
}
