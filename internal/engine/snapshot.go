package engine

import (
	"fmt"

	"go.uber.org/zap"

	"curfew/bus"
	"curfew/supervisor/policy"
)

// restore makes the machine from the newest snapshot that can be read, and returns the seq of the first record
// that is to be applied to it. A snapshot that cannot be read is skipped, with an error in the program's log.
// Without any snapshot the whole journal is applied, unless its beginning has been pruned.
func (r *Runtime) restore() (from uint64, err error) {
	first, err := r.o.Journal.First()
	if err != nil {
		return 0, fmt.Errorf("recover: %w", err)
	}
	last, err := r.o.Journal.Last()
	if err != nil {
		return 0, fmt.Errorf("recover: %w", err)
	}
	snapshots, err := r.o.Journal.Snapshots()
	if err != nil {
		return 0, fmt.Errorf("recover: %w", err)
	}
	for _, s := range snapshots {
		if r.fleet() && s.Seq > last {
			continue // of records that another node has written meanwhile
		}
		m, err := r.restoreFrom(s, first, last)
		if err == nil {
			r.machine, r.house.saved = m, s
			return s.Seq + 1, nil
		}
		r.o.Logger.Error("cron: a snapshot cannot be read; the start uses the one before it, or the whole journal",
			zap.Uint64("seq", s.Seq), zap.Error(err))
	}
	if first > 1 {
		return 0, fmt.Errorf("recover: the journal begins at record %d, and no snapshot of the records before it can be read: "+
			"restore a backup with `curfew journal restore`", first)
	}
	r.machine = policy.New()
	return first, nil
}

func (r *Runtime) restoreFrom(s bus.Snapshot, first, last uint64) (*policy.Machine, error) {
	if s.Seq > last || s.Seq+1 < first {
		return nil, fmt.Errorf("it is of record %d, and the journal has records %d to %d", s.Seq, first, last)
	}
	return policy.RestoreLines(r.o.Journal.SnapshotLines(s.Seq))
}
