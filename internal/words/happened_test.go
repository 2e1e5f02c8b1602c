package words

import (
	"strings"
	"testing"
	"time"

	"curfew/messages"
)

// TestHappened: what people order and define is told in words, and a run by hand has no time.
func TestHappened(t *testing.T) {
	for want, b := range map[string]messages.Body{
		"run r1 by hand":               messages.RunQueued{Run: "r1"},
		"run r1 for Fri 08:00":         messages.RunQueued{Run: "r1", Slot: messages.At(time.Unix(1_800_000_000, 0))},
		"a run is asked for by ann":    messages.RunRequested{By: "ann"},
		"a cancel is asked for by ann": messages.CancelRequested{By: "ann"},
		"is paused":                    messages.JobPaused{},
		"is resumed by ann":            messages.JobResumed{By: "ann"},
		"is defined":                   messages.JobDefined{},
		"is removed":                   messages.JobRemoved{},
		"node b takes jobs (gpu=true)": messages.NodeJoined{Node: "b", Labels: map[string]string{"gpu": "true"}},
		"node b is drained":            messages.NodeJoined{Node: "b", Draining: true},
		"node b is lost: nothing was heard from it in time": messages.NodeLost{Node: "b", Reason: messages.LossLapsed},
		"2 nodes take the jobs; 1 job moved":                messages.JobsAssigned{Nodes: []string{"a", "b"}, Moved: 1},
		"no node takes jobs":                                messages.JobsAssigned{},
		"the daemon starts":                                 messages.RuntimeConfigured{},
		"the clock is set back by 1h":                       messages.ClockSetBack{By: messages.Duration(time.Hour)},
	} {
		if got := Happened(b, time.UTC); got != want {
			t.Errorf("%T: %q, want %q", b, got, want)
		}
	}
}

// TestEveryMessageHasWords: no record repeats its name, and none shows a code.
func TestEveryMessageHasWords(t *testing.T) {
	for _, b := range messages.All() {
		if got := Happened(b, time.UTC); strings.Contains(got, strings.TrimSuffix(b.Name(), ".v1")) {
			t.Errorf("%s: %q", b.Name(), got)
		}
	}
}
