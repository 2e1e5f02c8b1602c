package config

import (
	"encoding/json"
	"strconv"

	"curfew/messages"
)

// deaf says of a job that nothing but the marker, a line that few programs print, tells Curfew that the sign-in of its
// session has lapsed. A preflight would ask before each call. An agent has the answers of its backend; a type of another
// build is not judged.
func deaf(def messages.Definition) bool {
	if def.Actor != cliAgentKind || def.Session == "" || def.OwnKey {
		return false
	}
	type when struct {
		ExitCode []json.RawMessage `json:"exit_code"`
		Pattern  []json.RawMessage `json:"pattern"`
		Any      []json.RawMessage `json:"any"`
	}
	var with struct {
		ExpiredWhen when                     `json:"expired_when"`
		AsksWhen    []json.RawMessage        `json:"asks_when"` // who asks for a sign-in and then is silent has none
		Preflight   struct{ Command string } `json:"preflight"`
	}
	if err := json.Unmarshal(def.With, &with); err != nil {
		return false // it has a problem, which is reported
	}
	w := with.ExpiredWhen
	return with.Preflight.Command == "" && len(w.ExitCode)+len(w.Pattern)+len(w.Any)+len(with.AsksWhen) == 0
}

// mute warns, once for a session, of deaf jobs: without a sign-in such a job fails in each slot, and is tried again, while
// the gate stays open. When it is the first after a sign-in, its failure opens the gate for all.
func (b *builder) mute() {
	first, others := map[string]int{}, map[string]int{}
	var order []string
	for i, def := range b.out.Jobs {
		if b.nodes[i].find("with") == nil || !deaf(def) { // without it the job has a problem, which is reported
			continue
		}
		if _, known := first[def.Session]; known {
			others[def.Session]++
			continue
		}
		first[def.Session], order = i, append(order, def.Session)
	}
	for _, session := range order {
		i, more := first[session], ""
		if n := others[session]; n > 0 {
			more = " (as others of the session: " + strconv.Itoa(n) + ")"
		}
		b.warn(b.nodes[i].find("with").value, "Curfew does not know how job %s%s says that the sign-in of session %q is gone: "+
			"hardly anything but a line that begins with SESSION_EXPIRED: closes the gate, any other failure is tried again; name its words in with, such as "+
			`expired_when: {pattern: ["(?i)unauthorized|please log in"]}, or say session: none if it needs no sign-in`,
			b.out.Jobs[i].Job, more, session)
	}
}
