package stories

import (
	"os"
	"path/filepath"
	"testing"

	"curfew/bus/replay"
	"curfew/tests/internal/world"
)

// journals is the folder of the journals that TestRecordJournals recorded.
const journals = "../testdata/journals"

// told is how often each journal has a message: a journal that is recorded again must still have its story.
var told = map[string]map[string]int{
	"outage.jsonl": {
		"gate.closed.v1": 3, "gate.probing.v1": 3, "gate.opened.v1": 2, // signed out, expired, refused
		"notification.requested.v1": 3, // the close, the refused sign-in, the summary
		"error.reported.v1":         0,
	},
	"retries.jsonl": {
		"error.reported.v1": 7, // exhausted, permanent and slow fail in two runs each, panics in one: one a run
		"gate.closed.v1":    1, // signed out, at the start
	},
	"restart.jsonl": {
		"runtime.configured.v1": 2, "attempt.interrupted.v1": 1, "slots.missed.v1": 4,
		"gate.closed.v1": 2, "gate.opened.v1": 2, "notification.requested.v1": 2, "error.reported.v1": 0,
	},
	"beside.jsonl": {
		"runtime.configured.v1": 2, "attempt.interrupted.v1": 15, "slot.skipped.v1": 33, "error.reported.v1": 0,
		"gate.closed.v1": 2, "gate.opened.v1": 2, "session.expired.v1": 3, // two of them fold into the oldest run
	},
}

// TestJournals replays every journal and checks its invariants.
func TestJournals(t *testing.T) {
	replay.Dir(t, journals)
	for name, want := range told {
		t.Run("told/"+name, func(t *testing.T) {
			counts := map[string]int{}
			for _, rec := range world.CheckJournal(t, readFile(t, name)) {
				counts[rec.Body.Name()]++
			}
			for message, n := range want {
				if counts[message] != n {
					t.Errorf("it has %d of %s; want %d", counts[message], message, n)
				}
			}
		})
	}
}

// readFile returns a recorded journal.
func readFile(t *testing.T, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(journals, name))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}
