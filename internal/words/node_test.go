package words

import (
	"testing"

	"curfew/internal/contract"
	"curfew/messages"
)

// TestNoNode: a job that no node takes says what it asks for.
func TestNoNode(t *testing.T) {
	gpu := map[string]string{"gpu": "true", "zone": "eu"}
	for _, c := range []struct {
		job          contract.Job
		on, waitsFor string
	}{
		{contract.Job{Actor: "shell"}, "", "held: no node takes jobs of type shell; the run starts when one does"},
		{contract.Job{Actor: "shell", RunsOn: gpu}, "nodes with gpu=true, zone=eu", "held: no node with gpu=true, zone=eu takes jobs; the run starts when one does"},
		{
			contract.Job{Actor: "shell", Unplaced: true},
			"any node; its runs are held: no node takes jobs of type shell",
			"held: no node takes jobs of type shell; the run starts when one does",
		},
		{
			contract.Job{Actor: "shell", RunsOn: gpu, Unplaced: true},
			"nodes with gpu=true, zone=eu; its runs are held: no node with gpu=true, zone=eu takes jobs",
			"held: no node with gpu=true, zone=eu takes jobs; the run starts when one does",
		},
	} {
		if got := RunsOn(c.job); got != c.on {
			t.Errorf("runs on %q, want %q", got, c.on)
		}
		if got := Held(messages.HoldNode, c.job, ""); got != c.waitsFor {
			t.Errorf("waits for %q, want %q", got, c.waitsFor)
		}
	}
}
