package engine

import (
	"strings"
	"testing"

	"curfew/bus"
)

// What can be done about a damaged journal is not the same in a file and on the servers of a fleet.
func TestAdvice(t *testing.T) {
	damaged := &bus.Corrupt{First: 3, Last: 4, Reason: "they are missing"}
	for node, want := range map[string]string{"": "`curfew journal restore`", "a": "makes another realm of that"} {
		r := &Runtime{o: Options{Node: node}}
		if got := r.advise(damaged).Error(); !strings.Contains(got, want) {
			t.Errorf("node %q: %s", node, got)
		}
		if err := r.advise(bus.ErrLocked); err != bus.ErrLocked { //nolint:errorlint // it is the same
			t.Errorf("node %q: %v", node, err)
		}
	}
}
