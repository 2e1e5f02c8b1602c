package engine

import (
	"context"

	"curfew/actors/system/follow"
	"curfew/actors/system/recorder"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// historyReader is the name of the recorder's reader of the log.
const historyReader = "history"

// startHistory starts the recorder. It reads on from the record that its store has come to, however old that is.
func (r *Runtime) startHistory() (err error) {
	r.history, err = recorder.Start(recorder.Config{
		Store: r.o.History,
		Open:  func(after uint64) follow.Open { return r.reader(historyReader, after) },
		Last:  r.log.Last, First: r.o.Journal.First, Known: r.known,
		Now: r.wall, Gather: recorder.DefaultGather, Rest: r.rush.waits, Logger: r.o.Logger,
	})
	return err
}

// known is what the machine knows of jobs and runs, for a run history that has missed pruned records.
func (r *Runtime) known() (k recorder.Known, err error) {
	k.Unfinished = map[messages.RunID]bool{}
	err = r.View(context.Background(), func(m *policy.Machine) {
		k.Jobs = definitionsOf(m.JobGlances(nil, "", policy.All))
		for _, run := range m.Unfinished() {
			k.Unfinished[run.ID] = true
		}
	})
	return k, err
}

// stopHistory lets the recorder read to the end of the log, and closes its store.
func (r *Runtime) stopHistory() error {
	if r.history == nil {
		return r.o.History.Close()
	}
	return r.history.Stop()
}
