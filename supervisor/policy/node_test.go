package policy_test

import (
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"

	"curfew/messages"
	"curfew/supervisor/policy"
)

// fleet is a machine that is told of nodes.
type fleet struct {
	t *testing.T
	*policy.Machine
	seq uint64
}

func newFleet(t *testing.T, jobs int) *fleet {
	f := &fleet{t: t, Machine: policy.New()}
	f.step(messages.RuntimeConfigured{
		Sessions: []messages.SessionConfig{{Name: "default"}}, Release: messages.ReleaseConfig{Rate: 1, CanaryWait: 1},
	})
	for i := range jobs {
		f.step(messages.Defined(shell(jobName(i))))
	}
	return f
}

func jobName(i int) string { return fmt.Sprintf("job-%d", i) }

func shell(name string) messages.Definition {
	return messages.Definition{Job: name, Actor: "shell", Retry: messages.Retry{Attempts: 1, Factor: 1}}
}

func (f *fleet) step(fact messages.Fact) []messages.Decision {
	f.t.Helper()
	fact, err := f.Admit(fact)
	if err != nil {
		f.t.Fatal(err)
	}
	f.seq += 10
	return f.Step(messages.Instant(1_800_000_000_000+f.seq), f.seq, fact)
}

// assigned is the JobsAssigned that follows from a fact.
func (f *fleet) assigned(fact messages.Fact) messages.JobsAssigned {
	f.t.Helper()
	made := f.step(fact)
	if len(made) != 1 {
		f.t.Fatalf("%+v: decided %+v", fact, made)
	}
	return made[0].(messages.JobsAssigned)
}

func node(name string) messages.NodeJoined { return messages.NodeJoined{Node: name, Incarnation: 1} }

// owners is which node each job belongs to.
func (f *fleet) owners(jobs int) map[string]string {
	all := make(map[string]string, jobs)
	for i := range jobs {
		all[jobName(i)], _ = f.Owner(jobName(i))
	}
	return all
}

// TestOwnersArePinned: where a job belongs is part of the decisions of every journal of a fleet, so the hash never
// changes.
func TestOwnersArePinned(t *testing.T) {
	f := newFleet(t, 8)
	for _, name := range []string{"a", "b.example.com", "c-3"} {
		f.step(node(name))
	}
	var got []string
	for i := range 8 {
		name, _ := f.Owner(jobName(i))
		got = append(got, name)
	}
	const want = "c-3 c-3 b.example.com a b.example.com c-3 a c-3"
	if text := strings.Join(got, " "); text != want {
		t.Errorf("the jobs belong to %s, want %s", text, want)
	}
}

// TestSharesAreEven: ten nodes have about a tenth of the jobs each. One that goes gives its own away, evenly, and no
// other job moves; when it comes back it gets the same again.
func TestSharesAreEven(t *testing.T) {
	const jobs, nodes = 10_000, 10
	f := newFleet(t, jobs)
	for i := range nodes {
		f.step(node(fmt.Sprintf("node-%d", i)))
	}
	even := func(owners map[string]string, nodes int) map[string]int {
		t.Helper()
		n := map[string]int{}
		for _, name := range owners {
			n[name]++
		}
		for name, count := range n {
			if mean := jobs / nodes; count < mean*9/10 || count > mean*11/10 || len(n) != nodes {
				t.Errorf("%s has %d of %d jobs on %d nodes", name, count, jobs, len(n))
			}
		}
		return n
	}
	before := f.owners(jobs)
	own := even(before, nodes)["node-3"]
	lost := f.assigned(messages.NodeLost{Node: "node-3"})
	after := f.owners(jobs)
	even(after, nodes-1)
	moved := 0
	for job, name := range after {
		if name != before[job] {
			moved++
			if before[job] != "node-3" {
				t.Fatalf("%s has moved from %s, which is still here", job, before[job])
			}
		}
	}
	if moved != own || lost.Moved != own || lost.Jobs != jobs || len(lost.Nodes) != nodes-1 || lost.Unplaced != 0 {
		t.Errorf("%d of the %d jobs of the node have moved; it is said %+v", moved, own, lost)
	}
	back := messages.NodeJoined{Node: "node-3", Incarnation: 2}
	if said := f.assigned(back); said.Moved != own || !maps.Equal(f.owners(jobs), before) {
		t.Errorf("when it is back, not all is as it was: %+v", said)
	}
}

