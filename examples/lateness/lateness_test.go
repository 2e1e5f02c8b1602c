package main

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"curfew"
	"curfew/actors/shell"
	"curfew/messages"
)

// TestLateness runs a job each second, over two runtimes of one folder: each slot that ran has one line, in order.
func TestLateness(t *testing.T) {
	folder, file := t.TempDir(), filepath.Join(t.TempDir(), "lateness.csv")
	ran := map[string]bool{}
	for range 2 {
		rt, err := curfew.New(curfew.Config{
			Folder: folder, Actors: register,
			Jobs: []curfew.Job{{Name: "tick", Schedule: "every 1s", With: shell.Spec{Command: "true"}}},
		}, late(file))
		if err != nil {
			t.Fatal(err)
		}
		if err := rt.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		heard, err := rt.Subscribe(t.Context(), messages.TopicAttempt)
		if err != nil {
			t.Fatal(err)
		}
		for n := 0; n < 2; {
			select {
			case rec := <-heard:
				if b, ok := rec.Body.(messages.AttemptStarted); ok {
					ran[b.Slot.String()] = true
					n++
				}
			case <-time.After(5 * time.Minute): // however busy the machine is
				t.Fatal("the job does not run")
			}
		}
		if err := rt.Stop(t.Context()); err != nil { // the reader reads to the end
			t.Fatal(err)
		}
	}
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	slots := map[string]bool{}
	for i, line := range lines {
		ms, err := strconv.Atoi(line[3])
		if slots[line[2]] || line[1] != "tick" || err != nil || ms < 0 {
			t.Errorf("line %d is %v", i+1, line)
		}
		slots[line[2]] = true
	}
	for slot := range ran {
		if !slots[slot] {
			t.Errorf("slot %s has no line in %v", slot, lines)
		}
	}
}

// TestTwice: records that come again are not written again, also by the next process.
func TestTwice(t *testing.T) {
	s := &sheet{path: filepath.Join(t.TempDir(), "lateness.csv")}
	slot := messages.At(time.Date(2027, 1, 15, 7, 0, 0, 0, time.UTC))
	record := func(seq uint64, attempt int) messages.Record {
		return messages.Record{
			Seq: seq, At: slot.Add(1500 * time.Millisecond),
			Body: messages.AttemptStarted{Job: "briefing", Attempt: attempt, Slot: slot},
		}
	}
	batch := []messages.Record{record(7, 1), record(9, 2), record(12, 1)}
	for _, again := range []*sheet{s, s, {path: s.path}} {
		if err := again.read(t.Context(), batch); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(s.path)
	if err != nil {
		t.Fatal(err)
	}
	const want = "7,briefing,2027-01-15T07:00:00.000Z,1500\n12,briefing,2027-01-15T07:00:00.000Z,1500\n"
	if string(got) != want {
		t.Errorf("the file is\n%s, want\n%s", got, want)
	}
}
