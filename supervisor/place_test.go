package supervisor

import (
	"fmt"
	"testing"

	"github.com/asynkron/protoactor-go/actor"

	"curfew/messages"
)

// TestPlaces: the work of all shards together does not grow with their number. What is about a job goes to one shard of
// each type that has had a job, a definition also to a type's first; a message of a session goes to all; the rest to none.
func TestPlaces(t *testing.T) {
	for _, shards := range []int{1, 2, 64} {
		f := &feed{}
		for _, name := range []string{"agent", "shell"} {
			f.kinds = append(f.kinds, &kind{name: name, shards: make([]*actor.PID, shards), next: make([]*portion, shards)})
		}
		placed := func(bodies ...messages.Body) (n [2]int) {
			for _, b := range bodies {
				f.place(messages.Record{Body: b})
			}
			for i, k := range f.kinds {
				for s := range k.next {
					if p := k.next[s]; p != nil {
						n[i] += len(p.records)
						k.next[s] = nil
						p.performed()
					}
				}
			}
			return n
		}
		var about, orders []messages.Body
		for i := range 1000 {
			job := fmt.Sprint("job-", i)
			about = append(about, messages.AttemptStarted{Job: job}, messages.AttemptSucceeded{AttemptRef: messages.AttemptRef{Job: job}},
				messages.RunFinished{Job: job})
			orders = append(orders, messages.Woke{Timer: messages.Timer{Job: job}}, messages.RunQueued{Job: job}, messages.RuntimeStopped{})
		}
		for _, c := range []struct {
			what   string
			bodies []messages.Body
			want   [2]int
		}{
			{"before a job is there", about, [2]int{}},
			{"a job", []messages.Body{messages.Defined(messages.Definition{Job: "a", Actor: "shell"})}, [2]int{0, 1}},
			{"runs", about, [2]int{0, 3000}},
			{"of another type", []messages.Body{messages.Defined(messages.Definition{Job: "a", Actor: "agent"})}, [2]int{1, 1}},
			{"runs of both", about, [2]int{3000, 3000}},
			{"what no shard performs", orders, [2]int{}},
			{"a session", []messages.Body{messages.GateClosed{Session: "default"}}, [2]int{shards, shards}},
		} {
			if got := placed(c.bodies...); got != c.want {
				t.Errorf("%d shards: %s: %v records are handed out, want %v", shards, c.what, got, c.want)
			}
		}
	}
}

// TestKnownJobsAreDivided: each job belongs to one shard, the one that its records go to.
func TestKnownJobsAreDivided(t *testing.T) {
	c := &Config{}
	for i := range 1000 {
		c.Known = append(c.Known, messages.Keep(messages.Definition{Job: fmt.Sprint("job-", i), Actor: "shell"}))
		c.Unbegun = append(c.Unbegun, Unbegun{
			Attempt: messages.AttemptStarted{Job: fmt.Sprint("job-", i)}, Definition: messages.Keep(messages.Definition{Actor: "shell"}),
		})
	}
	known, unbegun := 0, 0
	for i, own := range c.divide(map[string]int{"shell": 7, "agent": 1})["shell"] {
		h := &shard{own: own}
		for _, d := range own.known {
			if known++; !h.mine(d.Job) {
				t.Errorf("shard %d has %s, which is not its own", i, d.Job)
			}
		}
		for _, u := range own.unbegun {
			if unbegun++; !h.mine(u.Attempt.Job) {
				t.Errorf("shard %d is to begin %s, which is not its own", i, u.Attempt.Job)
			}
		}
	}
	if known != 1000 || unbegun != 1000 {
		t.Errorf("%d jobs and %d starts were divided", known, unbegun)
	}
}
