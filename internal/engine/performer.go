package engine

import (
	"context"
	"time"

	"go.uber.org/zap"

	"curfew/bus/sleep"
	"curfew/messages"
	"curfew/supervisor"
)

// performer is which attempts this node of a fleet performs: those that were given to it since it joined under the number
// under which it is seen now. In a fleet every attempt is some node's: whoever decides waits for the first before it has
// jobs.
type performer struct {
	r      *Runtime
	joined uint64 // the number with which this node joined last; 0: it has not since this start
	waited uint64 // the number under which this node was waited for
}

// A node that has just joined may be given something before it knows that it is seen: the servers answer the others, too.
// And a lease may be renewed late. So it is waited for once in each presence, and this long at most; the attempts behind
// could not begin either.
const (
	seenSoon = 500 * time.Millisecond
	seenLook = 10 * time.Millisecond
)

// performer is nil for a runtime on its own: it performs everything.
func (r *Runtime) performer() supervisor.Node {
	if !r.fleet() {
		return nil
	}
	return &performer{r: r}
}

// Joined notes under which number this node joins.
func (p *performer) Joined(m messages.NodeJoined) {
	if m.Node == p.r.o.Node {
		p.joined = m.Incarnation
	}
}

// Performs reports whether the attempt was given to this process, and the others certainly see it.
func (p *performer) Performs(a messages.AttemptStarted) bool {
	if a.Node != p.r.o.Node || p.joined == 0 {
		return false
	}
	incarnation, now := p.joined, true
	if p.r.o.Seen != nil {
		incarnation, now = p.r.o.Seen()
	}
	if p.joined != incarnation {
		return false // an earlier process's, or of this one before it was lost: it becomes an orphan
	}
	if !now && !p.soon(incarnation) {
		p.r.o.Unseen(incarnation)
		return false
	}
	return true
}

// Decides reports whether this node decides.
func (p *performer) Decides() bool { return p.r.log.Leads() }

// soon waits until the others certainly see this node under this number, and reports whether they do.
func (p *performer) soon(incarnation uint64) bool {
	if p.waited == incarnation {
		return false
	}
	p.waited = incarnation
	for range seenSoon / seenLook {
		_ = sleep.For(context.Background(), seenLook)
		if is, now := p.r.o.Seen(); is != incarnation || now {
			return is == incarnation
		}
	}
	return false
}

// Lose ends what runs here, because the others take this node for gone, or will soon: they report the attempts. If it
// reported them itself, they would be given to it again.
func (r *Runtime) Lose() {
	r.o.Logger.Warn("cron: the other nodes may not see this one: what runs here ends", zap.Int("attempts", len(r.Running())))
	r.supervisors.Lose()
}
