package supervisor

import (
	"context"
	"maps"
	"slices"

	"curfew/messages"
)

// A ChildState says what the actor of a job does.
type ChildState string

// The states of a child.
const (
	ChildIdle      ChildState = "idle"      // it has nothing to do
	ChildRunning   ChildState = "running"   // it was handed an attempt, which has not returned
	ChildSuspended ChildState = "suspended" // it has failed, and gets no message before its restart: that is the hold
	ChildParked    ChildState = "parked"    // its attempt is decided and was not handed to it yet
	ChildStopping  ChildState = "stopping"  // its job is gone, or its run is over
)

// ChildStates are the values of a [ChildState].
var ChildStates = []ChildState{ChildRunning, ChildSuspended, ChildParked, ChildStopping, ChildIdle}

// Bounds of a census.
const (
	MaxChildren = 100 // children that one answer lists
	maxCensuses = 2   // censuses that are taken at once; further ones wait
)

// Count says which children a census lists besides counting all.
type Count struct {
	Shard string     // of this shard; empty: none are listed
	Job   string     // of this job; empty: of any
	State ChildState // in this state; empty: in any
	After string     // those after this name
	Limit int        // at most as many, and at most [MaxChildren]
}

// A Shard is what a supervisor knows of its children at one moment.
type Shard struct {
	Name     string // TYPE-INDEX
	Kind     string // the actor type of its jobs
	Answered bool   // false: it was busy for too long, and what follows is not known
	States   map[ChildState]int
	Restarts int      // of the actors of its jobs since the runtime was started
	Fenced   int      // actors of which an abandoned attempt may still be running
	Locked   []string // sessions of which it begins no attempt, sorted: see [locks]
	Listed   []Child  // by name
	Next     string   // the name to go on after; empty: Listed is the end
}

// Children is how many children the shard has.
func (s *Shard) Children() (n int) {
	for _, some := range s.States {
		n += some
	}
	return n
}

// Child is a job actor as its shard knows it.
type Child struct {
	Name        string // JOB, or JOB.RUN for one that is there for a single run
	Job         string
	Run         messages.RunID // whose attempts it performs, or did last; empty: none yet
	State       ChildState
	Incarnation uint64           // of the actor
	Restarts    int              // of the actors of the job since the runtime was started
	Attempt     int              // the number of the attempt in flight; 0: none
	Since       messages.Instant // when that was decided; zero for one from before this runtime
	Fenced      bool             // an abandoned attempt of this incarnation may still be running
}

// census asks a shard what it knows. The answer has room in done, so no shard waits for who has asked.
type census struct {
	Count

	done chan Shard
}

// Census asks every shard what it knows of its children, by a message: the answer is of one moment, and nothing is
// locked. While nobody asks it costs nothing; a shard answers in the time in which it looks at each of its children
// once. A shard that has not answered when ctx ends, or that has stopped, is in the list as not [Shard.Answered].
func (s *Supervisors) Census(ctx context.Context, q Count) []Shard {
	all := s.unanswered()
	select {
	case s.censuses <- struct{}{}:
		defer func() { <-s.censuses }()
	case <-ctx.Done():
		return all
	}
	m := &census{Count: q, done: make(chan Shard, len(all))}
	m.Limit = min(max(m.Limit, 1), MaxChildren)
	s.cfg.System.Root.Send(s.root, m)
	for range all {
		select {
		case got := <-m.done:
			i := slices.IndexFunc(all, func(one Shard) bool { return one.Name == got.Name })
			all[i] = got
		case <-s.stopped:
			return all
		case <-ctx.Done():
			return all
		}
	}
	return all
}

// unanswered lists the shards, by actor type and index, without what they know.
func (s *Supervisors) unanswered() (all []Shard) {
	for _, kind := range slices.Sorted(maps.Keys(s.shards)) {
		for i := range s.shards[kind] {
			all = append(all, Shard{Name: shardName(kind, i), Kind: kind})
		}
	}
	return all
}

// ShardOf is the name of the shard that supervises a job of that actor type; empty: there is no such type.
func (s *Supervisors) ShardOf(kind, job string) string {
	n := s.shards[kind]
	if n == 0 {
		return ""
	}
	return shardName(kind, shardIndex(job, n))
}

// answer tells what the shard knows.
func (h *shard) answer(m *census) {
	out := Shard{Name: shardName(h.kind, h.own.index), Kind: h.kind, Answered: true, States: make(map[ChildState]int)}
	var names []string // those after m.After, sorted, at most one more than are wanted
	for name, k := range h.children {
		state := k.state()
		out.States[state]++
		if k.fenced {
			out.Fenced++
		}
		if !k.beside {
			out.Restarts += h.s.Restarts(k.def.Job)
		}
		if m.Shard != out.Name || !m.lists(name, k) {
			continue
		}
		if at, _ := slices.BinarySearch(names, name); at <= m.Limit {
			names = slices.Insert(names, at, name)
			names = names[:min(len(names), m.Limit+1)]
		}
	}
	if len(names) > m.Limit {
		names = names[:m.Limit]
		out.Next = names[m.Limit-1]
	}
	for _, name := range names {
		out.Listed = append(out.Listed, h.listed(name, h.children[name]))
	}
	for _, session := range slices.Sorted(maps.Keys(h.locks)) {
		if h.locks[session].shut {
			out.Locked = append(out.Locked, session)
		}
	}
	m.done <- out
}

// lists reports whether the census lists a child of its shard.
func (m *census) lists(name string, k *child) bool {
	return name > m.After && (m.Job == "" || m.Job == k.def.Job) && (m.State == "" || m.State == k.state())
}

func (h *shard) listed(name string, k *child) Child {
	c := Child{
		Name: name, Job: k.def.Job, Run: k.run, State: k.state(), Incarnation: k.incarnation,
		Restarts: h.s.Restarts(k.def.Job), Fenced: k.fenced,
	}
	if k.flight != nil {
		c.Attempt, c.Since = k.flight.Attempt.Attempt, k.tally.since
	}
	return c
}

// state is what the actor does.
func (k *child) state() ChildState {
	switch {
	case k.flight != nil && k.parked:
		return ChildParked
	case k.flight != nil && !k.suspended:
		return ChildRunning
	case k.stopping || k.leaving:
		return ChildStopping
	case k.suspended:
		return ChildSuspended
	default:
		return ChildIdle
	}
}
