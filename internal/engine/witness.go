package engine

import (
	"fmt"
	"maps"
	"slices"

	"go.uber.org/zap"

	"curfew/actors/system/gate"
	"curfew/bus"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// Bounds of the records that are written in place of lost ones.
const (
	maxLost   = 1_000_000
	lostBatch = 4096 // in one append
)

// lostTopic is the topic of the records in place of lost ones. It has no readers, and an export leaves it out.
const lostTopic messages.Topic = "lost"

// A witness proves that the journal had a record.
type witness struct {
	says string // completes "the journal ends at record 5, and …"
	seq  uint64
}

// lookForLoss compares the journal's end with what else is kept of its records. A witness of a later record proves
// that the end is missing. Then the start fails; with AcceptLoss it goes on after the last seq that was given out, so
// that no seq is given out twice. The witnesses are not changed.
func (r *Runtime) lookForLoss() error {
	last, err := r.o.Journal.Last()
	if err != nil {
		return fmt.Errorf("recover: %w", err)
	}
	w, err := r.newestWitness()
	if err != nil || w.seq <= last {
		return err
	}
	missing := &bus.Corrupt{
		First: last + 1, Last: w.seq, AtEnd: true,
		Reason: fmt.Sprintf("they are missing: the journal ends at record %d, and %s", last, w.says),
	}
	if !r.o.AcceptLoss {
		return missing
	}
	r.logLoss(missing)
	return r.fill(last, w.seq)
}

// newestWitness is the witness of the newest record; its seq is zero if there is none.
func (r *Runtime) newestWitness() (best witness, err error) {
	know := func(seq uint64, says string) {
		if seq > best.seq {
			best = witness{says: says, seq: seq}
		}
	}
	if j, ok := r.o.Journal.(bus.Witness); ok {
		seq, err := j.Appended()
		if err != nil {
			r.o.Logger.Warn("cron: it is not known whether the journal has lost its end: the note of its newest record is damaged; "+
				"the next record makes it anew", zap.Error(err))
		}
		know(seq, fmt.Sprintf("had reached record %d before", seq))
	}
	if r.fleet() { // others write to the journal meanwhile
		return best, nil
	}
	snapshots, err := r.o.Journal.Snapshots()
	if err != nil {
		return best, fmt.Errorf("recover: %w", err)
	}
	for _, s := range snapshots {
		know(s.Seq, fmt.Sprintf("there is a snapshot of record %d", s.Seq))
	}
	cursors, err := r.o.Journal.Cursors()
	if err != nil {
		return best, fmt.Errorf("recover: %w", err)
	}
	for _, c := range cursors {
		if c.Topic == markTopic {
			continue // the mark is not what a subscriber has read
		}
		know(c.Seq, fmt.Sprintf("the subscriber %q has read record %d", c.Name, c.Seq))
	}
	if seq, err := r.o.History.Cursor(); err == nil { // else the history is damaged itself, and the recorder makes it anew
		know(seq, fmt.Sprintf("the run history has record %d", seq))
	}
	return best, nil
}

// fill writes records without content in place of the lost ones.
func (r *Runtime) fill(last, upto uint64) error {
	if upto-last > maxLost {
		return fmt.Errorf("%d records are lost, and --accept-loss goes on without at most %d: "+
			"restore a backup with `curfew journal restore`", upto-last, maxLost)
	}
	at := r.Now()
	records := make([]messages.Record, 0, lostBatch)
	for seq := last + 1; seq <= upto; seq++ {
		records = append(records, messages.Record{
			Seq: seq, At: at, ID: fmt.Sprintf("lost-%d", seq), PolicyVersion: policy.Version,
			Body: messages.Opaque{On: lostTopic},
		})
		if len(records) < lostBatch && seq < upto {
			continue
		}
		if err := r.o.Journal.Append(records); err != nil {
			return fmt.Errorf("recover: %w", err)
		}
		records = records[:0]
	}
	return nil
}

// compareTokens compares the generations of the tokens with those of the journal. The store takes its generations
// from the journal, so a newer one proves that the journal's end is missing. A journal that does not know how far it
// has been written was put there from elsewhere, by a restore for example: then the tokens follow it.
// In a fleet tokens of another journal are set aside: see 0149.
func (r *Runtime) compareTokens(last uint64) error {
	now := map[string]uint64{}
	for _, name := range r.machine.SessionNames("", policy.All) {
		v, _ := r.machine.Session(name)
		now[name] = v.Generation
	}
	if r.fleet() {
		return r.setAside(now)
	}
	ahead := r.store.Ahead(now)
	if len(ahead) == 0 {
		return nil
	}
	name := slices.Sorted(maps.Keys(ahead))[0]
	missing := &bus.Corrupt{
		First: last + 1, Last: last + 1, AtEnd: true,
		Reason: fmt.Sprintf("it is missing, and maybe more after it: the journal's newest generation of session %s is %d, "+
			"and the token's is %d", name, now[name], ahead[name]),
	}
	switch {
	case !r.keepsNote():
	case !r.o.AcceptLoss:
		return missing
	default:
		r.logLoss(missing)
	}
	return r.store.Lower(now)
}

// keepsNote reports whether the journal notes how far it has come. A note that is damaged is one: it is not of a journal that
// was just put there.
func (r *Runtime) keepsNote() bool {
	j, ok := r.o.Journal.(bus.Witness)
	if !ok {
		return false
	}
	seq, err := j.Appended()
	return seq > 0 || err != nil
}

// setAside takes tokens out of use that are not of the fleet's journal: the file has come from elsewhere. One that the
// backend refuses would close the gate of all nodes.
func (r *Runtime) setAside(now map[string]uint64) error {
	first, err := r.o.Journal.First()
	if err != nil {
		return fmt.Errorf("recover: %w", err)
	}
	aside, err := r.store.SetAside(now, func(by gate.Restoration) (is, known bool, err error) {
		if by.Seq < first {
			return false, false, nil // it may have been removed
		}
		rs, err := r.o.Journal.Read(by.Seq, 1)
		return len(rs) > 0 && rs[0].Seq == by.Seq && rs[0].ID == by.ID, true, err
	})
	if err != nil {
		return fmt.Errorf("recover: tokens that may be of another journal: %w", err)
	}
	for _, session := range aside {
		r.o.Logger.Warn("gate: the token of the session in this node's file is not of this fleet's journal, so it is not used; another "+
			"node gives this one the fleet's token, or sign in again: `curfew session login`",
			zap.String("session", session), zap.String("file", r.o.Tokens))
	}
	return nil
}

// logLoss logs which records the runtime goes on without.
func (r *Runtime) logLoss(missing error) {
	r.o.Logger.Error("cron: going on without lost records, as --accept-loss asks; a replay shows differences after them",
		zap.Error(missing))
}
