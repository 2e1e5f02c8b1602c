package bus

import (
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

// A Cursor is how far a named subscriber has come on a topic.
type Cursor struct {
	Name   string
	Topic  messages.Topic
	Seq    uint64   // every record up to here was acknowledged or parked
	Parked []Parked // the newest that were parked, oldest first
}
