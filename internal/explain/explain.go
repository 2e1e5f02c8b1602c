// Package explain says in plain words what became of a slot or a run of a job: a verdict, and the chain of facts and
// decisions about it. It is pure: it gets records in order, and reads neither the journal nor a clock. It decides
// nothing: everything that it says was decided when it happened.
package explain

import (
	"encoding/json"

	"curfew/messages"
)

// Bounds of an explanation.
const (
	// MaxChain is the largest number of records in a chain. The middle of a longer one is left out.
	MaxChain = 200
	// MaxBody is the largest body in a chain, in bytes. A larger one is null.
	MaxBody = 4 << 10
	// maxRecords bounds the records that are kept of one run; the middle is left out.
	maxRecords = 2 * MaxChain
	// maxSubjects bounds the slots of one minute that are kept.
	maxSubjects = 64
)

// Question says what to explain.
type Question struct {
	Job string
	At  When             // which slot; the zero value: the newest slot or run
	Run messages.RunID   // which run, instead of a slot
	Now messages.Instant // the wall clock

	First uint64           // seq of the oldest record of the journal
	Began messages.Instant // when that was appended
	Live  bool             // a daemon writes the journal
	AsOf  messages.Instant // of the newest record, if only those that a node has in memory are looked at; zero: all are

	// SignIn is what a person does to open the job's session; empty: the journal has to tell.
	SignIn string

	// Paused: the machine starts nothing of the job, for a person or the runtime has paused it, or its file disables it.
	Paused bool

	// Definition is the job as the machine knows it, since the journal may have pruned it; nil: it is not known.
	Definition *messages.Kept
}

// Explanation is the answer.
type Explanation struct {
	Job      string           `json:"job"`
	Slot     messages.Instant `json:"slot"`     // null for a run by hand, or if nothing has happened yet
	Run      *messages.RunID  `json:"run"`      // the run that stands for the slot; null if there is none
	Status   *messages.Status `json:"status"`   // of the run; skipped for a slot without one; null: there is no such slot, or it was not judged
	Verdict  string           `json:"verdict"`  // one sentence
	Now      string           `json:"now"`      // why nothing of the job would run now, and what to do about it; empty: it would, or the verdict says it
	Timezone string           `json:"timezone"` // in which times are told
	Near     Near             `json:"near"`     // slots around one that does not exist
	Chain    []Link           `json:"chain"`    // oldest first
	Omitted  int              `json:"omitted"`  // how many records are left out, such as earlier foldings

	// AsOf is the time of the newest record that the answering node has, if it does not reach the servers of its fleet. Then
	// it has looked at no more than the newest records, which it has in memory. Null: it has looked at all.
	AsOf messages.Instant `json:"as_of"`

	// Deliveries are the deliveries of the run and the notifications about its session, with their states.
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
	Text  string           `json:"text"`  // what the record means, for people
	Body  json.RawMessage  `json:"body"`  // null if it is over 4 KiB, or also about other jobs
}

// Explainer gets records and then answers. Records about neither the job nor a session may be left out; package find
// knows which.
type Explainer struct {
	q      Question
	target target
	words
	job      history
	present  *Explainer // up to now, whatever the question is about
	sessions map[string]*gate
	post     Post
	open     map[string]bearer // to which run or outage a delivery belongs, by the id of its decision

	runs   []*run // unfinished runs, oldest first
	fact   messages.Record
	conf   messages.Record // the newest start of a runtime
	absent absence
	paused *messages.Record
	nodes  map[string]messages.NodeJoined // those that are here
	away   map[string]bool                // those that are lost and may come back
	silent map[uint64]silence             // by the seq of a SlotsMissed
	last   messages.Record
	back   messages.Record // the newest time that the clock was set back
	again  bool            // the clock was set back over the slot in question, so the slot may come again

	subjects []*subject
	before   messages.Instant // the slot in the journal before the target
	after    messages.Instant // the slot in the journal after the target
}

// subject is a candidate for the explanation: a slot or a run by hand, and what became of it.
type subject struct {
	slot    messages.Instant
	decided uint64 // seq of the fact by which the run or the skip was decided
	named   uint64 // seq of the newest fact that names the slot
	records []messages.Record
	skip    messages.Record
	run     *run
}

// New begins an explanation. Shared are the records of sessions and of the job's definitions, in order. They are needed
// to know what the time in the question means, and the caller adds them again with the other records.
func New(q Question, shared []messages.Record) *Explainer {
	e := &Explainer{q: q, sessions: make(map[string]*gate), open: make(map[string]bearer)}
	h := history{fallback: q.Definition}
	for _, r := range shared {
		h.add(q.Job, r)
	}
	e.job.fallback = q.Definition
	e.zone = h.zone(q.Now)
	e.now = q.Now
	e.present = present(q, shared)
	e.target = q.At.resolve(q.Now, h)
	return e
}

// Target is the instant in question; zero: the newest slot or run, or a run by its id.
func (e *Explainer) Target() messages.Instant {
	if e.q.Run != "" {
		return 0
	}
	return e.target.at
}

// Known reports whether the slot or run in question has been found, with all of its records from the beginning.
func (e *Explainer) Known() bool {
	s := e.chosen()
	return s != nil && (s.run == nil || s.run.whole)
}

// Done reports whether no later record can change the answer, except one that names the slot again.
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

// chosen is the subject to explain: the slot at exactly the instant, else the latest one in the window.
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
