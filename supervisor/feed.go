package supervisor

import (
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/asynkron/protoactor-go/actor"

	"curfew/messages"
)

// maxAhead is how many records may be handed to shards and not performed yet; the feed reads on below it.
const maxAhead = 4096

// feed reads the log once for all shards. It hands each record to the shards that may have to do with it, in the order
// of the log: a message of a session to all of them, anything about a job to one shard of each actor type. It is the
// root's, and all but the counters belongs to the goroutine of the root's mailbox.
type feed struct {
	s       *Supervisors
	node    Node // nil: all attempts are performed here
	telling telling
	quiet   bool // another node logs what is placed now
	reader  Reader
	kinds   []*kind
	awaited []*catchUp // each waits until the feed has read up to a seq
	wakeUp  func()     // sends a wake to the root, unless one is in the mailbox

	woken   atomic.Bool  // a wake is in the mailbox
	closing atomic.Bool  // no more wakes
	ahead   atomic.Int64 // records that shards have not performed yet
	stalled atomic.Bool  // the feed waits until they are fewer
}

// kind is the shards of an actor type.
type kind struct {
	name   string
	given  bool // it has had a job: before that, its shards need nothing but messages of sessions and definitions
	shards []*actor.PID
	next   []*portion // what each shard gets next; nil: nothing
}

// portion is records of the log for one shard. The shard says when it has performed them.
type portion struct {
	records []messages.Record
	quiet   []uint64 // the seqs of those RunFinished that another node logs
	feed    *feed
}

// portions are the memory of portions that were performed.
var portions = sync.Pool{New: func() any { return new(portion) }}

// open begins to read, when the shards are there.
func (f *feed) open(c actor.Context) {
	system, self := c.ActorSystem(), c.Self()
	f.wakeUp = func() {
		if !f.closing.Load() && f.woken.CompareAndSwap(false, true) {
			system.Root.Send(self, wake{})
		}
	}
	f.reader = f.s.cfg.Reader(f.wakeUp)
	f.wakeUp()
}

func (f *feed) close() {
	f.closing.Store(true)
	if f.reader != nil {
		f.reader.Close()
	}
}

// follow reads one batch and hands it on, and wakes the root again if there was one.
func (f *feed) follow(c actor.Context) {
	f.woken.Store(false) // before reading: what is appended from here on wakes the root again
	if f.closing.Load() || f.stall() {
		return
	}
	records, err := f.reader.Next()
	if err != nil {
		f.s.cfg.Fatal(fmt.Errorf("supervisor: read the log: %w", err))
		return
	}
	for _, r := range records {
		f.place(r)
	}
	f.send(c)
	if len(records) == 0 {
		f.caughtUp(c, unlimited)
		return
	}
	f.caughtUp(c, records[len(records)-1].Seq)
	f.wakeUp()
}

// stall reports whether the shards have enough to do. Then the last of them that gets below the bound wakes the root.
func (f *feed) stall() bool {
	if f.ahead.Load() < maxAhead {
		return false
	}
	f.stalled.Store(true)
	return f.ahead.Load() >= maxAhead || !f.stalled.CompareAndSwap(true, false) // else it was below by then
}

// performed is called by the shard that got the portion, and does not look at it again.
func (p *portion) performed() {
	f, records := p.feed, len(p.records)
	clear(p.records)
	p.records, p.quiet, p.feed = p.records[:0], p.quiet[:0], nil
	portions.Put(p)
	if f.ahead.Add(-int64(records)) < maxAhead && f.stalled.CompareAndSwap(true, false) {
		f.wakeUp()
	}
}

// place puts a record to what the shards get next.
func (f *feed) place(r messages.Record) {
	switch m := r.Body.(type) {
	case messages.JobDefined:
		f.has(m.Actor)
		f.placeJob(r, m.Job)
	case messages.AttemptStarted:
		here := f.node == nil || f.node.Performs(m)
		if f.node != nil {
			f.telling.note(m, here)
		}
		if here {
			f.placeJob(r, m.Job)
		}
	case messages.NodeJoined:
		if f.node != nil {
			f.node.Joined(m)
		}
	case messages.JobRemoved, messages.AttemptSucceeded, messages.AttemptFailed,
		messages.AttemptInterrupted, messages.AttemptAbandoned:
		if f.node != nil {
			f.telling.note(m, false)
		}
		f.placeJob(r, r.Body.Key())
	case messages.RunFinished:
		f.quiet = f.node != nil && !f.telling.ours(m.Run, f.node)
		f.placeJob(r, m.Job)
		f.quiet = false
	default:
		if r.Body.Topic() != messages.TopicSession {
			return
		}
		for _, k := range f.kinds {
			for i := range k.next {
				f.give(k, i, r)
			}
		}
	}
}

func (f *feed) placeJob(r messages.Record, job string) {
	for _, k := range f.kinds {
		if k.given {
			f.give(k, shardIndex(job, len(k.shards)), r)
		}
	}
}

// give puts a record to what a shard gets next.
func (f *feed) give(k *kind, shard int, r messages.Record) {
	p := k.next[shard]
	if p == nil {
		p = portions.Get().(*portion)
		p.feed, k.next[shard] = f, p
	}
	p.records = append(p.records, r)
	if f.quiet {
		p.quiet = append(p.quiet, r.Seq)
	}
}

// has notes that an actor type has a job.
func (f *feed) has(name string) {
	for _, k := range f.kinds {
		k.given = k.given || k.name == name
	}
}

// send hands out what was placed.
func (f *feed) send(c actor.Context) {
	for _, k := range f.kinds {
		for i, p := range k.next {
			if p != nil {
				k.next[i] = nil
				f.ahead.Add(int64(len(p.records)))
				c.Send(k.shards[i], p)
			}
		}
	}
}

// catchUp notes a caller that waits until the shards have read up to a seq.
func (f *feed) catchUp(m *catchUp) {
	f.awaited = append(f.awaited, m)
	f.wakeUp()
}

// caughtUp asks the shards to answer those who wait for that seq or an earlier one: what a shard has to read before
// that is in its mailbox already.
func (f *feed) caughtUp(c actor.Context, seq uint64) {
	rest := f.awaited[:0]
	for _, m := range f.awaited {
		if m.seq > seq {
			rest = append(rest, m)
			continue
		}
		for _, k := range f.kinds {
			for _, shard := range k.shards {
				c.Send(shard, m)
			}
		}
	}
	f.awaited = rest
}

// shardIndex is which of so many shards of its actor type a job belongs to, by a hash of its name (FNV-1a).
func shardIndex(job string, of int) int {
	h := uint32(2166136261)
	for i := range len(job) {
		h = (h ^ uint32(job[i])) * 16777619
	}
	return int(h % uint32(of))
}
