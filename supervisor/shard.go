package supervisor

import (
	"fmt"
	"hash/fnv"
	"strconv"
	"sync/atomic"

	"github.com/asynkron/protoactor-go/actor"
	"go.uber.org/zap"

	"curfew/messages"
)

// shard is the supervisor of some of the jobs of an actor type. All its state belongs to the goroutine of its mailbox;
// protoactor calls HandleFailure on that goroutine, too.
type shard struct {
	s         *Supervisors
	kind      string
	index, of int
	base      uint64              // incarnations of new children are above it
	children  map[string]*child   // by the name of the actor
	beside    map[string][]*child // by job: those of them that are for one run
	locks     locks
	reader    Reader
	props     *actor.Props // of the job actors
	woken     atomic.Bool  // a wake is in the mailbox
	closing   atomic.Bool
	awaited   []*catchUp // each waits until this shard has read up to a seq
}

var (
	_ actor.Actor              = (*shard)(nil)
	_ actor.SupervisorStrategy = (*shard)(nil)
)

// wake is the message that there is something to read.
type wake struct{}

func newShard(s *Supervisors, kind string, index, of int) *shard {
	props := []actor.PropsOption{}
	if s.cfg.Pool != nil {
		props = append(props, actor.WithDispatcher(s.cfg.Pool))
	}
	return &shard{
		s: s, kind: kind, index: index, of: of, base: s.cfg.Base,
		children: make(map[string]*child), beside: make(map[string][]*child), locks: make(locks),
		props: actor.PropsFromProducer(s.cfg.Job, props...),
	}
}

// Receive performs what the log says, one batch for each wake, so that failures get their turn.
func (h *shard) Receive(c actor.Context) {
	defer h.s.guard(c.Self().GetId())
	switch m := c.Message().(type) {
	case *actor.Started:
		h.start(c)
	case *actor.Stopping:
		h.closing.Store(true)
		h.reader.Close()
	case *actor.Terminated:
		h.terminated(c, m.Who)
	case wake:
		h.follow(c)
	case *catchUp:
		h.catchUp(c, m)
	case *census:
		h.answer(m)
	}
}

func (h *shard) start(c actor.Context) {
	for _, d := range h.s.cfg.Gates {
		h.locks.read(d)
	}
	for _, d := range h.s.cfg.Known {
		h.defined(c, d)
	}
	h.performUnbegun(c, h.s.cfg.Unbegun)
	system, self := c.ActorSystem(), c.Self()
	h.reader = h.s.cfg.Reader(func() { h.wake(system, self) })
	h.wake(system, self)
}

// wake sends a wake unless one is in the mailbox. It may be called from any goroutine.
func (h *shard) wake(system *actor.ActorSystem, self *actor.PID) {
	if !h.closing.Load() && h.woken.CompareAndSwap(false, true) {
		system.Root.Send(self, wake{})
	}
}

// follow reads one batch, and wakes the shard again if there was one.
func (h *shard) follow(c actor.Context) {
	h.woken.Store(false) // before reading: what is appended from here on wakes the shard again
	if h.closing.Load() {
		return
	}
	records, err := h.reader.Next()
	if err != nil {
		h.s.cfg.Fatal(fmt.Errorf("supervisor: read the log: %w", err))
		return
	}
	for _, r := range records {
		h.read(c, r)
	}
	if len(records) == 0 {
		h.caughtUp(unlimited)
		return
	}
	h.caughtUp(records[len(records)-1].Seq)
	h.wake(c.ActorSystem(), c.Self())
}

func (h *shard) read(c actor.Context, r messages.Record) {
	switch m := r.Body.(type) {
	case messages.JobDefined:
		h.defined(c, m.Definition)
	case messages.JobRemoved:
		h.release(c, m.Job)
	case messages.AttemptStarted:
		h.attempt(c, r, m)
	case messages.AttemptSucceeded, messages.AttemptFailed, messages.AttemptInterrupted:
		ref, _ := messages.RefOf(r.Body)
		h.countWork(r.At, ref)
		h.returned(c, ref)
	case messages.AttemptAbandoned:
		h.abandoned(c, m.AttemptRef)
	case messages.RunFinished:
		h.logResult(r.At, m)
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
func (h *shard) mine(job string) bool { return shardIndex(job, h.of) == h.index }

// shardIndex is which of so many shards of its actor type a job belongs to, by a hash of its name.
func shardIndex(job string, of int) int {
	f := fnv.New32a()
	_, _ = f.Write([]byte(job)) // never fails
	return int(f.Sum32() % uint32(of))
}

// shardName is the name of a shard's actor.
func shardName(kind string, index int) string { return kind + "-" + strconv.Itoa(index) }

func (h *shard) log(job string) *zap.Logger {
	return h.s.cfg.Logger.With(zap.String("job", job))
}
