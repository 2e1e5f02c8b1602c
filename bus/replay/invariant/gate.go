package invariant

import (
	"curfew/messages"
)

type gateBook struct {
	state messages.GateState
	dead  uint64 // the newest generation that has expired
	// expired counts the answers session_expired of each generation. allowed is how many there may be: the answers that
	// had come when the gate first closed, and the calls that were in flight then.
	expired, allowed map[uint64]int
	probes           int // attempts in flight that were started after GateProbing
	circuit          circuitBook
	lane, busy       int // how many attempts may be and are in flight; lane 0: no limit
}

func (c *checker) gate(name string) *gateBook {
	g := c.sessions[name]
	if g == nil {
		g = &gateBook{expired: map[uint64]int{}, allowed: map[uint64]int{}}
		c.sessions[name] = g
	}
	return g
}

func (c *checker) probing(b messages.GateProbing) {
	g := c.gate(b.Session)
	g.state, g.probes = messages.StateProbing, 0
	if b.Generation <= g.dead { // the clock was set back, so the credential has not lapsed yet
		g.dead = b.Generation - 1
		delete(g.allowed, b.Generation)
	}
	c.forgetProbes(b.Session)
}

// forgetProbes forgets the attempts that were started before this GateProbing: they are not its probes.
func (c *checker) forgetProbes(session string) {
	for _, r := range c.runs {
		if r.probe == c.sessions[session] {
			r.probe = nil
		}
	}
}

// allow notes the bound of I2 when the gate closes for a generation.
func (c *checker) allow(session string, generation uint64, g *gateBook) {
	if _, known := g.allowed[generation]; known {
		return // closed again with another reason
	}
	n := g.expired[generation]
	for _, r := range c.runs {
		if r.inFlight && !r.ownKey && r.session == session && r.generation == generation {
			n++
		}
	}
	g.allowed[generation] = n
}

// answered checks I2: after the close come at most as many answers as calls were in flight.
func (c *checker) answered(f messages.AttemptFailed) {
	if f.Class != messages.ClassSessionExpired || f.Session == "" || !f.Called || c.ofOwn {
		return
	}
	g := c.gate(f.Session)
	g.expired[f.Generation]++
	if most, closed := g.allowed[f.Generation]; closed && g.expired[f.Generation] > most {
		c.fail("I2", "%d answers session_expired in generation %d of %s; %d calls were in flight at the close",
			g.expired[f.Generation], f.Generation, f.Session, most)
	}
}

// probe checks I1: no attempt starts while the gate is closed, and while it is probing, one at a time of the attempts
// that prove the session. It checks the journal's part of I2, too: no attempt starts with a generation that has
// expired.
func (c *checker) probe(b messages.AttemptStarted, r *runBook) {
	g := c.gate(b.Session)
	if g.dead > 0 && b.Generation <= g.dead {
		c.fail("I2", "%s starts with generation %d of %s, which has expired", b.Job, b.Generation, b.Session)
	}
	switch g.state {
	case messages.StateClosed, "":
		c.fail("I1", "%s starts while the gate of %s is closed", b.Job, b.Session)
	case messages.StateProbing:
		if r.ownKey {
			if b.Canary {
				c.fail("I1", "%s is the canary of %s with a key of its own", b.Job, b.Session)
			}
			break
		}
		g.probes++
		r.probe = g
		if g.probes > 1 {
			c.fail("I1", "%s starts beside the canary of %s", b.Job, b.Session)
		}
	}
}
