package policy

import (
	"slices"
	"time"

	"curfew/messages"
)

// job is a defined job and its unfinished runs.
type job struct {
	def       *messages.Definition // replaced as a whole, never changed in place
	gone      bool                 // removed; kept until its last attempt has returned
	judged    bool                 // a slot of the present schedule has been judged
	done      bool                 // delete_after_run, and it has succeeded: it is spent when no run of it is left
	paused    bool                 // by a person, or by the machine itself
	since     messages.Instant     // last slot that was judged, or when the schedule was defined
	fixed     messages.Instant     // see [scheduler.Mark]
	once      messages.Instant
	skipped   *Skip // the newest slots of which no run came; nil: none; replaced as a whole
	abandoned int   // attempts that never came back, in this process
	budget    budget
	incident  incident
	lost      []Lost // replaced as a whole
	runs      []*run // oldest first
	busy      *run   // whose attempt is in flight; it may be final already

	line *line           // in which its next run waits to start; nil if none can
	in   [orders]*heapOf // where it stands by each order; nil: nowhere
	at   [orders]int     // and its place there
}

// Skip is slots of which no run came.
type Skip struct {
	Slot   messages.Instant    `json:"slot"` // the newest of them
	Reason messages.SkipReason `json:"reason"`
	At     messages.Instant    `json:"at"` // when that was decided
}

// run is one unfinished execution of a job.
type run struct {
	ID        messages.RunID
	Job       string
	Slot      messages.Instant
	FirstSlot messages.Instant
	Missed    int
	Turned    messages.Instant `json:",omitzero"` // when the clock was set back behind its slot; its age counts from then
	Trigger   messages.Trigger
	Hand      bool // a person wants it: it goes first
	Ask       bool // holds of its own; session and paused are derived
	Suspect   bool
	Final     bool             // finished, but its attempt has not returned
	WaitSeq   uint64           // the fact by which it began to wait
	Queued    uint64           // the fact by which it came to be; 0: before this was known
	Asked     messages.Instant `json:",omitzero"` // when a person asked for it, if it has no slot

	Attempt    int // number of the last attempt
	Counted    int // attempts that count against retry.attempts
	Interrupts int // interruptions in a row
	Soon       int `json:",omitzero"` // interruptions in a row soon after the attempt's start
	Idle       int // attempts in a row that tried nothing
	Active     time.Duration
	Retry      alarm // the end of its backoff
	Answer     alarm // until when a person may answer
	Listed     bool  // it stands in its session's Unasked

	InFlight   bool
	Started    messages.Instant
	Before     messages.Instant `json:",omitzero"` // when it started, as far as known before the runtime did anew
	StartedBy  uint64           // the fact from which the start of the attempt in flight followed
	Lane       string
	Session    string // of the attempt in flight
	Generation uint64
	StartDef   *messages.Definition // by which the attempt in flight is judged
	SideEffect bool                 // the attempt has called a tool that is not read-only

	LastExpired messages.Instant
	Expired     []uint64 // generations in which the backend answered session_expired to it
	LetGo       uint64   // the outage in whose summary it is counted
}

// maxExpired bounds run.Expired: two are enough to be suspect, the newest count.
const maxExpired = 8

// alarm is a timer that somebody waits for; the zero value is none.
type alarm struct {
	Due   messages.Instant
	Span  time.Duration // from the decision to Due
	Cause uint64        // the fact from which the timer followed
	Back  time.Duration `json:",omitzero"` // how far the clock was set back since
}

func (a alarm) set() bool { return !a.Due.IsZero() }

// at is when the timer goes off by the clock as it is now. Due is its name: that stays as it was written.
func (a alarm) at() messages.Instant {
	if !a.set() {
		return 0
	}
	return a.Due.Add(-a.Back)
}

func (a *alarm) setBack(by time.Duration) {
	if a.set() {
		a.Back += by
	}
}

func (m *Machine) alarm(d messages.WakeScheduled) alarm {
	return alarm{Due: d.Due, Span: d.Due.Sub(m.now), Cause: m.seq}
}

// State is the state of a session's gate.
type State string

// The states of a gate.
const (
	Closed  State = "closed"
	Probing State = "probing"
	Open    State = "open"
)

