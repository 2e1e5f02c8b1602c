package curfew_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"curfew"
	"curfew/messages"
)

// log is a reader that remembers.
type log struct {
	mu   sync.Mutex
	seqs []uint64
}

func (l *log) read(_ context.Context, batch []messages.Record) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, r := range batch {
		l.seqs = append(l.seqs, r.Seq)
	}
	return nil
}

// TestReader: over two runtimes of a folder a reader gets every record, from the first on and in order.
func TestReader(t *testing.T) {
	folder, l := t.TempDir(), &log{}
	var last uint64
	for range 2 {
		rt, err := curfew.New(curfew.Config{
			Folder: folder, Actors: kinds, Jobs: []curfew.Job{{Name: "question", Schedule: "@yearly", With: askSpec{}}},
		}, curfew.WithReader(curfew.Reader{Name: "everything", Read: l.read}))
		if err != nil {
			t.Fatal(err)
		}
		if err := rt.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		got, err := rt.Submit(t.Context(), messages.JobPaused{Job: "question", By: "test"})
		if err != nil {
			t.Fatal(err)
		}
		if err := rt.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
		last = got.Seq
	}
	if uint64(len(l.seqs)) < last {
		t.Fatalf("it read %d records; there are at least %d", len(l.seqs), last)
	}
	for i, seq := range l.seqs {
		if seq != uint64(i+1) {
			t.Fatalf("the records are %v", l.seqs)
		}
	}
}

// TestReaderNotValid is an error of New, and a panic of Main, which is not run in a test.
func TestReaderNotValid(t *testing.T) {
	_, err := curfew.New(curfew.Config{Folder: "x", Actors: kinds, Jobs: []curfew.Job{{Name: "a"}}},
		curfew.WithReader(curfew.Reader{Name: "A reader", Read: (&log{}).read}))
	if err == nil || !strings.Contains(err.Error(), "not a valid name of a reader") {
		t.Errorf("got %v", err)
	}
}
