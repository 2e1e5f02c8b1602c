package supervisor

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/asynkron/protoactor-go/actor"
	"go.uber.org/zap"

	"curfew/messages"
)

// MaxShards is the largest number of shards of an actor type.
const MaxShards = 64

// JobsPerShard is how many jobs of an actor type a shard gets unless the number of shards is given. Each shard that a
// record concerns is woken for it, so that many shards with few jobs each cost more than they gain.
const JobsPerShard = 100_000

// A Reader hands out records of the log in order. It is what actors/system/follow calls a reader, and a shard reads by
// the same rule as a follow.Feed. This package has its own type, because everything in actors/system is above it:
// the host is handed the orders of a shard.
type Reader interface {
	// Next returns a bounded number of records after the cursor, none when there are none now.
	Next() ([]messages.Record, error)
	// Close releases the reader.
	Close()
}

// Topics are what the reader of a shard is to read.
var Topics = []messages.Topic{messages.TopicConfig, messages.TopicAttempt, messages.TopicRun, messages.TopicSession}

// Config is what supervisors need from the rest of the runtime.
type Config struct {
	System *actor.ActorSystem
	// Types are the actor types, each with its number of shards, 0 … MaxShards. 0: one per JobsPerShard
	// jobs known at the start.
	Types map[string]int
	// Base is the number that incarnations count from: the seq of this start's RuntimeConfigured, so that
	// they grow across restarts of the runtime.
	Base uint64
	// Known are the jobs of the recovered state; the readers begin right after that state.
	Known []*messages.Kept
	// Gates are the recovered sessions, each as the GateClosed, GateProbing or GateOpened that made its state.
	Gates []messages.Decision
	// Unbegun are the starts of the recovered state that are still to be performed, at most one for each run.
	Unbegun []Unbegun
	// Reader makes the one reader of Topics. It calls wake, from any goroutine, when there is something to read.
	Reader func(wake func()) Reader
	// Node says which attempts this runtime performs; nil: it performs all.
	Node Node
	// Publish reports a fact. It must not block.
	Publish func(id string, f messages.Fact)
	// Job makes a job actor. It is called for every incarnation.
	Job func() actor.Actor
	// Pool runs the job actors; nil: each actor that has something to do gets a goroutine.
	Pool *Pool
	// Fatal is called when a supervisor cannot go on: the runtime is to stop. It must not block.
	Fatal func(error)
	// OnRestart, if set, is called for every restart of a job actor.
	OnRestart func(job string)
	// OnMessage, if set, is called for every message of the session topic that a shard has read.
	OnMessage func(messages.Body)
	Logger    *zap.Logger
}

func (c *Config) check() error {
	if c.System == nil || c.Reader == nil || c.Publish == nil || c.Job == nil || c.Fatal == nil {
		return errors.New("supervisor: System, Reader, Publish, Job and Fatal must be set")
	}
	for _, name := range slices.Sorted(maps.Keys(c.Types)) {
		if n := c.Types[name]; n < 0 || n > MaxShards {
			return fmt.Errorf("supervisor: %d shards for %s: must be 0 … %d", n, name, MaxShards)
		}
	}
	c.Logger = cmp.Or(c.Logger, zap.NewNop())
	return nil
}

// shards is the number of shards of every actor type.
func (c *Config) shards() map[string]int {
	jobs := make(map[string]int, len(c.Types))
	for _, d := range c.Known {
		jobs[d.Actor]++
	}
	n := make(map[string]int, len(c.Types))
	for name, want := range c.Types {
		if want == 0 {
			want = min(MaxShards, 1+jobs[name]/JobsPerShard)
		}
		n[name] = want
	}
	return n
}

// divide gives each shard, by kind and index, the jobs and starts that belong to it.
func (c *Config) divide(shards map[string]int) map[string][]belongings {
	all := make(map[string][]belongings, len(shards))
	for kind, n := range shards {
		all[kind] = make([]belongings, n)
		for i := range all[kind] {
			all[kind][i] = belongings{index: i, of: n}
		}
	}
	for _, d := range c.Known {
		if own := all[d.Actor]; len(own) > 0 {
			b := &own[shardIndex(d.Job, len(own))]
			b.known = append(b.known, d)
		}
	}
	for _, u := range c.Unbegun {
		if own := all[u.Definition.Actor]; len(own) > 0 {
			b := &own[shardIndex(u.Attempt.Job, len(own))]
			b.unbegun = append(b.unbegun, u)
		}
	}
	return all
}
