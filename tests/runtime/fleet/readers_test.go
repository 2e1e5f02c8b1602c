package fleet_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"curfew/actors/system/readers"
	"curfew/bus"
	"curfew/messages"
)

// read is what the readers of a fleet have read, by node.
type read struct {
	mu   sync.Mutex
	seqs map[string][]uint64
	fail string // the node whose reader takes nothing
}

// on is the reader that a build adds to each node.
func (r *read) on(node string) []readers.Reader {
	return []readers.Reader{{Name: "count", Read: func(_ context.Context, batch []messages.Record) error {
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.fail == node {
			return errors.New("its receiver is away")
		}
		for _, rec := range batch {
			r.seqs[node] = append(r.seqs[node], rec.Seq)
		}
		return nil
	}}}
}

// failing says on which node the reader takes nothing; empty: on none.
func (r *read) failing(node string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.fail = node
}

// all are the seqs that the reader of a node has read since the last call.
func (r *read) all(node string) []uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	got := r.seqs[node]
	delete(r.seqs, node)
	return got
}

// from are the seqs from one to the newest record of the journal.
func (f *fleet) from(first uint64) (seqs []uint64) {
	f.t.Helper()
	last, err := f.realm.Open().Last()
	if err != nil {
		f.t.Fatal(err)
	}
	for ; first <= last; first++ {
		seqs = append(seqs, first)
	}
	return seqs
}

// An added reader reads on each node, whichever of them decides, and each gets every record once: also on a node that
// joins late, on one that is back after a stop, and over changes of the node that decides.
func TestReadersOfNodes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, r := newFleet(t), &read{seqs: map[string][]uint64{}}
		f.readers = r.on
		a, b := f.join("a", jobs(10), 0), f.join("b", jobs(10), 0)
		f.lead(a, "a", "b")
		time.Sleep(11 * time.Minute)
		f.yield(a)
		f.lead(b)
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		want := f.from(1)
		for _, node := range []string{"a", "b"} {
			if got := r.all(node); !slices.Equal(got, want) {
				t.Errorf("on %s %d records were read, want each of %d once", node, len(got), len(want))
			}
		}

		if err := a.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		r.all("b")
		again := uint64(len(want)) + uint64(len(r.all("a"))) + 1
		time.Sleep(10 * time.Minute)
		a = f.join("a", jobs(10), 0)
		f.see(b, a)
		c := f.join("c", jobs(10), 0)
		f.see(b, c)
		time.Sleep(time.Minute)
		synctest.Wait()
		for node, want := range map[string][]uint64{"a": f.from(again), "b": f.from(again), "c": f.from(1)} {
			if got := r.all(node); !slices.Equal(got, want) {
				t.Errorf("then %d records were read on %s, want each of %d once: %v", len(got), node, len(want), got)
			}
		}
		f.stop()
	})
}

// A reader that fails on the node that decides is behind there alone: the other node reads, and the fleet goes on. When it
// is over it gets what it has missed.
func TestReaderFailsOnANode(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, r := newFleet(t), &read{seqs: map[string][]uint64{}, fail: "a"}
		f.readers = r.on
		a := f.join("a", jobs(10), 0)
		f.join("b", jobs(10), 0)
		f.lead(a, "a", "b")
		time.Sleep(time.Hour)
		synctest.Wait()
		if n := len(records[messages.RunFinished](f)); n != 60 {
			t.Errorf("%d runs are over, want 60", n)
		}
		if got := len(r.all("a")); got != 0 {
			t.Errorf("on a %d records were read", got)
		}
		if got := r.all("b"); !slices.Equal(got, f.from(1)) {
			t.Errorf("on b %d records were read, want each of %d once", len(got), len(f.from(1)))
		}
		r.failing("")
		time.Sleep(time.Minute)
		synctest.Wait()
		if got := r.all("a"); !slices.Equal(got, f.from(1)) {
			t.Errorf("then %d records were read on a, want each of %d once", len(got), len(f.from(1)))
		}
		f.stop()
	})
}

// The cursors of readers are forgotten with the node that had them: not while it is remembered, and not at once, for a node
// that has just been started is not known either.
func TestReadersOfForgottenNodes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, r := newFleet(t), &read{seqs: map[string][]uint64{}}
		f.readers = r.on
		a, b := f.join("a", jobs(1), 0), f.join("b", jobs(1), 0)
		f.lead(a, "a", "b")
		time.Sleep(10 * time.Minute)
		if err := b.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
		delete(f.nodes, "b")
		f.commit(a, messages.NodeLost{Node: "b", Reason: messages.LossStopped})
		j := f.realm.Open()
		if err := j.SaveCursor(bus.Cursor{Name: "count", Topic: "curfew.reader gone", Seq: 1}); err != nil {
			t.Fatal(err)
		}
		for looks, want := range [][]messages.Topic{
			{"curfew.reader a", "curfew.reader b", "curfew.reader gone"}, {"curfew.reader a", "curfew.reader b"},
		} {
			time.Sleep(time.Hour)
			synctest.Wait()
			all, err := j.Cursors()
			if err != nil {
				t.Fatal(err)
			}
			var got []messages.Topic
			for _, c := range all {
				got = append(got, c.Topic)
			}
			if slices.Sort(got); !slices.Equal(got, want) {
				t.Errorf("after %d looks there are cursors of %q, want %q", looks+1, got, want)
			}
		}
		f.stop()
	})
}
