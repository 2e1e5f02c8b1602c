package tests

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"curfew/bus/jsonl"
	"curfew/bus/replay"
	"curfew/bus/replay/compare"
	"curfew/bus/replay/invariant"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// journals are recorded by the real runtime: see TestRecordJournals.
const journals = "testdata/journals"

// told is how often a message stands in each journal: a journal that is recorded anew must tell its story
// still.
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
}

// TestJournals replays every journal, and checks that none breaks an invariant.
func TestJournals(t *testing.T) {
	replay.Dir(t, journals)
	for name, want := range told {
		t.Run("told/"+name, func(t *testing.T) {
			counts := map[string]int{}
			for _, rec := range checkJournal(t, readFile(t, name)) {
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

// readFile is a recorded journal.
func readFile(t *testing.T, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(journals, name))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// checkJournal replays a journal and checks the invariants that it can show.
func checkJournal(t *testing.T, journal []byte) []messages.Record {
	t.Helper()
	report := compared(t, journal)
	if report.Total > 0 || report.Decisions == 0 {
		t.Errorf("replay: %s", report)
	}
	recs := readJournal(t, journal)
	for _, v := range append(invariant.Check(recs), invariant.Ungated(recs)...) {
		t.Errorf("invariant: %s", v)
	}
	return recs
}

func compared(t *testing.T, journal []byte) compare.Report {
	t.Helper()
	report, err := compare.Journal(bytes.NewReader(journal), policy.New(), policy.Version)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func readJournal(t *testing.T, journal []byte) (recs []messages.Record) {
	t.Helper()
	for r := jsonl.NewReader(bytes.NewReader(journal)); ; {
		rec, err := r.Next()
		if errors.Is(err, io.EOF) {
			return recs
		}
		if err != nil {
			t.Fatal(err)
		}
		recs = append(recs, rec)
	}
}
