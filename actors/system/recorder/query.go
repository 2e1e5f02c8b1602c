package recorder

import (
	"encoding/base64"
	"math"
	"slices"
	"strconv"

	"curfew/messages"
)

// Live is the state of an unfinished run now. Only the machine knows it (a gate that closes holds a million runs
// without a record of each), so it is asked for and replaces the state of the log.
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
	Brief  bool             // without outputs
	// Live returns the state of an unfinished run now; nil: that of the log counts.
	Live func(messages.RunID) (Live, bool)
}

// Before is the seq before which every run of the answer is.
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

// wants reports whether the query selects a run, as it is now.
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

// Offer adds a run that is older than those before, if the query selects it. It returns false when the page is full: no
// further run is needed.
func (p *Page) Offer(r *Run) bool {
	out := *r
	if p.Query.Brief {
		out.Output = ""
	}
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

// Now is the run with its live state.
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
