package stories

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"curfew/bus/replay/story"
	"curfew/internal/backend"
	"curfew/internal/contract"
	"curfew/messages"
	"curfew/supervisor/policy"
	"curfew/tests/internal/world"
)

// fleetOf is a runtime that knows two nodes, and a job of theirs whose attempt is in flight on one of them.
func fleetOf(t *testing.T) *world.Story {
	w := world.NewStory(t)
	publish := func(f messages.Fact) {
		t.Helper()
		if err := w.Publish(f); err != nil {
			t.Fatal(err)
		}
	}
	publish(settings())
	publish(messages.NodeJoined{Node: "a", Incarnation: 1, Labels: map[string]string{"gpu": "true"}})
	publish(messages.NodeJoined{Node: "b", Incarnation: 1})
	publish(messages.Defined(jobNamed("backup")))
	if err := w.Advance(w.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	publish(messages.SlotsDue{Slots: []messages.JobSlot{{Job: "backup", Slot: w.Now()}}})
	return w
}

// TestNodesForPeople: nodes are listed with what runs on them, and an order drains one.
func TestNodesForPeople(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := fleetOf(t)
		defer w.Stop()
		b := backend.New(w.Runtime)
		ctx := t.Context()
		listed := func() string {
			t.Helper()
			list, err := b.Nodes(ctx, contract.Page{Limit: 10})
			if err != nil || list.Next != nil || !list.AsOf.IsZero() {
				t.Fatal(list, err)
			}
			var text []string
			for _, n := range list.Items {
				text = append(text, fmt.Sprintf("%s %s %s running=%d", n.Name, n.State, messages.LabelsText(n.Labels), n.Running))
			}
			return strings.Join(text, "; ")
		}
		if got, want := listed(), "a open gpu=true running=1; b open  running=0"; got != want {
			t.Errorf("nodes: %s, want %s", got, want)
		}
		if list, err := b.Nodes(ctx, contract.Page{Limit: 1}); err != nil || len(list.Items) != 1 || *list.Next != "a" {
			t.Errorf("a page of one: %+v, %v", list, err)
		}
		n, err := b.DrainNode(ctx, "a")
		if err != nil || n.State != contract.NodeDraining || !n.Drained || n.Running != 1 || n.Labels["gpu"] != "true" {
			t.Errorf("drained: %+v, %v", n, err)
		}
		if notes, err := b.Notes(ctx); err != nil || len(notes) != 1 || !strings.HasPrefix(notes[0], "node a is drained; ") {
			t.Errorf("the notes say %q, %v", notes, err)
		}
		if n, err := b.ResumeNode(ctx, "a"); err != nil || n.State != contract.NodeOpen || n.Drained {
			t.Errorf("resumed: %+v, %v", n, err)
		}
		for _, name := range []string{"c", "", "A b"} {
			var refused *contract.Error
			if _, err := b.DrainNode(ctx, name); !errors.As(err, &refused) || refused.Kind != contract.KindNotFound {
				t.Errorf("node %q is drained: %v", name, err)
			}
		}
		runs, err := b.Runs(ctx, contract.RunQuery{Page: contract.Page{Limit: 10}})
		if err != nil || len(runs.Items) != 1 || runs.Items[0].Node() == nil || *runs.Items[0].Node() != "a" {
			t.Errorf("the run does not say where it is: %+v, %v", runs.Items, err)
		}
		train := jobNamed("sync")
		train.RunsOn = map[string]string{"gpu": "true"}
		unplaced := func(want bool, wantNotes int) { // each with one that a node is lost
			t.Helper()
			j, err := b.Job(ctx, "sync")
			notes, err2 := b.Notes(ctx)
			status, err3 := b.Status(ctx)
			if err := errors.Join(err, err2, err3); err != nil {
				t.Fatal(err)
			}
			if j.Unplaced != want || len(notes) != 2*wantNotes || status.Counts.Unplaced != wantNotes {
				t.Errorf("no node takes the job: %v, want %v; notes %q, counted %d", j.Unplaced, want, notes, status.Counts.Unplaced)
			}
		}
		if err := w.Publish(messages.Defined(train)); err != nil {
			t.Fatal(err)
		}
		unplaced(false, 0)
		if err := w.Publish(messages.NodeLost{Node: "a", Reason: messages.LossLapsed}); err != nil {
			t.Fatal(err)
		}
		unplaced(true, 1)
		if got, want := listed(), "a lost gpu=true running=0; b open  running=1"; got != want {
			t.Errorf("nodes: %s, want %s", got, want)
		}
		if err := w.Advance(w.Now().Add(policy.ListLost + time.Second)); err != nil {
			t.Fatal(err)
		}
		if got, want := listed(), "b open  running=0"; got != want {
			t.Errorf("three days later nodes: %s, want %s", got, want)
		}
	})
}

