package crash

import (
	"bytes"
	"reflect"
	"testing"

	"github.com/cockroachdb/datadriven"

	"curfew/bus/replay/brief"
	"curfew/messages"
	"curfew/supervisor/policy"
	"curfew/tests/internal/world"
)

// stories is the folder of the stories.
const stories = "../testdata/stories"

// Bounds of TestPrefixes: decisions are compared for factsAfter facts after a cut, and a snapshot is tried with up to
// recordsAfter records after it.
const (
	factsAfter   = 250
	recordsAfter = 40
)

// TestPrefixes cuts every story after each fact and its decisions, where an append may end. A machine that is rebuilt
// from the records before the cut, with or without an older snapshot, has the same state as the one that decided them,
// and decides the rest of the story in the same way.
func TestPrefixes(t *testing.T) {
	told, cuts := 0, 0
	datadriven.Walk(t, stories, func(t *testing.T, path string) {
		world.UnlessHurried(t, *sweepAll)
		facts := byFact(world.TellPure(t, path).All())
		told++
		live, applied := policy.New(), policy.New()
		older, since := world.Snapshot(t, applied), []messages.Record(nil)
		for i, f := range facts {
			live.Step(f[0].At, f[0].Seq, f[0].Body.(messages.Fact))
			for _, r := range f {
				applied.Apply(r)
			}
			if since = append(since, f...); len(since) > recordsAfter {
				older, since = world.Snapshot(t, applied), nil
			}
			want := world.Snapshot(t, live)
			tail := world.Restored(t, older)
			for _, r := range since {
				tail.Apply(r)
			}
			if !bytes.Equal(want, world.Snapshot(t, applied)) {
				t.Fatalf("after record %d the decided state and the applied one differ:\n%s\n%s",
					f[0].Seq, want, world.Snapshot(t, applied))
			}
			if got := world.Snapshot(t, tail); !bytes.Equal(want, got) {
				t.Fatalf("after record %d the state from an older snapshot differs:\n%s\n%s", f[0].Seq, want, got)
			}
			cuts++
			rest := facts[i+1:]
			rest = rest[:min(len(rest), factsAfter)]
			goesOn(t, world.Restored(t, want), rest)
			goesOn(t, tail, rest)
		}
		goesOn(t, policy.New(), facts)
	})
	t.Logf("%d stories, cut in %d places", told, cuts)
}

// directives returns the directives of a story.
func directives(t *testing.T, path string) (all []datadriven.TestData) {
	t.Helper()
	datadriven.RunTest(t, path, func(_ *testing.T, d *datadriven.TestData) string {
		all = append(all, *d)
		return d.Expected
	})
	return all
}

// byFact groups records: each fact with the decisions that follow from it.
func byFact(recs []messages.Record) (groups [][]messages.Record) {
	for _, r := range recs {
		if _, ok := r.Body.(messages.Fact); ok {
			groups = append(groups, nil)
		}
		last := len(groups) - 1
		groups[last] = append(groups[last], r)
	}
	return groups
}

// goesOn lets the machine decide the facts and compares with the recorded decisions.
func goesOn(t *testing.T, m *policy.Machine, facts [][]messages.Record) {
	t.Helper()
	for _, f := range facts {
		got := m.Step(f[0].At, f[0].Seq, f[0].Body.(messages.Fact))
		if len(got) != len(f)-1 {
			t.Fatalf("after record %d the rebuilt machine decides %v; recorded are %d decisions",
				f[0].Seq, got, len(f)-1)
		}
		for i, d := range got {
			if !reflect.DeepEqual(messages.Body(d), f[i+1].Body) {
				t.Fatalf("record %d: the rebuilt machine decides %s", f[i+1].Seq, brief.Of(d))
			}
		}
	}
}
