package engine

import (
	"go.uber.org/zap"

	"curfew/messages"
)

// foreigners are facts that another program has written to the journal while no daemon ran. They were recorded by a
// log without a machine, so nothing was decided about them.
type foreigners struct {
	first, last uint64
	count       int
}

// note takes in a record, in the order of the journal.
func (f *foreigners) note(r messages.Record) {
	if r.PolicyVersion != 0 || messages.KindOf(r.Body) != messages.KindFact {
		return
	}
	if f.count == 0 {
		f.first = r.Seq
	}
	f.last = r.Seq
	f.count++
}

// report logs which facts there are, if there are any.
func (f *foreigners) report(log *zap.Logger) {
	if f.count == 0 {
		return
	}
	log.Error("cron: another program has written facts to the journal while no daemon ran, and nothing was decided about "+
		"them: send them again, with the commands or over the HTTP API (docs/messages.md)",
		zap.Int("facts", f.count), zap.Uint64("from", f.first), zap.Uint64("to", f.last))
}
