package supervisor

import (
	"fmt"
	"path"
	"slices"

	"github.com/asynkron/protoactor-go/actor"
	"go.uber.org/zap"

	"curfew/messages"
)

// child is what a shard knows of a job actor: the job's own, or one beside it for a single run.
type child struct {
	def         *messages.Kept // the newest
	pid         *actor.PID     // nil: there is no actor
	mailbox     *mailbox       // of the actor; to look for it by the pid would be a search among all actors
	incarnation uint64         // of the actor
	run         messages.RunID // whose attempts it performs; empty: none yet
	flight      *Start         // the attempt that is in flight by the log; nil: none
	tally       tally          // of that run

	beside    bool // it is for one run
	over      bool // its run is over
	tried     bool // this incarnation has run an attempt of that run
	suspended bool // it has failed; it gets no message before its restart
	fenced    bool // an attempt of this incarnation was abandoned and may still be running
	stopping  bool // told to stop, and never to be restarted again
	leaving   bool // to be stopped when no attempt is in flight
	parked    bool // the attempt in flight was not handed to the actor yet
}

// defined makes an actor for a new job of this shard, and releases a job that has another type now.
func (h *shard) defined(c actor.Context, d *messages.Kept) {
	if d.Actor != h.kind {
		h.release(c, d.Job)
		return
	}
	if !h.mine(d.Job) {
		return
	}
	k := h.children[d.Job]
	if k == nil {
		k = &child{}
		h.children[d.Job] = k
	}
	k.def, k.leaving = d, false
	if k.pid == nil {
		h.spawn(c, k)
	}
}

// release stops the actors of a job that no longer belongs to the shard, each as soon as its attempt has returned.
func (h *shard) release(c actor.Context, job string) {
	if k := h.children[job]; k != nil {
		h.leave(c, k)
	}
	for _, k := range slices.Clone(h.beside[job]) {
		h.leave(c, k)
	}
}

// leave stops an actor as soon as its attempt has returned.
func (h *shard) leave(c actor.Context, k *child) {
	k.leaving = true
	h.settle(c, k)
}

func (h *shard) settle(c actor.Context, k *child) {
	if !k.leaving || k.stopping || k.flight != nil {
		return
	}
	k.stopping = true
	if k.pid == nil {
		h.remove(k)
		return
	}
	c.(actor.Supervisor).StopChildren(k.pid)
}

func (h *shard) remove(k *child) {
	delete(h.children, k.name())
	h.base = max(h.base, k.incarnation) // if the job is defined again, its incarnations go on counting
	if k.beside {
		h.forgetBeside(k)
		return
	}
	h.s.forget(k.def.Job)
}

// attempt performs AttemptStarted, or parks it if it cannot begin now.
func (h *shard) attempt(c actor.Context, r messages.Record, a messages.AttemptStarted) {
	own := h.children[a.Job]
	if own == nil || own.leaving {
		return // another shard's
	}
	k := h.childFor(own, a.Run)
	k.flight, k.parked = &Start{Attempt: a, Definition: k.def, Incarnation: k.incarnation, at: r.Seq}, true
	k.tally.count(r.At, a)
	switch {
	case h.locks.holds(a.Session):
		h.log(a.Job).Error("cron: the log has started an attempt of a session whose gate is closed; the attempt waits for the gate",
			zap.String("run", string(a.Run)), zap.Int("attempt", a.Attempt), zap.String("session", a.Session))
	case k.stopping: // begins when the old actor is gone
	default:
		h.begin(c, k)
	}
}

// begin hands the parked attempt to the actor: to a fresh incarnation if the present one has failed, has left an
// attempt running, or has tried this run before. A start that the barrier blocks stays parked.
func (h *shard) begin(c actor.Context, k *child) {
	if !h.s.barrier.allows(k.flight.at) {
		return
	}
	switch {
	case k.pid == nil:
		h.spawn(c, k)
	case k.suspended, k.fenced, k.tried:
		h.restart(c, k)
	}
	if k.pid == nil {
		return // spawn has reported it
	}
	k.parked, k.tried = false, true
	k.flight.Incarnation = k.incarnation
	// The restart is a system message, so the order reaches the fresh incarnation.
	k.mailbox.PostUserMessage(k.flight)
}

func (h *shard) spawn(c actor.Context, k *child) {
	pid, err := c.SpawnNamed(h.props, k.name())
	if err != nil {
		h.s.cfg.Fatal(fmt.Errorf("supervisor: start the actor of job %s: %w", k.name(), err))
		return
	}
	k.pid, k.mailbox = pid, h.made
	k.incarnation = h.nextIncarnation(k.def.Job)
	k.suspended, k.fenced, k.stopping, k.tried = false, false, false, false
}

func (h *shard) restart(c actor.Context, k *child) {
	k.incarnation = h.nextIncarnation(k.def.Job)
	k.suspended, k.fenced, k.tried = false, false, false
	c.(actor.Supervisor).RestartChildren(k.pid)
	h.s.restarted(k.def.Job)
}

// ended notes that an attempt is over, and how long it took.
func (h *shard) ended(c actor.Context, at messages.Instant, a messages.AttemptRef) {
	k := h.performs(a.Job, a.Run)
	if k == nil {
		return
	}
	k.tally.end(at)
	if k.flies(a) {
		h.returned(c, k)
	}
}

// returned notes that nothing waits any longer for the attempt in flight.
func (h *shard) returned(c actor.Context, k *child) {
	k.flight, k.parked = nil, false
	h.settle(c, k)
}

// abandoned notes that an attempt is over by the log, although it is still running.
func (h *shard) abandoned(c actor.Context, a messages.AttemptRef) {
	if k := h.inFlight(a); k != nil {
		k.fenced = true
		h.returned(c, k)
	}
}

// inFlight returns the child with that attempt in flight; nil if there is none.
func (h *shard) inFlight(a messages.AttemptRef) *child {
	if k := h.performs(a.Job, a.Run); k != nil && k.flies(a) {
		return k
	}
	return nil
}

// flies reports whether the attempt, which is one of the run that the child performs, is in flight.
func (k *child) flies(a messages.AttemptRef) bool {
	return k.flight != nil && k.flight.Attempt.Attempt == a.Attempt
}

// finished cancels the attempt of a run that is over before its attempt is. An actor for this run alone is not needed
// any more.
func (h *shard) finished(c actor.Context, m messages.RunFinished) {
	k := h.performs(m.Job, m.Run)
	if k == nil {
		return
	}
	k.over = true
	switch {
	case k.flight == nil:
	case k.parked: // it was never handed over, so its actor will not report its end
		k.parked = false
		f := messages.AttemptInterrupted{AttemptRef: k.flight.Ref(), Why: messages.InterruptCancelled}
		h.s.cfg.Publish(FactID(f, f.AttemptRef), f)
	default:
		c.Send(k.pid, &Cancel{Run: m.Run})
	}
	if k.beside {
		h.leave(c, k)
	}
}

// terminated forgets an actor that is gone, or makes a new one if the job was defined again meanwhile.
func (h *shard) terminated(c actor.Context, who *actor.PID) {
	k := h.children[path.Base(who.GetId())]
	if k == nil || k.pid == nil || !k.pid.Equal(who) || h.closing.Load() {
		return
	}
	k.pid = nil
	if k.leaving {
		h.remove(k)
		return
	}
	h.spawn(c, k)
	if k.parked && !h.locks.holds(k.flight.Attempt.Session) {
		h.begin(c, k)
	}
}
