package main

import (
	"context"
	"errors"
	"io"
	"path/filepath"
	"time"

	history "curfew/actors/system/recorder/sqlite"
	"curfew/bus"
	"curfew/bus/replay/compare"
	"curfew/bus/sqlite"
	"curfew/internal/backend"
	"curfew/internal/config"
	"curfew/internal/contract"
	"curfew/internal/engine"
	"curfew/internal/room"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// What this file has differs between the builds: old/world.go.txt is the same for that of 28 November.

type running = engine.Runtime

func path() string { return filepath.Join(*data, "curfew.db") }

func journal() bus.Journal {
	j, err := sqlite.Open(path())
	must(err)
	return j
}

// heapRoom is what the daemon has, too.
var heapRoom = room.Open()

func start(conf config.Config) *running {
	j := journal()
	past, err := history.Open(path(), nil)
	must(err)
	rt, err := engine.Start(context.Background(), engine.Options{
		Kinds: registry(), Config: conf, Journal: j, History: past, Tokens: filepath.Join(*data, "tokens.json"),
		Jobs: heapRoom.Jobs, Rush: heapRoom.Rush,
	})
	must(err)
	return rt
}

func definition(name, kind, schedule string) messages.Definition {
	return messages.Definition{
		Job: name, Actor: kind, Timetable: messages.Timetable{Schedule: schedule, Timezone: "UTC", DST: messages.DSTVixie}, With: []byte("{}"),
		OnHold: messages.OnHoldRunOnce, Overlap: messages.OverlapSkip,
		CatchUp: messages.CatchUp{Policy: messages.CatchUpOne, Window: messages.Duration(24 * time.Hour)},
		Retry: messages.Retry{
			Attempts: 3, Initial: messages.Duration(time.Second), Factor: 2, Max: messages.Duration(30 * time.Second),
			Jitter: 0.2, Within: messages.Duration(time.Hour),
		},
		Timeout: messages.Duration(2 * time.Minute), History: messages.History{}.OrDefault(),
	}
}

func (w world) pageOfJobs() {
	_, err := backend.New(w.rt).Jobs(context.Background(), contract.JobQuery{Page: contract.Page{Limit: 50}})
	must(err)
}

func (w world) pageOfSessions() {
	_, _, err := backend.New(w.rt).Sessions(context.Background(), contract.Page{Limit: 50})
	must(err)
}

func (w world) runNow(job string) {
	_, err := backend.New(w.rt).RunNow(context.Background(), job)
	must(err)
}

// remember waits until the history has all that was recorded.
func (w world) remember() {
	until(func() bool { return w.rt.History().Flush(context.Background()) == nil })
}

// replay derives every decision of an export again.
func replay(export io.Reader) {
	got, err := compare.Journal(export, policy.New(), policy.Version)
	must(err)
	if got.Total != 0 {
		must(errors.New("the replay finds differences"))
	}
}

// defined is the fact that a job is defined.
func defined(d messages.Definition) messages.JobDefined { return messages.Defined(d) }

// decided is what the machine has decided, as the log gets it from the machine.
type decided struct{ *policy.Decisions }

func decide(m *policy.Machine, now messages.Instant, seq uint64, f messages.Fact) decided {
	return decided{m.Decide(now, seq, f)}
}

func (d decided) len() int                          { return d.Len() }
func (d decided) all() []messages.Decision          { return d.All() }
func (d decided) starts() []messages.AttemptStarted { return d.Started() }
