package world

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"curfew/bus/jsonl"
	"curfew/bus/replay/compare"
	"curfew/bus/replay/invariant"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// CheckJournal replays an exported journal, which must show no difference, checks its invariants and returns its records.
func CheckJournal(t testing.TB, journal []byte) []messages.Record {
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

// Compared replays an exported journal and returns the report.
func Compared(t testing.TB, journal []byte) compare.Report {
	t.Helper()
	report, err := compare.Journal(bytes.NewReader(journal), policy.New(), policy.Version)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// ReadJournal returns the records of an exported journal.
func ReadJournal(t testing.TB, journal []byte) (recs []messages.Record) {
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

// Snapshot returns the snapshot of a machine.
func Snapshot(t testing.TB, m *policy.Machine) []byte {
	t.Helper()
	b, err := m.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Restored returns the machine of a snapshot.
func Restored(t testing.TB, snapshot []byte) *policy.Machine {
	t.Helper()
	m, err := policy.Restore(snapshot)
	if err != nil {
		t.Fatal(err)
	}
	return m
}
