package supervisor

import (
	"strconv"
	"sync/atomic"

	"github.com/asynkron/protoactor-go/actor"
	"go.uber.org/zap"

	"curfew/messages"
)

// shard is the supervisor of some of the jobs of an actor type. All its state belongs to the goroutine of its mailbox;
// protoactor calls HandleFailure on that goroutine, too.
type shard struct {
	s        *Supervisors
	kind     string
	own      belongings
	base     uint64              // incarnations of new children are above it
	children map[string]*child   // by the name of the actor
	beside   map[string][]*child // by job: those of them that are for one run
	locks    locks
	props    *actor.Props // of the job actors
	made     *mailbox     // of the newest of them
	closing  atomic.Bool
}

var (
	_ actor.Actor              = (*shard)(nil)
	_ actor.SupervisorStrategy = (*shard)(nil)
)

// belongings is what belongs to a shard when it starts.
type belongings struct {
	index, of int // its place among the shards of its kind
	known     []*messages.Kept
	unbegun   []Unbegun
}

// wake is the message that there is something to read.
type wake struct{}

func newShard(s *Supervisors, kind string, own belongings) *shard {
	h := &shard{
		s: s, kind: kind, own: own, base: s.cfg.Base,
		children: make(map[string]*child), beside: make(map[string][]*child), locks: make(locks),
	}
	props := []actor.PropsOption{actor.WithMailbox(func() actor.Mailbox { h.made = &mailbox{}; return h.made })}
	if s.cfg.Pool != nil {
		props = append(props, actor.WithDispatcher(s.cfg.Pool))
	}
	h.props = actor.PropsFromProducer(s.cfg.Job, props...)
	return h
}

// Receive performs what the log says, portion by portion, so that failures get their turn.
func (h *shard) Receive(c actor.Context) {
	defer h.s.guard(c.Self().GetId())
	switch m := c.Message().(type) {
	case *actor.Started:
		h.start(c)
	case *actor.Stopping:
		h.closing.Store(true)
	case *actor.Terminated:
		h.terminated(c, m.Who)
	case *portion:
		h.perform(c, m)
	case lose:
		h.lose(c)
	case *catchUp:
		m.done <- struct{}{}
	case *census:
		h.answer(m)
	}
}

func (h *shard) start(c actor.Context) {
	for _, d := range h.s.cfg.Gates {
		h.locks.read(d)
	}
	for _, d := range h.own.known {
		h.defined(c, d)
	}
	h.performUnbegun(c, h.own.unbegun)
	h.own.known, h.own.unbegun = nil, nil
}

// perform reads what the feed has handed over.
func (h *shard) perform(c actor.Context, p *portion) {
	defer p.performed()
	quiet := p.quiet
	for _, r := range p.records {
		if h.closing.Load() {
			return
		}
		if len(quiet) > 0 && quiet[0] == r.Seq {
			quiet = quiet[1:]
		} else if m, ok := r.Body.(messages.RunFinished); ok {
			h.logResult(r.At, m)
		}
		h.read(c, r)
	}
}

func (h *shard) read(c actor.Context, r messages.Record) {
	switch m := r.Body.(type) {
	case messages.JobDefined:
		h.defined(c, m.Kept)
	case messages.JobRemoved:
		h.release(c, m.Job)
	case messages.AttemptStarted:
		h.attempt(c, r, m)
	case messages.AttemptSucceeded, messages.AttemptFailed, messages.AttemptInterrupted:
		ref, _ := messages.RefOf(r.Body)
		if i, ok := m.(messages.AttemptInterrupted); ok && i.Why == messages.InterruptLost {
			h.lost(c, ref)
		}
		h.ended(c, r.At, ref)
	case messages.AttemptAbandoned:
		h.abandoned(c, m.AttemptRef)
	case messages.RunFinished:
		h.finished(c, m)
	default:
		h.session(c, r.Body)
	}
}

// session turns the second lock (see [locks]), and begins the attempts that waited for it.
func (h *shard) session(c actor.Context, b messages.Body) {
	if b.Topic() != messages.TopicSession {
		return
	}
	session, unlocked := h.locks.read(b)
	if h.s.cfg.OnMessage != nil {
		h.s.cfg.OnMessage(b)
	}
	if !unlocked {
		return
	}
	for _, k := range h.children {
		if k.parked && !k.stopping && k.flight.Attempt.Session == session {
			h.begin(c, k)
		}
	}
}

// mine reports whether the job belongs to this shard.
func (h *shard) mine(job string) bool { return shardIndex(job, h.own.of) == h.own.index }

// shardName is the name of a shard's actor.
func shardName(kind string, index int) string { return kind + "-" + strconv.Itoa(index) }

func (h *shard) log(job string) *zap.Logger {
	return h.s.cfg.Logger.With(zap.String("job", job))
}
