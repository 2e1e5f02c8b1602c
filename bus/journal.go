package bus

import (
	"fmt"
	"iter"

	"curfew/messages"
)

// A Journal keeps records. Append is called by one goroutine at a time; the rest may be called by many
// while that happens, and reading must not hold it up.
type Journal interface {
	// Append makes the records durable, all of them or none. They follow the last record without a gap. If the
	// error is [ErrLocked], it may be called again with the same.
	Append(rs []messages.Record) error
	// Read returns records from that seq on, or from the oldest that is kept, at most limit of them and fewer
	// if they are large; none if there is no such record yet. A record that is damaged or missing is an error
	// that names its seq.
	Read(from uint64, limit int) ([]messages.Record, error)
	// First is the seq of the oldest record that is kept: 1 until Drop has let go of some.
	First() (uint64, error)
	// Last is the seq of the newest record; 0 for an empty journal.
	Last() (uint64, error)
	// Cursors returns every cursor that was saved.
	Cursors() ([]Cursor, error)
	// SaveCursor keeps the cursor, in the place of an older one of the same name and topic.
	SaveCursor(c Cursor) error
	// SaveSnapshot keeps the lines of a state under the seq of the last record that it knows. It counts once
	// it is whole; then all but the newest KeptSnapshots are let go. One goroutine at a time may call it.
	SaveSnapshot(s Snapshot, lines iter.Seq2[[]byte, error]) error
	// Snapshots lists those that are whole, newest first.
	Snapshots() ([]Snapshot, error)
	// SnapshotLines reads one of them. A line that is damaged, or cannot be read, comes as an error.
	SnapshotLines(seq uint64) iter.Seq2[[]byte, error]
	// Cut is the seq of the oldest record to keep, if those before that time and those beyond that many bytes
	// are to go; zero values set no limit. The clock may have stepped: then it is somewhere near.
	Cut(before messages.Instant, bytes int64) (uint64, error)
	// Drop lets go of records before that seq, and may keep some of them. The newest is always kept. Snapshots
	// that the records do not go on from are let go, too.
	Drop(before uint64) error
	// Close releases the journal. Closing it twice is no error.
	Close() error
}

// KeptSnapshots is how many snapshots a journal keeps. If the newest cannot be read the one before it can; the
// others are spread over the journal, so that most of it can be decided again when its beginning has been let go.
const KeptSnapshots = 8

// A Snapshot is the state of whatever takes in the journal's records, at one of them.
type Snapshot struct {
	Seq           uint64           // every record up to here is in it
	At            messages.Instant // when it was made
	PolicyVersion int              // of the rules that made it
}

// Surplus is the snapshot to let go of, if there are too many; they are listed newest first.
func Surplus(all []Snapshot) (seq uint64, ok bool) {
	if len(all) <= KeptSnapshots {
		return 0, false
	}
	best := 2
	for i := 2; i+1 < len(all); i++ {
		if all[i-1].Seq-all[i+1].Seq < all[best-1].Seq-all[best+1].Seq {
			best = i
		}
	}
	return all[best].Seq, true
}

// A Cursor is how far a named subscriber has come on a topic.
type Cursor struct {
	Name   string
	Topic  messages.Topic
	Seq    uint64   // every record up to here was acknowledged or parked
	Parked []Parked // the newest that were parked, oldest first
}

// A Parked is a record that a subscriber refused too often. It is passed over for that cursor only.
type Parked struct {
	Subscriber string           `json:"subscriber"` // name of the subscriber; empty: unnamed
	Topic      messages.Topic   `json:"topic"`
	Seq        uint64           `json:"seq"`
	ID         string           `json:"id"`
	Name       string           `json:"name"` // of the message; empty for a foreign one
	Deliveries int              `json:"deliveries"`
	At         messages.Instant `json:"at"` // when it was parked
}

// Corrupt says that records of a journal are damaged or missing. Restore the file from a copy.
type Corrupt struct {
	First, Last uint64 // the records concerned
	Reason      string
	AtEnd       bool // nothing that is left stands behind them
}

// Error names the records.
func (c *Corrupt) Error() string {
	return fmt.Sprintf("bus: journal: records %d to %d: %s", c.First, c.Last, c.Reason)
}

// PageSize is the largest number of records that one read returns.
const PageSize = 1024

// PageBytes is about the size at which a page ends early, in bytes of JSON or memory.
const PageBytes = 8 << 20

// Scan calls f for every record of the journal from that seq on, in order, until there are no more or
// f fails. Seqs before the oldest record mean the oldest. One page is read ahead, on a goroutine that has ended
// when Scan returns: decoding takes longer than what a start does with a record.
func Scan(j Journal, from uint64, f func(messages.Record) error) error {
	pages, stop, ended := make(chan page, 1), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		defer close(pages)
		readAhead(j, from, pages, stop)
	}()
	defer func() {
		close(stop)
		<-ended
	}()
	for p := range pages {
		for _, r := range p.records {
			if err := f(r); err != nil {
				return err
			}
		}
		if p.err != nil {
			return fmt.Errorf("bus: scan: %w", p.err)
		}
	}
	return nil
}

// page is what one read found.
type page struct {
	records []messages.Record
	err     error
}

// readAhead reads page after page until there are no more, one cannot be read, or it is told to stop.
func readAhead(j Journal, from uint64, pages chan<- page, stop <-chan struct{}) {
	for {
		rs, err := j.Read(from, PageSize)
		if len(rs) == 0 && err == nil {
			return
		}
		select {
		case pages <- page{rs, err}:
		case <-stop:
			return
		}
		if err != nil {
			return
		}
		from = rs[len(rs)-1].Seq + 1
	}
}
