package policy

import (
	"slices"

	"curfew/messages"
)

// session is a credential lane and its gate.
type session struct {
	Config     messages.SessionConfig
	Gone       bool // no longer configured
	HadBackend bool // whether the configuration before this one gave it a backend
	State      messages.GateState
	Generation uint64
	Reason     string // of the fact that closed it
	Source     string
	Since      messages.Instant // of the state
	ExpiresAt  messages.Instant
	RestoredBy string // the By of the newest sign-in, until people have been told that it was refused
	SignedInBy string `json:",omitzero"` // the By of the newest sign-in
	LateCount  int    // expiries of older generations, which changed nothing

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
	Confirmers []confirmers     // newest last
	Unasked    []messages.RunID // only in an image

	unasked  []asked // what Unasked names
	canaryOf string  // the job of Canary

	busy   int     // attempts in flight
	lines  []*line // of every lane that it has ever waited in
	trials heapOf  // jobs whose next run proves the session, the first canary first
	parked map[messages.RunID]bool

	touched, lost bool // settle looks at it: see [Machine]
}

// asked is a run that was to be asked about. It may be over by now, and its memory be another run.
type asked struct {
	id  messages.RunID
	run *run
}

// outage is the time from the first close until a canary confirms.
type outage struct {
	Seq   uint64 // the fact that began it; 0: there is none
	Since messages.Instant
	messages.OutageCounts
}

// confirmers are the first runs that the backend accepted in a generation. Two are enough to know
// whether a run other than a given one was accepted.
type confirmers struct {
	Generation uint64
	Runs       []messages.RunID
}

// maxConfirmedGenerations bounds session.Confirmers.
const maxConfirmedGenerations = 16

// proven reports whether the backend has accepted the present generation, or no job can prove it.
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

// applyConfirmed remembers that the backend accepted a call of the run in the generation.
func (s *session) applyConfirmed(gen uint64, id messages.RunID) {
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

// session is the session of that name; nil: there is none, as of an attempt that needs none.
func (m *Machine) session(name string) *session {
	if name == "" {
		return nil
	}
	return m.sessions[name]
}

// gate is the session that the job's definition depends on; nil if none.
func (m *Machine) gate(j *job) *session { return j.group.gate }
