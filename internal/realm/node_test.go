package realm

import (
	"reflect"
	"testing"

	"curfew/messages"
)

// Only what differs is recorded: nodes that have gone, have come, and are other than what is known of them.
func TestChanges(t *testing.T) {
	gpu := map[string]string{"gpu": "true"}
	known := []messages.NodeJoined{
		{Node: "gone", Incarnation: 1},
		{Node: "same", Incarnation: 2, Labels: gpu, Actors: []string{"shell"}, Version: "v1"},
		{Node: "bare", Incarnation: 3},
		{Node: "again", Incarnation: 4},
		{Node: "keyed", Incarnation: 5},
		{Node: "ordered", Incarnation: 7, Draining: true},
		{Node: "stops", Incarnation: 8, Stopping: true},
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
		{ID: "node-lost-gone-1", Fact: messages.NodeLost{Node: "gone", Incarnation: 1, Reason: messages.LossLapsed}},
		{Fact: messages.NodeJoined{Node: "again", Incarnation: 40}},
		{Fact: messages.NodeJoined{Node: "keyed", Incarnation: 5, SealKey: []byte("k")}},
		{Fact: messages.NodeJoined{Node: "new", Incarnation: 6, Labels: gpu}},
	}
	if got := changes(known, there); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}