// TestNodesAreBounded: so many are here at once, so many are remembered, and what is said of them is small.
func TestNodesAreBounded(t *testing.T) {
	f := newFleet(t, 1)
	for i := range messages.MaxNodes {
		f.step(node(fmt.Sprintf("node-%d", i)))
	}
	if _, err := f.Admit(node("one-more")); !errors.Is(err, policy.ErrBadPayload) {
		t.Errorf("node %d is admitted: %v", messages.MaxNodes+1, err)
	}
	f.step(messages.NodeJoined{Node: "node-7", Incarnation: 2}) // that is not one more
	for i := range messages.MaxNodes {
		f.step(messages.NodeLost{Node: fmt.Sprintf("node-%d", i)})
	}
	const remembered = 64
	if all := f.Nodes(); len(all) != remembered {
		t.Errorf("%d lost nodes are remembered, want %d", len(all), remembered)
	}
	if node, placed := f.Owner(jobName(0)); node != "" || placed {
		t.Errorf("while all are lost the job belongs to %q, %v", node, placed)
	}
	for _, n := range f.Nodes() {
		alone := messages.NodeLost{Node: n.Node, Reason: messages.LossAlone}
		f.step(alone)
		if _, err := f.Admit(alone); !errors.Is(err, policy.ErrUnknownNode) {
			t.Errorf("node %s is lost for good twice: %v", n.Node, err)
		}
	}
	if node, placed := f.Owner(jobName(0)); node != "" || !placed {
		t.Errorf("without a fleet the job belongs to %q, %v", node, placed)
	}
}

// TestNodeFactsAreJudged: what nobody can be is refused.
func TestNodeFactsAreJudged(t *testing.T) {
	f := newFleet(t, 1)
	f.step(node("a"))
	many := map[string]string{}
	for i := range messages.MaxLabels + 1 {
		many[fmt.Sprint("l", i)] = "x"
	}
	asks := func(labels map[string]string) messages.JobDefined {
		d := shell("job")
		d.RunsOn = labels
		return messages.Defined(d)
	}
	for _, c := range []struct {
		what string
		fact messages.Fact
		want error
	}{
		{"a name with blanks", node("a b"), policy.ErrBadPayload},
		{"no name", node(""), policy.ErrBadPayload},
		{"an order about a node that is not here", messages.NodeJoined{Node: "b", Draining: true}, policy.ErrUnknownNode},
		{"a label without a value", messages.NodeJoined{Node: "b", Incarnation: 1, Labels: map[string]string{"gpu": ""}}, policy.ErrBadPayload},
		{"too many labels", messages.NodeJoined{Node: "b", Incarnation: 1, Labels: many}, policy.ErrBadPayload},
		{"too many actor types", messages.NodeJoined{Node: "b", Incarnation: 1, Actors: make([]string, messages.MaxNodeActors+1)}, policy.ErrBadPayload},
		{"a long version", messages.NodeJoined{Node: "b", Incarnation: 1, Version: strings.Repeat("v", 1000)}, policy.ErrBadPayload},
		{"a key of another length", messages.NodeJoined{Node: "b", Incarnation: 1, SealKey: make([]byte, messages.NodeKeyBytes-1)}, policy.ErrBadPayload},
		{"a node that nobody knows", messages.NodeLost{Node: "b"}, policy.ErrUnknownNode},
		{"a job that asks for a label without a name", asks(map[string]string{"": "x"}), policy.ErrBadPayload},
		{"a job that asks for too many", asks(many), policy.ErrBadPayload},
		{"a job that asks for one", asks(map[string]string{"gpu": "true"}), nil},
		{"an end of an attempt that is not in flight", messages.AttemptSucceeded{AttemptRef: messages.AttemptRef{Job: "job-0", Run: "r", Attempt: 1}}, policy.ErrStale},
		{"a tool call of one", messages.SideEffectBegan{AttemptRef: messages.AttemptRef{Job: "job-0", Run: "r", Attempt: 1}}, policy.ErrStale},
		{"the return of an abandoned attempt", messages.AttemptInterrupted{AttemptRef: messages.AttemptRef{Job: "job-0", Run: "r", Attempt: 1}, Why: messages.InterruptLate}, nil},
	} {
		if _, err := f.Admit(c.fact); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.what, err, c.want)
		}
	}
	f.step(messages.NodeJoined{Node: "a", Incarnation: 2})
	if made := f.step(messages.NodeLost{Node: "a", Incarnation: 1}); len(made) > 0 {
		t.Errorf("the loss of an earlier process takes the node away: %+v", made)
	}
}

// TestADrainLasts: a node says of itself that it is not drained, and is all the same, until somebody ends the drain.
func TestADrainLasts(t *testing.T) {
	f := newFleet(t, 1)
	drained := func() bool { return f.Nodes()[0].Draining }
	here := messages.NodeJoined{Node: "a", Incarnation: 1, Labels: map[string]string{"gpu": "true"}, Version: "1"}
	f.step(here)
	f.step(messages.NodeJoined{Node: "a", Draining: true})
	if n := f.Nodes()[0]; !n.Draining || n.Incarnation != 1 || n.Labels["gpu"] != "true" || n.Version != "1" {
		t.Errorf("it is drained, and otherwise as it was: %+v", n)
	}
	f.step(here)
	f.step(messages.NodeLost{Node: "a"})
	here.Incarnation = 2
	if f.step(here); !drained() {
		t.Error("a node takes jobs because it was started anew")
	}
	f.step(messages.NodeJoined{Node: "a"})
	if f.step(here); drained() {
		t.Error("somebody has ended the drain, and it goes on")
	}
}
