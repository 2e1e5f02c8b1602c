package realm

import (
	"reflect"
	"testing"

	"curfew/bus"
	"curfew/bus/memory"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// Only what differs is recorded: nodes that have come, are other than what is known of them, and have gone, in that order:
// were all gone for a moment, nothing would start in it.
func TestChanges(t *testing.T) {
	gpu := map[string]string{"gpu": "true"}
	known := []Known{
		{messages.NodeJoined{Node: "gone", Incarnation: 1}, 11},
		{messages.NodeJoined{Node: "same", Incarnation: 2, Labels: gpu, Actors: []string{"shell"}, Version: "v1"}, 12},
		{messages.NodeJoined{Node: "bare", Incarnation: 3}, 13},
		{messages.NodeJoined{Node: "again", Incarnation: 4}, 14},
		{messages.NodeJoined{Node: "keyed", Incarnation: 5}, 15},
		{messages.NodeJoined{Node: "ordered", Incarnation: 7, Draining: true}, 16},
		{messages.NodeJoined{Node: "stops", Incarnation: 8, Stopping: true}, 17},
		{messages.NodeJoined{Node: "stopped", Incarnation: 9, Stopping: true}, 18},
	}
	there := []Node{
		{Name: "again", Incarnation: 40},
		{Name: "bare", Incarnation: 3, Labels: map[string]string{}, Actors: []string{}},
		{Name: "keyed", Incarnation: 5, Key: []byte("k")},
		{Name: "new", Incarnation: 6, Labels: gpu, Address: "10.0.0.1:7717"},
		{Name: "ordered", Incarnation: 7},
		{Name: "same", Incarnation: 2, Labels: gpu, Actors: []string{"shell"}, Version: "v1", Address: "10.0.0.2:7717"},
		{Name: "stops", Incarnation: 8},
	}
	want := []Change{
		{Fact: messages.NodeJoined{Node: "again", Incarnation: 40}},
		{Fact: messages.NodeJoined{Node: "keyed", Incarnation: 5, SealKey: []byte("k")}},
		{Fact: messages.NodeJoined{Node: "new", Incarnation: 6, Labels: gpu}},
		{ID: "node-lost-gone-11", Fact: messages.NodeLost{Node: "gone", Incarnation: 1, Reason: messages.LossLapsed}},
		{ID: "node-lost-stopped-18", Fact: messages.NodeLost{Node: "stopped", Incarnation: 9, Reason: messages.LossStopped}},
	}
	if got := changes(known, there); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

// A presence that is missed once and seen again under the same number can be lost once more. A loss that comes again
// changes nothing.
func TestLostAgain(t *testing.T) {
	m := policy.New()
	log, err := bus.Open(bus.Options{Journal: memory.New(), Admit: m.Admit, Step: m.Step})
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	here := func() (all []Known) {
		if err := log.View(t.Context(), func() {
			for _, n := range m.Nodes() {
				if n.Lost.IsZero() {
					all = append(all, Known{n.NodeJoined, n.Seq})
				}
			}
		}); err != nil {
			t.Fatal(err)
		}
		return all
	}
	record := func(c Change) {
		if _, err := log.Commit(t.Context(), bus.Draft{ID: c.ID, Fact: c.Fact}); err != nil {
			t.Fatal(err)
		}
	}
	node := []Node{{Name: "a", Incarnation: 5}}
	var losses []Change
	for range 2 {
		for _, there := range [][]Node{node, nil} {
			now := changes(here(), there)
			if len(now) != 1 {
				t.Fatalf("%d changes are to be recorded: %+v", len(now), now)
			}
			record(now[0])
			losses = append(losses, now[0])
		}
		if left := here(); len(left) != 0 {
			t.Fatalf("a node that is gone is still known: %+v", left)
		}
	}
	record(changes(nil, node)[0])
	for _, c := range losses {
		if _, lost := c.Fact.(messages.NodeLost); lost {
			record(c)
		}
	}
	if len(here()) != 1 {
		t.Error("a loss that came again has ended a later presence")
	}
}

// A list is believed if this node is in it, in the presence that the others see.
func TestListIsOld(t *testing.T) {
	there := []Node{{Name: "a", Incarnation: 3}, {Name: "b", Incarnation: 7}}
	for _, c := range []struct {
		node        string
		incarnation uint64
		want        bool
	}{{"a", 3, true}, {"a", 4, false}, {"b", 7, true}, {"c", 1, false}} {
		if got := lists(there, c.node, c.incarnation); got != c.want {
			t.Errorf("%s in presence %d is listed: %t", c.node, c.incarnation, got)
		}
	}
	if lists(nil, "a", 3) {
		t.Error("an empty list has it")
	}
}
