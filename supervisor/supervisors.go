package supervisor

import (
	"context"
	"fmt"
	"maps"
	"runtime/debug"
	"slices"
	"sync"

	"github.com/asynkron/protoactor-go/actor"
	"go.uber.org/zap"
)

// Supervisors is the tree of supervisors: the root, below it the shards of every actor type, below them the job actors.
type Supervisors struct {
	cfg      Config
	barrier  barrier
	root     *actor.PID
	stopped  chan struct{} // closed when the root has stopped, and with it every child
	stop     sync.Once
	mu       sync.Mutex
	restarts map[string]int // by job

	shards   map[string]int // how many there are of each actor type
	censuses chan struct{}  // has an element for each census that is being taken
}

// rootName is the name of the root actor, once per actor system.
const rootName = "supervisors"

// Supervise starts the supervisors: they make an actor for every known job, then follow the log.
func Supervise(c Config) (*Supervisors, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	s := &Supervisors{
		cfg: c, barrier: barrier{limit: unlimited}, stopped: make(chan struct{}),
		restarts: make(map[string]int), shards: c.shards(), censuses: make(chan struct{}, maxCensuses),
	}
	props := actor.PropsFromProducer(func() actor.Actor { return &root{s: s, feed: &feed{s: s, node: c.Node, telling: telling{}}} })
	pid, err := c.System.Root.SpawnNamed(props, rootName)
	if err != nil {
		return nil, fmt.Errorf("supervisor: start the root: %w", err)
	}
	s.root = pid
	return s, nil
}

// Stop stops every supervisor and job actor and waits until they have stopped, or ctx ends, which is the error.
// Attempts in flight are told to stop; the host, not this, waits for them.
func (s *Supervisors) Stop(ctx context.Context) error {
	s.stop.Do(func() { s.cfg.System.Root.Stop(s.root) })
	select {
	case <-s.stopped:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("supervisor: actors did not stop in time: %w", context.Cause(ctx))
	}
}

// Restarts is how often the actor of a job has been restarted since the runtime started.
func (s *Supervisors) Restarts(job string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.restarts[job]
}

func (s *Supervisors) restarted(job string) {
	s.mu.Lock()
	s.restarts[job]++
	s.mu.Unlock()
	if s.cfg.OnRestart != nil {
		s.cfg.OnRestart(job)
	}
}

func (s *Supervisors) forget(job string) {
	s.mu.Lock()
	delete(s.restarts, job)
	s.mu.Unlock()
}

// guard, deferred, turns a panic of a supervisor into the end of the runtime: a restarted supervisor would silently
// lose its children and their attempts.
func (s *Supervisors) guard(who string) {
	if r := recover(); r != nil {
		s.cfg.Logger.Error("cron: a supervisor panicked", zap.String("supervisor", who), zap.Any("panic", r),
			zap.ByteString("stack", debug.Stack()))
		s.cfg.Fatal(fmt.Errorf("supervisor: %s panicked: %v", who, r))
	}
}

// root is the parent of the shards, and reads the log for them.
type root struct {
	s    *Supervisors
	feed *feed
}

var (
	_ actor.Actor              = (*root)(nil)
	_ actor.SupervisorStrategy = (*root)(nil)
)

// Receive starts the shards. The actor system stops them before the root.
func (r *root) Receive(c actor.Context) {
	defer r.s.guard(rootName)
	switch m := c.Message().(type) {
	case *actor.Started:
		r.spawn(c)
		r.feed.open(c)
	case wake:
		r.feed.follow(c)
	case *catchUp:
		r.feed.catchUp(m)
	case *actor.Stopping:
		r.feed.close()
	case *census, lose:
		for _, shard := range c.Children() {
			c.Send(shard, m)
		}
	case *actor.Stopped:
		close(r.s.stopped)
	}
}

func (r *root) spawn(c actor.Context) {
	own := r.s.cfg.divide(r.s.shards)
	r.s.cfg.Known, r.s.cfg.Unbegun = nil, nil // each shard has its part
	for _, name := range slices.Sorted(maps.Keys(r.s.shards)) {
		k := &kind{name: name}
		for i := range r.s.shards[name] {
			props := actor.PropsFromProducer(func() actor.Actor { return newShard(r.s, name, own[name][i]) })
			pid, err := c.SpawnNamed(props, shardName(name, i))
			if err != nil {
				r.s.cfg.Fatal(fmt.Errorf("supervisor: start shard %d of %s: %w", i, name, err))
				return
			}
			k.shards = append(k.shards, pid)
			k.given = k.given || len(own[name][i].known)+len(own[name][i].unbegun) > 0
		}
		k.next = make([]*portion, len(k.shards))
		r.feed.kinds = append(r.feed.kinds, k)
	}
}

// HandleFailure ends the runtime: a shard recovers its own panics, so its failure is a bug in this package.
func (r *root) HandleFailure(_ *actor.ActorSystem, _ actor.Supervisor, shard *actor.PID, _ *actor.RestartStatistics,
	reason, _ any,
) {
	r.s.cfg.Fatal(fmt.Errorf("supervisor: shard %s failed: %v", shard.GetId(), reason))
}