// session is a credential lane and its gate.
type session struct {
	Config     messages.SessionConfig
	Gone       bool // no longer configured
	HadBackend bool // whether the configuration before this one gave it a backend
	State      State
	Generation uint64
	Reason     string // of the fact that closed it
	Source     string
	Since      messages.Instant // of the state
	ExpiresAt  messages.Instant
	RestoredBy string
	LateCount  int // expiries of older generations, which changed nothing

	Quota       alarm // while it is closed for a quota: when it probes by itself
	Forecast    alarm // when people are told that the credential will lapse
	Refused     int   // credentials in a row that no person brought and the backend refused
	RefreshTold bool  // people know that it does not mend itself
	Circuit     circuit

	Canary     messages.RunID
	CanaryWait alarm
	OpenSeq    uint64 // the fact that opened it
	Unproven   uint64 // the generation that it was opened for without a proof, because no job proves it
	Rationed   bool   // its backlog is let go at the set pace
	Ration     ration // what its backlog is
	Credits    int    // starts that the ration still allows until its next tick
	Tick       alarm  // of the ration

	Outage     outage
	Confirmers []confirmers // newest last
	Unasked    []messages.RunID

	busy   int     // attempts in flight
	lines  []*line // of every lane that it has ever waited in
	trials heapOf  // jobs whose next run proves the session, the first canary first
	parked map[messages.RunID]*run
}

// outage is the time from the first close until a canary confirms.
type outage struct {
	Seq   uint64 // the fact that began it; 0: there is none
	Since messages.Instant
	messages.OutageCounts
}

// confirmers are the first runs that the backend accepted in a generation. Two are enough to know
// whether somebody else than a given run was accepted.
type confirmers struct {
	Generation uint64
	Runs       []messages.RunID
}

// maxConfirmedGenerations bounds session.Confirmers.
const maxConfirmedGenerations = 16

// lane bounds the attempts in flight of an actor type.
type lane struct {
	name  string
	size  int
	busy  int
	lines []*line // of every session that has ever waited in it, sorted
}

// DefaultLane is the size of a lane that no RuntimeConfigured has named.
const DefaultLane = 16

func (m *Machine) lane(name string) *lane {
	l := m.lanes[name]
	if l == nil {
		l = &lane{name: name, size: DefaultLane}
		m.lanes[name] = l
	}
	return l
}

// gate is the session that the job's definition depends on; nil if none.
func (m *Machine) gate(j *job) *session {
	if !j.def.Gated || j.def.Session == "" {
		return nil
	}
	return m.sessions[j.def.Session]
}

// proven reports whether the backend has accepted the present generation, or nobody is to prove it.
func (s *session) proven() bool {
	return s.Unproven == s.Generation && s.Generation > 0 || len(s.confirmedBy(s.Generation)) > 0
}

func (s *session) confirmedBy(gen uint64) []messages.RunID {
	for _, c := range s.Confirmers {
		if c.Generation == gen {
			return c.Runs
		}
	}
	return nil
}

// confirm remembers that the backend accepted a call of the run in the generation.
func (s *session) confirm(gen uint64, id messages.RunID) {
	if gen == s.Generation {
		s.Refused = 0
	}
	for i := range s.Confirmers {
		c := &s.Confirmers[i]
		if c.Generation == gen {
			if len(c.Runs) < 2 && !slices.Contains(c.Runs, id) {
				c.Runs = append(c.Runs, id)
			}
			return
		}
	}
	s.Confirmers = append(s.Confirmers, confirmers{gen, []messages.RunID{id}})
	if n := len(s.Confirmers) - maxConfirmedGenerations; n > 0 {
		s.Confirmers = slices.Delete(s.Confirmers, 0, n)
	}
}

// proves reports whether the attempt in flight of a run says something about its session: one with a key of its
// own does not, and of a run that nobody knows it is believed.
func (m *Machine) proves(id messages.RunID) bool {
	r := m.runs[id]
	return r == nil || !r.ownKey()
}

// ownKey reports whether the last attempt of the run used a key of its own.
func (r *run) ownKey() bool { return r.StartDef != nil && r.StartDef.OwnKey }

// suspicious reports whether the run lost its session in two generations that other runs confirmed.
func (s *session) suspicious(r *run) bool {
	n := 0
	for _, gen := range r.Expired {
		if slices.ContainsFunc(s.confirmedBy(gen), func(id messages.RunID) bool { return id != r.ID }) {
			n++
		}
	}
	return n >= 2
}
