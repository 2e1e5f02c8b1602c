package supervisor

import "curfew/messages"

// locks is the second lock on the door of each session. The log never starts an attempt of a session whose gate is
// closed. If it ever did, the shard would wait for the gate before it performs the attempt.
type locks map[string]lock

type lock struct {
	generation uint64 // the newest that the log has named
	shut       bool
}

// read takes in a message of the session topic and reports whether it unlocked the session.
func (l locks) read(b messages.Body) (session string, unlocked bool) {
	switch m := b.(type) {
	case messages.SessionExpired:
		if k := l[m.Session]; m.Generation >= k.generation {
			l[m.Session] = lock{generation: m.Generation, shut: true}
		}
	case messages.GateClosed:
		l[m.Session] = lock{generation: m.Generation, shut: true}
	case messages.GateProbing:
		l[m.Session] = lock{generation: m.Generation}
		return m.Session, true
	case messages.GateOpened:
		l[m.Session] = lock{generation: m.Generation}
		return m.Session, true
	}
	return "", false
}

// holds reports whether no attempt of the session may be performed. It is false for attempts without a session.
func (l locks) holds(session string) bool { return session != "" && l[session].shut }
