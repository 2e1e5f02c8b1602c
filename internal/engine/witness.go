package engine

import (
	"fmt"
	"maps"
	"slices"

	"go.uber.org/zap"

	"curfew/bus"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// Bounds of the records that take the place of those that are lost.
const (
	maxLost   = 1_000_000
	lostBatch = 4096 // in one append
)

// lostTopic is what stands in the journal where records were lost: nobody reads it, and no export has it.
const lostTopic messages.Topic = "lost"

// A witness knows a record that the journal must have.
type witness struct {
	who string // ends "the journal ends at record 5, and …"
	seq uint64
}

// lookForLoss compares the journal's end with all that was made of its records. What knows a later one proves that the
// end is missing: then the start is refused, or, if that was asked for, it goes on behind the last seq that was given
// out, so that none is given out twice. Nothing that knows better is changed.
func (r *Runtime) lookForLoss() error {
	last, err := r.o.Journal.Last()
	if err != nil {
		return fmt.Errorf("curfew: recover: %w", err)
	}
	w, err := r.newestWitness()
	if err != nil || w.seq <= last {
		return err
	}
	missing := &bus.Corrupt{First: last + 1, Last: w.seq, AtEnd: true, Reason: fmt.Sprintf("they are missing: the journal ends at record %d, and %s", last, w.who)}
	if !r.o.AcceptLoss {
		return missing
	}
	r.o.Logger.Error("cron: going on without what is lost, as --accept-loss says; a replay shows differences behind it", zap.Error(missing))
	return r.fill(last, w.seq)
}

func (r *Runtime) newestWitness() (best witness, err error) {
	know := func(seq uint64, who string) {
		if seq > best.seq {
			best = witness{who: fmt.Sprintf(who, seq), seq: seq}
		}
	}
	if j, ok := r.o.Journal.(interface{ Appended() uint64 }); ok {
		know(j.Appended(), "has come to record %d before")
	}
	snapshots, err := r.o.Journal.Snapshots()
	if err != nil {
		return best, fmt.Errorf("curfew: recover: %w", err)
	}
	for _, s := range snapshots {
		know(s.Seq, "there is a snapshot of record %d")
	}
	cursors, err := r.o.Journal.Cursors()
	if err != nil {
		return best, fmt.Errorf("curfew: recover: %w", err)
	}
	for _, c := range cursors {
		if c.Topic == markTopic {
			continue // it is not what somebody has read
		}
		know(c.Seq, "the subscriber "+fmt.Sprintf("%q", c.Name)+" has read record %d")
	}
	if seq, err := r.o.History.Cursor(); err == nil { // else it is damaged itself, and the recorder sees to that
		know(seq, "the run history has taken in record %d")
	}
	return best, nil
}

// fill puts records that say nothing in the place of those that are lost.
func (r *Runtime) fill(last, upto uint64) error {
	if upto-last > maxLost {
		return fmt.Errorf("curfew: %d records are lost, and at most %d can be gone on without: restore a backup with `curfew journal restore`", upto-last, maxLost)
	}
	at := messages.At(r.wall())
	records := make([]messages.Record, 0, lostBatch)
	for seq := last + 1; seq <= upto; seq++ {
		records = append(records, messages.Record{
			Seq: seq, At: at, ID: fmt.Sprintf("lost-%d", seq), PolicyVersion: policy.Version, Body: messages.Opaque{On: lostTopic},
		})
		if len(records) < lostBatch && seq < upto {
			continue
		}
		if err := r.o.Journal.Append(records); err != nil {
			return fmt.Errorf("curfew: recover: %w", err)
		}
		records = records[:0]
	}
	return nil
}

// compareTokens holds the generations of the tokens against those that the journal has come to: the store takes them
// from the journal, so a newer one proves that the journal's end is missing. A journal of which nothing else is known
// was just put there, by a restore for one: then the tokens follow it.
func (r *Runtime) compareTokens(last uint64) error {
	now := map[string]uint64{}
	for _, name := range r.machine.SessionNames() {
		v, _ := r.machine.Session(name)
		now[name] = v.Generation
	}
	ahead := r.store.Ahead(now)
	if len(ahead) == 0 {
		return nil
	}
	name := slices.Sorted(maps.Keys(ahead))[0]
	missing := &bus.Corrupt{
		First: last + 1, Last: last + 1, AtEnd: true,
		Reason: fmt.Sprintf("it is missing, and maybe more behind it: the journal's newest generation of session %s is %d, and the token's is %d", name, now[name], ahead[name]),
	}
	switch known, ok := r.o.Journal.(interface{ Appended() uint64 }); {
	case !ok || known.Appended() == 0:
	case !r.o.AcceptLoss:
		return missing
	default:
		r.o.Logger.Error("cron: going on without what is lost, as --accept-loss says; a replay shows differences behind it", zap.Error(missing))
	}
	return r.store.Lower(now)
}
