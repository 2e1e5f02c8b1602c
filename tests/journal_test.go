package tests

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"github.com/cockroachdb/datadriven"

	"curfew/bus/jsonl"
	"curfew/bus/replay/compare"
	"curfew/bus/replay/invariant"
	"curfew/bus/replay/story"
	"curfew/messages"
	"curfew/supervisor/policy"
)

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

func image(t *testing.T, m *policy.Machine) []byte {
	t.Helper()
	b, err := m.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func restored(t *testing.T, image []byte) *policy.Machine {
	t.Helper()
	m, err := policy.Restore(image)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// tellPure tells a story to the pure machine.
func tellPure(t *testing.T, path string) *story.Sim {
	t.Helper()
	w := story.NewSim()
	s := story.New(w)
	datadriven.RunTest(t, path, func(_ *testing.T, d *datadriven.TestData) string { return s.Run(d) })
	return w
}
