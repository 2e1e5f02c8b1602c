package curfew

import (
	"fmt"

	"curfew/actors/notifier"
	"curfew/messages"
)

// notify starts what brings notifications, deliveries and error reports to their targets.
func (r *Runtime) notify(was recovered) (err error) {
	r.notifier, err = notifier.Start(notifier.Config{
		Undelivered: was.undelivered,
		Notify:      r.o.Config.Runtime.Notify, Reports: r.o.Config.Runtime.Reports,
		Reader: func(wake func()) notifier.Reader { return r.log.Reader(was.last, wake, notifier.Topics...) },
		Fact:   r.fact, Publish: r.publish, Fatal: r.fail, Jobs: r.upcomingNames, Now: r.wall, Logger: r.o.Logger,
	})
	return err
}

// fact is one record, from the journal.
func (r *Runtime) fact(seq uint64) (messages.Record, error) {
	rs, err := r.o.Journal.Read(seq, 1)
	if err != nil {
		return messages.Record{}, err
	}
	if len(rs) == 0 || rs[0].Seq != seq {
		return messages.Record{}, fmt.Errorf("record %d is not in the journal any more", seq)
	}
	return rs[0], nil
}
