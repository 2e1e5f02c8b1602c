package sqlite

import (
	"cmp"
	"database/sql"
	"slices"
	"sort"

	"curfew/actors/system/recorder"
	"curfew/bus/sqlite/conn"
	"curfew/messages"
)

// Bounds of what a store holds back. Each bounds memory, or how long the journal's writer waits for its turn. A run that
// is held takes about 450 bytes, and one that is written before its end is written twice.
const (
	portionRuns = 512      // runs or changes, then a transaction looks whether another writer waits: about 5 ms
	mostRuns    = 2 << 10  // runs and changes in one transaction, if no other waits: about 20 ms, and a commit of 10 MB
	maxHeld     = 64 << 10 // runs that are over, then they are written
	maxOpen     = 1 << 20  // runs that are not over, then they are written as they are
	maxAsked    = 64 << 10 // other changes, likewise
	maxText     = 16 << 20 // bytes of outputs and traces
	maxAhead    = 8 << 20  // records behind the cursor: a start after a crash reads them again
)

// held is what a store has taken in and not written yet. Most runs end while they are held, so that they are written
// once and never read.
//
// Runs that are over are written as they come. The cursor stays where it was until those that are not over are written,
// too, since they are known from the log alone; the row [takenKey] says up to which record all else is in the tables.
// After a crash the records up to that one are folded again into the runs that are not over, and into nothing else. The
// row of a run that is not over says up to which record it is folded, as some may have been written before the crash.
type held struct {
	cursor uint64 // of the tables
	taken  uint64 // of the tables: up to that record, runs that are over and sums are in them
	at     uint64 // up to which records are taken in
	runs   map[messages.RunID]*run
	over   []*run           // those of them that are to be written
	late   bool             // one of over has changed since it was over
	open   int              // how many are not over
	left   []*run           // those of them that are still to be written before the cursor moves; nil: not looked for yet
	others []change         // besides runs
	text   int              // bytes
	since  messages.Instant // of the oldest record that is held; zero: none is
}

// run is a run that is held.
type run struct {
	*recorder.Run
	upto uint64 // the record up to which it is folded in the tables; 0: it is not there
	was  bool   // over, in the tables
	due  bool   // among those that are written next
	end  uint64 // the record that ended it, or, if it was over, changed it
	text int    // bytes
}

// change is a record that changes a job, a gate, or the costs of a run's job.
type change struct {
	rec messages.Record
	job string // whose attempt had a cost; empty: none
}

// hold returns what is held; at first, nothing as of the cursor.
func (s *Store) hold() (*held, error) {
	if s.held == nil {
		h := &held{runs: map[messages.RunID]*run{}}
		if err := s.write.QueryRow(findCursor, takenKey, cursorName).Scan(&h.cursor, &h.taken); err != nil {
			return nil, damaged(err)
		}
		h.at = h.cursor
		s.held = h
	}
	return s.held, nil
}

// take takes in records up to taken, or records after it. Those of both may not be taken in at once: a run that was over
// by then would not be read from the tables for what was said about it since.
func (h *held) take(db *conn.Writer, records []messages.Record) error {
	over, err := h.find(db, records)
	if err != nil {
		return err
	}
	for _, rec := range records {
		if rec.Seq > h.at {
			h.fold(rec)
		}
	}
	for _, r := range over {
		if !r.due {
			delete(h.runs, r.ID)
		}
	}
	return nil
}

// find begins the runs that records begin, and reads those that they are about otherwise and that are not held. It
// returns those of them that are over.
func (h *held) find(db *conn.Writer, records []messages.Record) (over []*run, err error) {
	wanted := map[messages.RunID]bool{}
	for _, rec := range records {
		id := runOf(rec)
		if rec.Seq <= h.at || id == "" || h.runs[id] != nil {
			continue
		}
		if out := recorder.Fold(nil, rec); out != nil {
			h.runs[id] = &run{Run: out}
			h.open++
			continue
		}
		wanted[id] = true
	}
	found := func(rows *sql.Rows) error {
		r, upto, err := scanFolded(rows, inFull)
		if err != nil || !wanted[r.ID] {
			return err
		}
		delete(wanted, r.ID)
		found := &run{Run: r, upto: upto, was: r.Final()}
		h.runs[r.ID] = found
		if found.was {
			over = append(over, found)
		} else {
			h.open++
		}
		return nil
	}
	for _, query := range []string{openByKeys, allByKeys} {
		keys := make([]int64, 0, len(wanted))
		for id := range wanted {
			keys = append(keys, keyOf(id))
		}
		if err := each(db, query, keys, found); err != nil {
			return over, err
		}
	}
	return over, nil
}

