package explain

import (
	"fmt"
	"slices"
	"strings"

	"curfew/messages"
)

// delay says how long the slot was held before the newest attempt of its run, and by what.
func (e *Explainer) delay(r *run, slot messages.Instant) string {
	from := e.heldSince(r)
	if !from.IsZero() {
		from = max(from, slot) // one that fell due later waited from then on
	}
	to := r.started
	if from.IsZero() || to.At <= from {
		if e.undecided(r.queued.Cause) != "" {
			return "; missed while no node decided"
		}
		return ""
	}
	return fmt.Sprintf("; held %s: %s", long(to.At.Sub(from)), e.heldBy(r))
}

// heldSince is when the run was first held; zero: it was not.
func (e *Explainer) heldSince(r *run) (since messages.Instant) {
	for _, rec := range r.records {
		if h, ok := rec.Body.(messages.RunHeld); ok && len(h.Holds) > 0 && h.Run == r.id {
			since = rec.At
			break
		}
	}
	if since.IsZero() && len(r.outages) > 0 {
		since = max(r.outages[0].since.At, r.queued.At)
	}
	if since.IsZero() && e.paused != nil {
		since = max(e.paused.At, r.waited.At)
	}
	return since
}

// heldBy says what held a run first.
func (e *Explainer) heldBy(r *run) string {
	for _, rec := range r.records {
		h, ok := rec.Body.(messages.RunHeld)
		if !ok || len(h.Holds) == 0 || h.Run != r.id {
			continue
		}
		switch h.Holds[0] {
		case messages.HoldPaused:
			return "the job was " + e.stoppedBy(rec.Seq)
		case messages.HoldAsk:
			return "a person was asked"
		case messages.HoldSuspect:
			return "it lost two good sessions"
		case messages.HoldCircuit:
			return "the session's backend did not answer"
		case messages.HoldNode:
			return "no node took the job"
		}
		break
	}
	if len(r.outages) > 0 {
		return r.outages[0].wasClosed()
	}
	return "its session was not open"
}

// wasClosed says, more shortly, what closed a gate first.
func (o *outage) wasClosed() string {
	switch o.first.Reason {
	case messages.ReasonSignedOut:
		if o.first.Source == messages.SourceConfig {
			return "session " + o.session + " had no sign-in"
		}
		return "session " + o.session + " was signed out"
	case messages.ReasonQuota:
		return "session " + o.session + " was out of quota"
	case messages.ReasonRemoved:
		return "session " + o.session + " was not in the job file"
	}
	return "session " + o.session + " had expired"
}

// remedy says what holds a run now, and what to do about it.
func (e *Explainer) remedy(r *run) string {
	var parts []string
	for _, h := range e.holds(r) {
		switch h {
		case messages.HoldSession:
			parts = append(parts, e.signIn())
		case messages.HoldPaused:
			if d := e.job.newest(); d != nil && d.Disabled {
				parts = append(parts, "the job is "+disabled)
			}
			if e.paused != nil {
				parts = append(parts, "the job is paused; `curfew job resume "+e.q.Job+"`")
			}
		case messages.HoldCircuit:
			parts = append(parts, "the backend of session "+e.session()+" does not answer; it goes on by itself")
		case messages.HoldNode:
			parts = append(parts, noNode(e.definition(e.now))+"; `curfew node list`")
		case messages.HoldAsk, messages.HoldSuspect:
			if !slices.Contains(parts, e.asks()) {
				parts = append(parts, e.asks())
			}
		default:
			parts = append(parts, plain(string(h), maxWord))
		}
	}
	return strings.Join(parts, "; ")
}

func (e *Explainer) asks() string {
	return fmt.Sprintf("a person is to decide; `curfew job run %s` or `curfew job cancel %s`", e.q.Job, e.q.Job)
}

// signIn says why the session is not open.
func (e *Explainer) signIn() string {
	name := e.session()
	g := e.gate(name)
	if g.state == messages.StateProbing {
		if g.canary.Job != "" {
			return fmt.Sprintf("session %s is probed by job %s", name, g.canary.Job)
		}
		return fmt.Sprintf("session %s is probed by its next run", name)
	}
	if g.now != nil && !g.now.closed.Until.IsZero() {
		return fmt.Sprintf("session %s %s; it tries again by itself at %s", name, g.now.is(), e.clock(g.now.closed.Until))
	}
	if g.now != nil && g.now.closed.Reason == messages.ReasonRemoved {
		return fmt.Sprintf("session %s %s; put it back, or give the job another session", name, g.now.is())
	}
	return fmt.Sprintf("session %s %s; %s", name, g.now.is(), e.howToSignIn(name))
}

// evidence is what was reported of a session, without how to sign in, which a job's tool adds to it: that is said where
// people look for what to do.
func (e *Explainer) evidence(reported string) string {
	if e.q.SignIn == "" {
		return reported
	}
	return strings.TrimSuffix(reported, "; "+e.q.SignIn)
}

// howToSignIn says what a person does to open a session, by whoever asks, otherwise by the newest start in the journal.
func (e *Explainer) howToSignIn(session string) string {
	if e.q.SignIn != "" {
		return e.q.SignIn
	}
	conf, _ := e.conf.Body.(messages.RuntimeConfigured)
	for _, s := range conf.Sessions {
		if s.Name == session {
			return messages.SignIn{Session: session, Tool: s.Backend == "", Page: s.SignIn}.Text()
		}
	}
	return messages.SignInShown(session)
}

// is says why a gate is closed.
func (o *outage) is() string {
	if o == nil {
		return "is closed"
	}
	return "is closed: " + plain(messages.Closed(o.closed.Reason, o.closed.Source), maxQuote)
}

// waitsFor says what a run without holds waits for.
func (e *Explainer) waitsFor(r *run) string {
	if d := e.job.newest(); r.beside && d != nil && d.Overlap == messages.OverlapAllow {
		if e.begun(r) >= d.Parallel() {
			return fmt.Sprintf("all %d places of the job are taken (max_parallel)", d.Parallel())
		}
	} else if slices.ContainsFunc(e.runs, func(o *run) bool { return o != r && o.flight }) {
		return "the run before is not over"
	}
	if len(r.outages) > 0 {
		return "it is let go at the set pace after the sign-in"
	}
	return "there is no room in its lane"
}

// begun counts the other runs of the job that have begun and are not over.
func (e *Explainer) begun(r *run) (n int) {
	for _, o := range e.runs {
		if o != r && o.started.Seq != 0 && (o.flight || o.final.Status == "") {
			n++
		}
	}
	return n
}
