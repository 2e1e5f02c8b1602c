package explain

import (
	"slices"

	"curfew/messages"
)

// run is a run of the job, as far as the journal has been read.
type run struct {
	id      messages.RunID
	whole   bool // its first record has been added
	slot    messages.Instant
	first   messages.Instant
	missed  int
	trigger messages.Trigger
	records []messages.Record
	omitted int // how many records were dropped
	fold    int // how many of the last records are about a fold, and are replaced by the next fold

	queued   messages.Record
	started  messages.Record // the newest AttemptStarted
	ended    messages.Record // how the newest attempt ended
	finished messages.Record
	waited   messages.Record // the record by which it began to wait
	holds    []messages.Hold
	retry    messages.Instant // the end of its pause
	answer   messages.Instant // until when a person may answer
	flight   bool
	beside   bool                 // it need not wait for the runs before it
	final    messages.RunFinished // Status is empty while it is not over
	into     *run
	before   *run // a run of the job that was unfinished when this one was made
	outages  []meeting
}

// meeting is an outage that a run has met, and the seq since which it did.
type meeting struct {
	*outage
	from uint64
}

// maxMeetings bounds the outages that are kept of a run.
const maxMeetings = 32

func (r *run) waits() bool { return !r.flight && r.final.Status == "" }
func (r *run) settled() bool {
	return r.final.Status != "" && !r.flight && (r.into == nil || r.into.settled())
}

func (r *run) meets(o *outage) {
	if n := len(r.outages); n > 0 && r.outages[n-1].outage == o {
		return
	}
	if len(r.outages) == maxMeetings {
		r.outages = slices.Delete(r.outages, maxMeetings/2, maxMeetings/2+1)
	}
	r.outages = append(r.outages, meeting{o, o.since.Seq})
}

// add adds records to the run. Of very many the middle is dropped.
func (r *run) add(rs ...messages.Record) {
	r.fold = 0
	for _, rec := range rs {
		if rec.Body == nil || slices.ContainsFunc(r.records, func(o messages.Record) bool { return o.Seq == rec.Seq }) {
			continue
		}
		if len(r.records) == maxRecords {
			r.records = slices.Delete(r.records, maxRecords/2, maxRecords/2+1)
			r.omitted++
		}
		r.records = append(r.records, rec)
	}
}

// folds notes that the run covers further slots. Only the newest such records are kept, unless they are about the slot
// in question; the others are counted.
func (r *run) folds(held []messages.Record, keep bool) {
	n := len(r.records) - r.fold
	r.omitted += r.fold
	r.records = r.records[:n]
	r.add(held...)
	if !keep {
		r.fold = len(r.records) - n
	}
}
