package bus_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"curfew/bus"
	"curfew/bus/memory"
	"curfew/bus/nats"
	"curfew/bus/nats/natstest"
	"curfew/bus/sqlite"
	"curfew/messages"
	"curfew/tests/patience"
)

func openLog(t *testing.T, o bus.Options) *bus.Log {
	t.Helper()
	l, err := bus.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Errorf("close the log: %v", err)
		}
	})
	return l
}

func openSQLite(t *testing.T, path string) *sqlite.Journal {
	t.Helper()
	j, err := sqlite.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = j.Close() }) // the log has closed it, as a rule
	return j
}

// drivers open a new journal of each kind. The tests of what every driver must do run on all of them.
var drivers = map[string]func(t *testing.T) bus.Journal{
	"memory": func(*testing.T) bus.Journal { return memory.New() },
	"nats": func(t *testing.T) bus.Journal {
		j, err := nats.Open(t.Context(), natstest.Connect(t, natstest.Server(t)), nats.Options{Realm: "test"})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = j.Close() })
		return j
	},
	"sqlite": func(t *testing.T) bus.Journal { return openSQLite(t, filepath.Join(t.TempDir(), "journal.db")) },
}

func onEveryDriver(t *testing.T, f func(t *testing.T, j bus.Journal)) {
	t.Helper()
	for name, open := range drivers {
		t.Run(name, func(t *testing.T) { f(t, open(t)) })
	}
}

// step is a machine that holds a run of every job that is paused.
func step(_ messages.Instant, _ uint64, f messages.Fact) []messages.Decision {
	if p, ok := f.(messages.JobPaused); ok {
		return []messages.Decision{messages.RunHeld{Run: messages.RunID("run-" + p.Job), Job: p.Job, Holds: []messages.Hold{messages.HoldPaused}}}
	}
	return nil
}

func paused(job string) messages.Fact  { return messages.JobPaused{Job: job, By: "test"} }
func resumed(job string) messages.Fact { return messages.JobResumed{Job: job, By: "test"} }

// commit commits one fact.
func commit(t *testing.T, l *bus.Log, id string, f messages.Fact) bus.Receipt {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience.Limit)
	defer cancel()
	rs, err := l.Commit(ctx, bus.Draft{ID: id, Fact: f})
	if err != nil {
		t.Fatal(err)
	}
	return rs[0]
}

// drain reads until there is nothing more.
func drain(t *testing.T, r *bus.Reader) []messages.Record {
	t.Helper()
	var rs []messages.Record
	for {
		page, err := r.Next()
		if err != nil {
			t.Fatal(err)
		}
		if page == nil {
			return rs
		}
		rs = append(rs, page...)
	}
}

var errDisk = errors.New("no space left on device")
