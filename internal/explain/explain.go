// Package explain says in plain words what became of a slot of a job, or of a run: the chain of facts and
// decisions that stand in the journal about it. It is pure: it is handed records, in order, and reads
// neither journal nor clock. It decides nothing either: what it tells was decided when it happened.
package explain

import (
	"encoding/json"

	"curfew/messages"
)

// Bounds of an explanation.
const (
	// MaxChain is the largest number of records in a chain. Of a longer one the middle is left out.
	MaxChain = 200
	// MaxBody is the largest body that stands in a chain, in bytes; a larger one is null.
	MaxBody = 4 << 10
	// maxRecords bounds the records that are remembered of one run; the middle is left out.
	maxRecords = 2 * MaxChain
	// maxSubjects bounds the slots of one minute that are looked at.
	maxSubjects = 64
)

// Question says what is to be explained.
type Question struct {
	Job string
	At  When             // which slot; the zero value: the newest slot or run
	Run messages.RunID   // which run, instead of a slot
	Now messages.Instant // the wall clock

	First uint64           // seq of the oldest record of the journal
	Began messages.Instant // when that was appended
	Live  bool             // a daemon writes the journal

	// Definition is what the machine knows of the job; nil: nothing. The journal may have forgotten it.
	Definition *messages.Definition
}

// Explanation is the answer.
type Explanation struct {
	Job      string           `json:"job"`
	Slot     messages.Instant `json:"slot"`     // null for a run by hand, or if nothing has happened yet
	Run      *messages.RunID  `json:"run"`      // the run that stands for the slot; null if there is none
	Status   *messages.Status `json:"status"`   // of the run; skipped for a slot without one; null: there is no such slot, or it was not judged
	Verdict  string           `json:"verdict"`  // one sentence
	Timezone string           `json:"timezone"` // in which times are told
	Near     Near             `json:"near"`     // slots around one that does not exist
	Chain    []Link           `json:"chain"`    // oldest first
	Omitted  int              `json:"omitted"`  // records that were left out in the middle

	// Deliveries are what was to be told of the run and of its session, and what became of that.
	Deliveries []Delivery `json:"deliveries"`
}

// Near is the slots next to an instant; null: there is none.
type Near struct {
	Before messages.Instant `json:"before"`
	After  messages.Instant `json:"after"`
}

// Link is one record of the chain.
type Link struct {
	Seq   uint64           `json:"seq"`
	At    messages.Instant `json:"at"`
	Kind  messages.Kind    `json:"kind"`
	Name  string           `json:"name"`
	Cause *uint64          `json:"cause"` // seq of the fact that a decision follows from
	Text  string           `json:"text"`  // what it says, for people
	Body  json.RawMessage  `json:"body"`  // null if it is about other jobs, too, or large
}

// Explainer takes in records and then answers. Records may be left out that are about neither the job nor
// a session; which, says package find.
type Explainer struct {
	q      Question
	target target
	words
	job      history
	sessions map[string]*gate
	post     Post
	open     map[string]bearer // what is told again to whom it belongs, by the id of the decision

	runs   []*run // that are not over, oldest first
	fact   messages.Record
	conf   messages.Record // the newest start of a runtime
	paused *messages.Record
	last   messages.Record
	back   messages.Record // the newest time that the clock was set back
	again  bool            // over the slot that is asked for: it may come again

	subjects []*subject
	before   messages.Instant // the slots in the journal next to the target
	after    messages.Instant
}

// subject is what may be explained: a slot, or a run by hand, and what became of it.
type subject struct {
	slot    messages.Instant
	decided uint64 // the fact by which run or skip was decided
	named   uint64 // the newest fact that names it
	records []messages.Record
	skip    messages.Record
	run     *run
}

// New begins an explanation. Shared are the records of sessions and of the job's definitions, in order,
// which say what the time of the question means; they are to be added, too.
func New(q Question, shared []messages.Record) *Explainer {
	e := &Explainer{q: q, sessions: make(map[string]*gate), open: make(map[string]bearer)}
	h := history{fallback: q.Definition}
	for _, r := range shared {
		h.add(q.Job, r)
	}
	e.job.fallback = q.Definition
	e.zone = h.zone(q.Now)
	e.now = q.Now
	e.target = q.At.resolve(q.Now, h)
	return e
}

// Target is the instant that is asked for; none: the newest slot or run, or a run by its id.
func (e *Explainer) Target() messages.Instant {
	if e.q.Run != "" {
		return 0
	}
	return e.target.at
}

// Known reports whether the slot or run that was asked for has been found, from its beginning on.
func (e *Explainer) Known() bool {
	s := e.chosen()
	return s != nil && (s.run == nil || s.run.whole)
}

// Done reports whether no later record will change the answer, but for one that names the slot again.
func (e *Explainer) Done() bool {
	if e.q.Run == "" && (e.target.at.IsZero() || e.again) {
		return false
	}
	s := e.chosen()
	switch {
	case s == nil || e.q.Run == "" && s.slot != e.target.at:
		return false
	case s.run != nil:
		return s.run.settled() && e.answered(s.run)
	default:
		return s.skip.Body != nil
	}
}

// chosen is what is to be explained: the slot of the very instant, else the latest one in the window.
func (e *Explainer) chosen() *subject {
	var best *subject
	for _, s := range e.subjects {
		switch {
		case s.run == nil && s.skip.Body == nil && e.target.at.IsZero():
		case best == nil, s.slot == e.target.at, best.slot != e.target.at && s.slot >= best.slot:
			best = s
		}
	}
	return best
}
