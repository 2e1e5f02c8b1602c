package explain

import (
	"fmt"

	"curfew/messages"
)

// present is what the shared records say of the job, its session and their orders up to now, whatever slot is asked about.
func present(q Question, shared []messages.Record) *Explainer {
	p := &Explainer{q: q, sessions: make(map[string]*gate), open: make(map[string]bearer)}
	p.job.fallback = q.Definition
	for _, r := range shared {
		switch r.Body.(type) {
		case messages.RuntimeConfigured, messages.JobDefined, messages.JobRemoved, messages.JobPaused, messages.JobResumed,
			messages.GateClosed, messages.GateProbing, messages.GateOpened:
			p.Add(r)
		}
	}
	p.words = words{zone: p.job.zone(q.Now), now: q.Now}
	return p
}

// stands says why nothing of the job would run now, and what to do about it; empty: something would.
func (e *Explainer) stands() string {
	if by, gone := e.job.gone(); gone {
		return sentence("Nothing of the job starts now: it was removed at " + e.clock(by.At))
	}
	d := e.job.newest()
	if p := e.paused; p != nil {
		text := "The job is paused since " + e.clock(p.At)
		if b, ok := p.Body.(messages.JobPaused); ok && b.By != "" {
			text += ", by " + by(b.By)
		}
		return sentence(text + e.until())
	}
	switch {
	case d != nil && d.Disabled:
		return sentence("The job is " + disabled + ": nothing of it starts until its `enabled` is true")
	case e.q.Paused:
		return sentence("The job is paused" + e.until())
	case e.gate(e.session()).state == messages.StateClosed:
		return sentence("Nothing of the job starts now: " + e.signIn())
	}
	return ""
}

// until says what ends a pause.
func (e *Explainer) until() string {
	return fmt.Sprintf(": nothing of it starts until `curfew job resume %s`", e.q.Job)
}
