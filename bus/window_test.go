package bus

import (
	"context"
	"fmt"
	"hash/maphash"
	"math/rand/v2"
	"testing"

	"curfew/messages"
)

// recordsOnly is a journal that can only be read.
type recordsOnly struct {
	Journal
	rs []messages.Record
}

func (j recordsOnly) First() (uint64, error) { return 1, nil }

func (j recordsOnly) Read(from uint64, limit int) ([]messages.Record, error) {
	return Clip(j.rs[min(int(from-1), len(j.rs)):], limit), nil
}

// TestWindowKnowsTheNewest: of random ids, some of which come again, the window knows the newest 65,536 and no other.
func TestWindowKnowsTheNewest(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	w, model, order := newWindow(), make(map[string]uint64), []string(nil)
	for seq := uint64(1); len(order) < 3*windowSize; seq++ {
		id := fmt.Sprint(random.IntN(4 * windowSize))
		got, ok := w.seq(id)
		if want, is := model[id]; ok != is || got != want {
			t.Fatalf("fact %d: %q is at %d, %v; want %d, %v", seq, id, got, ok, want, is)
		}
		if ok {
			continue
		}
		w.add(id, seq)
		model[id] = seq
		if order = append(order, id); len(order) > windowSize {
			delete(model, order[len(order)-windowSize-1])
		}
	}
	for id, want := range model {
		if got, ok := w.seq(id); !ok || got != want {
			t.Fatalf("%q is at %d, %v; want %d", id, got, ok, want)
		}
	}
}

// TestWindowTellsIdsOfOneHashApart: a hash names no id.
func TestWindowTellsIdsOfOneHashApart(t *testing.T) {
	w := newWindow()
	w.add("a", 1)
	w.ring[0].hash = maphash.String(w.seed, "b")
	*w.head(w.ring[0].hash) = 1
	if seq, ok := w.seq("b"); ok {
		t.Errorf("b was taken for a, which is at %d", seq)
	}
}

// A log that is opened again knows the same ids as before.
func TestWindowIsRebuilt(t *testing.T) {
	for name, c := range map[string]struct{ facts, decisions int }{
		"empty":            {0, 0},
		"less than a page": {10, 2},
		"several pages":    {3000, 1},
		"more than it has": {windowSize + 5000, 1},
	} {
		t.Run(name, func(t *testing.T) {
			kept, seq := newWindow(), uint64(0)
			var rs []messages.Record
			for i := range c.facts {
				seq++
				id := fmt.Sprint("fact ", i)
				kept.add(id, seq)
				rs = append(rs, messages.Record{Seq: seq, ID: id, Body: messages.JobPaused{}})
				for range c.decisions {
					seq++
					rs = append(rs, messages.Record{Seq: seq, ID: fmt.Sprint("decision ", seq), Body: messages.RunHeld{}})
				}
			}
			again := newWindow()
			if err := again.rebuild(recordsOnly{rs: rs}, seq); err != nil {
				t.Fatal(err)
			}
			if len(again.ring) != min(c.facts, windowSize) || len(kept.ring) != len(again.ring) {
				t.Fatalf("found %d ids again, the log knew %d", len(again.ring), len(kept.ring))
			}
			for _, k := range kept.ring {
				if got, ok := again.seq(k.id); !ok || got != k.seq {
					t.Fatalf("%s: found at %d, %v; was at %d", k.id, got, ok, k.seq)
				}
			}
			again.add("new", seq+1)
			if c.facts > windowSize {
				if _, ok := again.seq(fmt.Sprint("fact ", c.facts-windowSize)); ok || len(again.ring) != windowSize {
					t.Error("the window still has the oldest id")
				}
			}
		})
	}
}

// linesOnly is a journal that is searched, and not read.
type linesOnly struct {
	recordsOnly
	t *testing.T
}

func (j linesOnly) Read(from uint64, _ int) ([]messages.Record, error) {
	j.t.Errorf("record %d was decoded", from)
	return nil, nil
}

func (j linesOnly) Search(_ context.Context, from uint64, want func(Line) bool, f func(messages.Record) error) error {
	for _, r := range j.rs[max(from, 3)-3:] { // from the beginning of the block on
		line, err := r.MarshalJSON()
		if err != nil {
			return err
		}
		if want(LineOf(line)) {
			if err := f(r); err != nil {
				return err
			}
		}
	}
	return nil
}

// TestWindowIsRebuiltFromLines: no record is decoded to learn its id, unless the id is escaped.
func TestWindowIsRebuiltFromLines(t *testing.T) {
	var rs []messages.Record
	for i := range uint64(2*rebuildPage + 100) {
		r := messages.Record{Seq: i + 1, ID: fmt.Sprint("id ", i), Body: messages.RunHeld{Job: `,"kind":"fact"`}}
		if i%3 == 0 {
			r.Body = messages.JobPaused{Job: `","cause":"x","kind":"decision"`}
		}
		rs = append(rs, r)
	}
	w := newWindow()
	if err := w.rebuild(linesOnly{recordsOnly{rs: rs}, t}, uint64(len(rs))); err != nil {
		t.Fatal(err)
	}
	for i := range rs {
		if seq, ok := w.seq(rs[i].ID); ok != (i%3 == 0) || ok && seq != rs[i].Seq {
			t.Fatalf("%s: %d, %v", rs[i].ID, seq, ok)
		}
	}
	rs[0].ID = `an id with "quotes"`
	odd := newWindow()
	if err := odd.rebuild(searched{recordsOnly{rs: rs[:10]}, linesOnly{recordsOnly{rs: rs[:10]}, t}}, 10); err != nil {
		t.Fatal(err)
	}
	if seq, ok := odd.seq(rs[0].ID); !ok || seq != 1 || len(odd.ring) != 4 {
		t.Errorf("%d, %v of %d", seq, ok, len(odd.ring))
	}
}

// searched is a journal that is searched and read.
type searched struct {
	recordsOnly
	lines linesOnly
}

func (j searched) Search(ctx context.Context, from uint64, want func(Line) bool, f func(messages.Record) error) error {
	return j.lines.Search(ctx, from, want, f)
}
