package engine

import (
	"go.uber.org/zap"

	"curfew/messages"
)

// foreigners are facts that another program has put into the journal while no daemon ran: a log without a machine took
// them in, and nothing followed from them.
type foreigners struct {
	first, last uint64
	count       int
}

func (f *foreigners) look(r messages.Record) {
	if r.PolicyVersion != 0 || messages.KindOf(r.Body) != messages.KindFact {
		return
	}
	if f.count == 0 {
		f.first = r.Seq
	}
	f.last = r.Seq
	f.count++
}

func (f *foreigners) say(log *zap.Logger) {
	if f.count == 0 {
		return
	}
	log.Error("cron: another program has written facts to the journal while no daemon ran, and nothing was decided about them: "+
		"tell them again, by the commands or the HTTP API (docs/messages.md)", zap.Int("facts", f.count), zap.Uint64("from", f.first), zap.Uint64("to", f.last))
}