// runOf is the run that a record changes; empty: none. What is said about a run on other topics changes nothing in it.
func runOf(rec messages.Record) messages.RunID {
	if topic := rec.Body.Topic(); topic != messages.TopicRun && topic != messages.TopicAttempt {
		return ""
	}
	return messages.RunOf(rec.Body)
}

// fold takes in a record.
func (h *held) fold(rec messages.Record) {
	again := rec.Seq <= h.taken
	if !again && h.since.IsZero() {
		h.since = rec.At
	}
	switch rec.Body.(type) {
	case messages.JobDefined, messages.JobRemoved, messages.GateClosed, messages.GateProbing, messages.GateOpened:
		if !again {
			h.others = append(h.others, change{rec: rec})
		}
		return
	}
	id := runOf(rec)
	if id == "" {
		return
	}
	r := h.runs[id]
	if r == nil {
		return
	}
	if rec.Seq <= r.upto || recorder.Fold(r.Run, rec) == nil {
		return
	}
	if r.Final() && !r.was && !r.due {
		h.open--
	}
	switch {
	case again && r.Final():
		delete(h.runs, id) // it is in the tables as it is now, or has been forgotten since
		return
	case r.Final() && !r.due:
		r.due, r.end, h.over = true, rec.Seq, append(h.over, r)
	case r.due:
		h.late = true
	}
	if !again {
		h.cost(r, rec)
	}
}

// cost keeps what an attempt has cost, and counts what it has said.
func (h *held) cost(r *run, rec messages.Record) {
	var output string
	var trace []messages.Step
	switch m := rec.Body.(type) {
	case messages.AttemptSucceeded:
		output, trace = m.Output, m.Trace
	case messages.AttemptFailed:
		output, trace = m.Output, m.Trace
	case messages.AttemptInterrupted:
		output, trace = m.Output, m.Trace
	default:
		return
	}
	text := len(output)
	for _, step := range trace {
		text += len(step.Text)
	}
	r.text, h.text = r.text+text, h.text+text
	if _, _, ok := recorder.Spent(rec); ok {
		h.others = append(h.others, change{rec: rec, job: r.Job})
	}
}

// behind reports whether more is in the tables than was taken in: after a crash, until the log has been read again that
// far. Until then no run that is not over is written, as it may be over in the tables.
func (h *held) behind() bool { return h.at < h.taken }

// full reports whether a portion of the runs that are over, and of all else, has to be written; many: all, and the runs
// that are not over as well.
func (h *held) full() (over, many bool) {
	many = !h.behind() && (h.open > maxOpen || h.text > maxText || h.at-h.cursor > maxAhead)
	return many || len(h.over) >= maxHeld || len(h.others) >= maxAsked, many
}

// portion is what is written next of the runs that are over and of all else: what was said up to a record. It is all of it
// if that is little, or if a run has changed after its end, which a record after the portion may have done.
func (h *held) portion(most int) (over []*run, others []change, upto uint64) {
	if len(h.over) <= most && len(h.others) <= most || h.late {
		return h.over, h.others, h.at
	}
	upto = h.at
	if len(h.over) > most {
		upto = h.over[most-1].end
	}
	if len(h.others) > most {
		upto = min(upto, h.others[most-1].rec.Seq)
	}
	n := sort.Search(len(h.over), func(i int) bool { return h.over[i].end > upto })
	k := sort.Search(len(h.others), func(i int) bool { return h.others[i].rec.Seq > upto })
	return h.over[:n], h.others[:k], upto
}

// unwritten are the runs that are not over and have to be written before the cursor moves.
func (h *held) unwritten() []*run {
	if h.left == nil {
		h.left = make([]*run, 0, h.open)
		for _, r := range h.runs {
			if !r.due {
				h.left = append(h.left, r)
			}
		}
		slices.SortFunc(h.left, func(a, b *run) int { return cmp.Compare(a.Seq, b.Seq) })
	}
	return h.left
}

// wrote forgets a portion that was written.
func (h *held) wrote(over []*run, others []change, upto uint64) {
	for _, r := range over {
		h.text -= r.text
		delete(h.runs, r.ID)
	}
	clear(over)
	clear(others)
	h.over, h.others, h.taken = h.over[len(over):], h.others[len(others):], upto
	if upto == h.at {
		h.late, h.since = false, 0
	}
}
