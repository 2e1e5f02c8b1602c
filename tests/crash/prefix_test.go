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

// stories is where the stories are.
const stories = "../testdata/stories"

// Bounds of the sweep over prefixes: what is decided behind a prefix is compared for that many facts, and
// a snapshot that this many records follow must still give the state.
const (
	factsBehind   = 250
	recordsBehind = 40
)

// TestPrefixes cuts every story behind each fact and its decisions, which is where an append may end. The
// machine that is rebuilt from the records before the cut, by applying them or from an older snapshot and
// the records behind it, is in the state that was lived through, and decides the rest of the story as it
// was decided.
func TestPrefixes(t *testing.T) {
	told, cuts := 0, 0
	datadriven.Walk(t, stories, func(t *testing.T, path string) {
		world.UnlessHurried(t, *sweepAll)
		facts := byFact(world.TellPure(t, path).All())
		told++
		live, applied := policy.New(), policy.New()
		older, behind := world.Snapshot(t, applied), []messages.Record(nil)
		for i, f := range facts {
			live.Step(f[0].At, f[0].Seq, f[0].Body.(messages.Fact))
			for _, r := range f {
				applied.Apply(r)
			}
			if behind = append(behind, f...); len(behind) > recordsBehind {
				older, behind = world.Snapshot(t, applied), nil
			}
			want := world.Snapshot(t, live)
			tail := world.Restored(t, older)
			for _, r := range behind {
				tail.Apply(r)
			}
			if !bytes.Equal(want, world.Snapshot(t, applied)) {
				t.Fatalf("behind record %d the state lived through and the one applied differ:\n%s\n%s", f[0].Seq, want, world.Snapshot(t, applied))
			}
			if got := world.Snapshot(t, tail); !bytes.Equal(want, got) {
				t.Fatalf("behind record %d the state from an older snapshot differs:\n%s\n%s", f[0].Seq, want, got)
			}
			cuts++
			rest := facts[i+1:]
			rest = rest[:min(len(rest), factsBehind)]
			goesOn(t, world.Restored(t, want), rest)
			goesOn(t, tail, rest)
		}
		goesOn(t, policy.New(), facts)
	})
	t.Logf("%d stories, cut in %d places", told, cuts)
}

// directives are what a story says, line by line.
func directives(t *testing.T, path string) (all []datadriven.TestData) {
	t.Helper()
	datadriven.RunTest(t, path, func(_ *testing.T, d *datadriven.TestData) string {
		all = append(all, *d)
		return d.Expected
	})
	return all
}

// byFact are records in groups: a fact, and the decisions that follow from it.
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

// goesOn has the facts decided and compares with what was decided.
func goesOn(t *testing.T, m *policy.Machine, facts [][]messages.Record) {
	t.Helper()
	for _, f := range facts {
		got := m.Step(f[0].At, f[0].Seq, f[0].Body.(messages.Fact))
		if len(got) != len(f)-1 {
			t.Fatalf("behind record %d the rebuilt machine decides %v; recorded are %d decisions", f[0].Seq, got, len(f)-1)
		}
		for i, d := range got {
			if !reflect.DeepEqual(messages.Body(d), f[i+1].Body) {
				t.Fatalf("record %d: the rebuilt machine decides %s", f[i+1].Seq, brief.Of(d))
			}
		}
	}
}
