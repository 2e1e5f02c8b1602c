package world

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

// CheckJournal replays a journal and checks the invariants that it can show.
func CheckJournal(t *testing.T, journal []byte) []messages.Record {
	t.Helper()
	report := Compared(t, journal)
	if report.Total > 0 || report.Decisions == 0 {
		t.Errorf("replay: %s", report)
	}
	recs := ReadJournal(t, journal)
	for _, v := range append(invariant.Check(recs), invariant.Ungated(recs)...) {
		t.Errorf("invariant: %s", v)
	}
	return recs
}

func Compared(t *testing.T, journal []byte) compare.Report {
	t.Helper()
	report, err := compare.Journal(bytes.NewReader(journal), policy.New(), policy.Version)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func ReadJournal(t *testing.T, journal []byte) (recs []messages.Record) {
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

func Snapshot(t *testing.T, m *policy.Machine) []byte {
	t.Helper()
	b, err := m.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func Restored(t *testing.T, image []byte) *policy.Machine {
	t.Helper()
	m, err := policy.Restore(image)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TellPure tells a story to the pure machine.
func TellPure(t *testing.T, path string) *story.Sim {
	t.Helper()
	w := story.NewSim()
	s := story.New(w)
	datadriven.RunTest(t, path, func(_ *testing.T, d *datadriven.TestData) string { return s.Run(d) })
	return w
}