// TestStoppedNodeIsNoNote: people are told of a node that nothing was heard from, and not of one that has stopped in order.
func TestStoppedNodeIsNoNote(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := fleetOf(t)
		defer w.Stop()
		for _, lost := range []messages.NodeLost{{Node: "a", Reason: messages.LossStopped}, {Node: "b", Reason: messages.LossLapsed}} {
			if err := w.Publish(lost); err != nil {
				t.Fatal(err)
			}
		}
		notes, err := backend.New(w.Runtime).Notes(t.Context())
		text := strings.Join(notes, "\n")
		if err != nil || !strings.Contains(text, "node b is lost") || strings.Contains(text, "node a is") {
			t.Errorf("the notes say %q, %v", notes, err)
		}
	})
}

// TestAlone: a runtime that goes on with the journal of a fleet, and without its nodes, performs everything by itself.
// What was in flight on a node is interrupted once, and repeated here.
func TestAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := fleetOf(t)
		defer w.Stop()
		w.Alone = true
		if err := w.Restart(true); err != nil {
			t.Fatal(err)
		}
		var lost, interrupted []string
		for _, r := range w.Records() {
			switch m := r.Body.(type) {
			case messages.NodeLost:
				lost = append(lost, m.Node+" "+string(m.Reason))
			case messages.AttemptInterrupted:
				interrupted = append(interrupted, string(m.Why))
			}
		}
		if got, want := fmt.Sprint(lost, interrupted), "[a alone b alone] [crashed]"; got != want {
			t.Errorf("the start records %s, want %s", got, want)
		}
		w.View(func(m *policy.Machine) {
			for _, a := range m.InFlight() {
				if a.Attempt != 2 || a.Node != "" {
					t.Errorf("the attempt in flight is %+v", a)
				}
			}
			if len(m.InFlight()) != 1 {
				t.Errorf("in flight are %+v", m.InFlight())
			}
		})
		if err := w.End(story.Flight{Job: "backup"}, story.Outcome{}); err != nil {
			t.Error(err)
		}
	})
}

// TestPerformsItsOwn: a runtime that is a node performs what is its own. What was in flight on another one goes on over
// its start, and is its own when that is lost.
func TestPerformsItsOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := fleetOf(t)
		defer w.Stop()
		w.Node = "b"
		if err := w.Restart(true); err != nil {
			t.Fatal(err)
		}
		if err := w.Publish(messages.NodeJoined{Node: "b", Incarnation: 2}); err != nil { // this process
			t.Fatal(err)
		}
		flies := func(node string, attempt int) {
			t.Helper()
			w.View(func(m *policy.Machine) {
				if all := m.InFlight(); len(all) != 1 || all[0].Node != node || all[0].Attempt != attempt {
					t.Errorf("in flight are %+v, want attempt %d on %s", all, attempt, node)
				}
			})
		}
		flies("a", 1)
		backup := story.Flight{Job: "backup"}
		if err := w.End(backup, story.Outcome{}); err == nil {
			t.Error("the attempt of node a is performed by node b")
		}
		if err := w.Publish(messages.NodeLost{Node: "a", Reason: messages.LossLapsed}); err != nil {
			t.Fatal(err)
		}
		flies("b", 2)
		if err := w.End(backup, story.Outcome{}); err != nil {
			t.Errorf("the attempt of node b is not performed by it: %v", err)
		}
		w.View(func(m *policy.Machine) {
			if left := m.Unfinished(); len(left) > 0 {
				t.Errorf("unfinished: %+v", left)
			}
		})
	})
}
