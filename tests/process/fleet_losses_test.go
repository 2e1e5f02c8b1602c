package process

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"curfew/bus/nats"
	"curfew/bus/nats/natstest"
	"curfew/bus/sleep"
	"curfew/messages"
)

// span is a time in which a node may be taken for lost.
type span struct {
	node     string // empty: any
	from, to messages.Instant
}

// open is the end of a span that lasts.
const open = messages.Instant(1<<63 - 1)

func (s span) has(node string, at messages.Instant) bool {
	return (s.node == "" || s.node == node) && s.from <= at && at <= s.to
}

// losses are how often a node was taken for lost.
type losses struct {
	struck int // that was killed, stopped or cut off by the test, or has ended with an error
	silent int // that was none of it, while the servers answered nobody
	living int // that worked: a fault
}

// judge counts the losses of the records, and says which are faults.
func judge(records []messages.Record, blows, silences []span) (n losses, faults []string) {
	for _, r := range records {
		lost, ok := r.Body.(messages.NodeLost)
		within := func(spans []span) bool {
			for _, s := range spans {
				if s.has(lost.Node, r.At) {
					return true
				}
			}
			return false
		}
		switch {
		case !ok:
		case within(blows):
			n.struck++
		case within(silences):
			n.silent++
		default:
			n.living++
			faults = append(faults, fmt.Sprintf("record %d: node %s was taken for lost while it lived and worked", r.Seq, lost.Node))
		}
	}
	return n, faults
}

// A node may be lost in a round in which something was done to it, or in which the servers were silent, and not otherwise.
func TestLossOfALivingNode(t *testing.T) {
	var records []messages.Record
	for i, node := range []string{"a", "b", "a", "a", "b"} {
		records = append(records, messages.Record{
			Seq: uint64(i + 1), At: messages.Instant(10 * (i + 1)), Body: messages.NodeLost{Node: node, Reason: messages.LossLapsed},
		})
	}
	n, faults := judge(records, []span{{"a", 5, 15}, {"b", 50, open}}, []span{{"", 25, 30}})
	if want := (losses{struck: 2, silent: 1, living: 2}); n != want {
		t.Errorf("counted %+v, want %+v", n, want)
	}
	if got := strings.Join(faults, "\n"); !strings.Contains(got, "record 2: node b") || !strings.Contains(got, "record 4: node a") {
		t.Errorf("the faults are %q", got)
	}
}

// hit notes that something is done to a node after which the others may take it for lost.
func (f *fleet) hit(name string) {
	f.losses++
	f.blows = append(f.blows, span{name, messages.At(time.Now()), open})
}

// calm notes that all nodes that run do again what they should. A loss from here on is a fault.
func (f *fleet) calm() {
	f.quiet = messages.At(time.Now())
	for i, b := range f.blows {
		if b.to == open && f.nodes[b.node].Process != nil {
			f.blows[i].to = f.quiet
		}
	}
}

// A witness asks the servers for what nodes do, all the time: while they do not answer it either, or the machine stands
// still, nodes may be lost.
type witness struct {
	end      func()
	lease    time.Duration // how long one lasts
	mu       sync.Mutex
	silences []span
	longest  time.Duration
}

// Bounds of a witness. A silence is half the time of a lease: whoever is answered within that keeps his.
const (
	witnessEvery = 200 * time.Millisecond
	witnessTry   = time.Second
	silenceFelt  = 3 * time.Second // until a lease that has lapsed is gone, and somebody has looked
)

// leases is the bucket of the leases.
const leases = "curfew-" + realm + "-leases"

// watch starts a witness of the servers, which ends with the test.
func (f *fleet) watch() *witness {
	f.t.Helper()
	nc := natstest.Connect(f.t, strings.Split(f.servers, ",")...)
	o := nats.Options{Realm: realm, Replicas: f.replicas}
	if _, err := nats.OpenLeases(f.t.Context(), nc, o); err != nil {
		f.t.Fatal(err)
	}
	js, err := jetstream.New(nc)
	if err != nil {
		f.t.Fatal(err)
	}
	var keys jetstream.KeyValue
	var status jetstream.KeyValueStatus
	natstest.Until(f.t, "for the bucket of the leases", func(ctx context.Context) (err error) {
		if keys, err = js.KeyValue(ctx, leases); err == nil {
			status, err = keys.Status(ctx)
		}
		return err
	})
	ctx, cancel := context.WithCancel(context.Background())
	w := &witness{lease: status.TTL()}
	var all sync.WaitGroup
	all.Go(func() { w.ask(ctx, keys) })
	w.end = func() { cancel(); all.Wait() }
	f.t.Cleanup(w.end)
	return w
}

func (w *witness) ask(ctx context.Context, keys jetstream.KeyValue) {
	for last := time.Now(); ctx.Err() == nil; _ = sleep.For(ctx, witnessEvery) {
		once, done := context.WithTimeout(ctx, witnessTry)
		_, err := keys.PutString(once, "witness", "here")
		done()
		if err == nil {
			w.answered(last)
			last = time.Now()
		}
	}
}

// answered notes that the servers have answered, after an answer at last.
func (w *witness) answered(last time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	took := time.Since(last)
	w.longest = max(w.longest, took)
	if took >= w.lease/2 {
		w.silences = append(w.silences, span{from: messages.At(last), to: messages.At(time.Now().Add(w.lease + silenceFelt))})
	}
}

// seen are the silences so far, and how long the longest time without an answer was. The witness ends.
func (w *witness) seen() (silences []span, longest time.Duration) {
	w.end()
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.silences, w.longest
}
