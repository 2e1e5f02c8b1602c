package config

import (
	"encoding/json"
	"strconv"

	"curfew/messages"
)

// hearing is what tells that the sign-in of a job's session has lapsed, as far as its definition says it.
type hearing int

const (
	hearsNothing hearing = iota // the job depends on no session, or its type judges for itself
	hearsMarker                 // only a line that its program prints, which few programs do
	hearsLapse
)

// hears says it of a job. A preflight asks before each call; an agent has the answers of its backend.
func hears(def messages.Definition) hearing {
	switch {
	case def.Session == "" || def.OwnKey:
		return hearsNothing
	case def.Actor == agentKind:
		return hearsLapse
	case def.Actor != cliAgentKind:
		return hearsNothing
	}
	type when struct {
		ExitCode []json.RawMessage `json:"exit_code"`
		Pattern  []json.RawMessage `json:"pattern"`
		Any      []json.RawMessage `json:"any"`
	}
	var with struct {
		ExpiredWhen when                     `json:"expired_when"`
		Preflight   struct{ Command string } `json:"preflight"`
	}
	if err := json.Unmarshal(def.With, &with); err != nil {
		return hearsNothing // it has a problem, which is reported
	}
	if w := with.ExpiredWhen; with.Preflight.Command != "" || len(w.ExitCode)+len(w.Pattern)+len(w.Any) > 0 {
		return hearsLapse
	}
	return hearsMarker
}

// mute warns, once for a session, of jobs that do not notice that the session has lapsed, if others of it do: such a job
// fails and is tried again while they would be held, and when it is the first after a sign-in, its failure opens the gate
// for all.
func (b *builder) mute() {
	type jobs struct {
		first, others int // of those that hear nothing; first is a place in out.Jobs plus 1
		hears         string
	}
	sessions := map[string]*jobs{}
	var order []*jobs
	for i, def := range b.out.Jobs {
		h := hears(def)
		if h == hearsNothing {
			continue
		}
		s := sessions[def.Session]
		if s == nil {
			s = &jobs{}
			sessions[def.Session], order = s, append(order, s)
		}
		switch {
		case h == hearsLapse && s.hears == "":
			s.hears = def.Job
		case h == hearsLapse:
		case s.first == 0:
			s.first = i + 1
		default:
			s.others++
		}
	}
	for _, s := range order {
		if s.first == 0 || s.hears == "" {
			continue
		}
		def := b.out.Jobs[s.first-1]
		more := ""
		if s.others > 0 {
			more = " (as others of the session: " + strconv.Itoa(s.others) + ")"
		}
		b.warn(b.nodes[s.first-1].find("with").value, "job %s%s has no expired_when, so it notices that the sign-in of session "+
			"%q has lapsed only if its program prints SESSION_EXPIRED:, unlike job %s; give it a preset or with.expired_when, or a session of its own",
			def.Job, more, def.Session, s.hears)
	}
}
