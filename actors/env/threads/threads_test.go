package threads_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"curfew/actors"
	"curfew/actors/env/threads"
)

func open(t *testing.T, dir string, jobs ...string) *threads.Store {
	t.Helper()
	s, err := threads.Open(dir, jobs)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func add(t *testing.T, s *threads.Store, job, asked, answered string) {
	t.Helper()
	if err := s.Add(job, actors.Turn{Asked: asked, Answered: answered}); err != nil {
		t.Fatal(err)
	}
}

func turns(t *testing.T, s *threads.Store, job string) []actors.Turn {
	t.Helper()
	got, err := s.Turns(job)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// TestThread: turns are kept in order, per job, over a restart; those of jobs that are gone are not.
func TestThread(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "threads")
	s := open(t, dir)
	for i := range 3 {
		add(t, s, "a", fmt.Sprint("ask ", i), fmt.Sprint("answer ", i))
	}
	add(t, s, "b", "x", "y")
	s = open(t, dir, "a", "c")
	if got := turns(t, s, "a"); len(got) != 3 || got[0].Asked != "ask 0" || got[2].Answered != "answer 2" {
		t.Errorf("got %v", got)
	}
	if got := append(turns(t, s, "b"), turns(t, s, "c")...); len(got) != 0 {
		t.Errorf("got %v", got)
	}
	info, err := os.Stat(filepath.Join(dir, "a.json"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file has mode %v, %v", info.Mode(), err)
	}
}

// TestThreadIsBounded: in turns, in the size of one, and in all.
func TestThreadIsBounded(t *testing.T) {
	s := open(t, t.TempDir())
	for i := range 2 * actors.MaxTurns {
		add(t, s, "many", fmt.Sprint(i), "")
	}
	if got := turns(t, s, "many"); len(got) != actors.MaxTurns || got[len(got)-1].Asked != fmt.Sprint(2*actors.MaxTurns-1) {
		t.Errorf("%d turns: %v", len(got), got)
	}
	for range actors.MaxTurns {
		add(t, s, "long", strings.Repeat("<", 2*actors.MaxTurnText), strings.Repeat("é", actors.MaxTurnText))
	}
	got := turns(t, s, "long")
	if want := actors.MaxThread / (2 * actors.MaxTurnText); len(got) != want || len(got[0].Asked) != actors.MaxTurnText {
		t.Errorf("%d turns of %d bytes, want %d", len(got), len(got[0].Asked), want)
	}
}

// TestBadThreads: a damaged file is not an empty thread, and a name that leads elsewhere is not a job's.
func TestBadThreads(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	if err := os.WriteFile(filepath.Join(dir, "a.json"), []byte("[{"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, job := range []string{"a", "../a", "", ".."} {
		if _, err := s.Turns(job); err == nil {
			t.Errorf("%q was read", job)
		}
		if err := s.Add(job, actors.Turn{}); err == nil {
			t.Errorf("%q was written", job)
		}
	}
}
