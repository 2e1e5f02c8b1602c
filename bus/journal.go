package bus

import (
	"iter"

	"curfew/messages"
)

// Records are records that can be read.
type Records interface {
	// Read returns records from that seq on, or from the oldest that is kept: at most limit records, and fewer if they
	// are large ([PageBytes]), but at least one. It returns none if there is no such record yet. For records that are
	// damaged or missing the error is a [*Corrupt]; the records before the damage come with it, or in an earlier page.
	Read(from uint64, limit int) ([]messages.Record, error)
	// First is the seq of the oldest record that is kept: 1 until Drop removes some.
	First() (uint64, error)
	// Last is the seq of the newest record; 0 for an empty journal.
	Last() (uint64, error)
}

// A Journal keeps records: it is what a driver of the log implements. One goroutine at a time calls Append; many may
// call the other methods meanwhile, and a read must not delay an Append.
//
// A driver may also be a [Searcher], a [Stager], a [Bounded], a [Beginner], a [Witness], a [LossChecker] and a [Relay];
// callers ask by a type assertion.
type Journal interface {
	Records
	// Append makes the records durable, all of them or none, and returns when they are. They must follow the last
	// record without a gap; the list is the caller's again afterwards. After [ErrLocked] the caller may try again with
	// the same records; any other error stops the log.
	Append(rs []messages.Record) error
	// Cursors returns all cursors that were saved.
	Cursors() ([]Cursor, error)
	// SaveCursor keeps the cursor durably. It replaces an older one of the same name and topic.
	SaveCursor(c Cursor) error
	// DropCursor removes a cursor durably. One that is not there is no error.
	DropCursor(name string, topic messages.Topic) error
	// SaveSnapshot keeps the lines of a state under the seq of the last record that is in it. A snapshot exists once
	// all its lines are kept; if there are more than [KeptSnapshots] then, the one that [Surplus] names is removed. An
	// error among the lines ends it. One goroutine at a time calls it.
	SaveSnapshot(s Snapshot, lines iter.Seq2[[]byte, error]) error
	// Snapshots lists the snapshots, newest first.
	Snapshots() ([]Snapshot, error)
	// SnapshotLines reads a snapshot. A line that is damaged or cannot be read comes as an error, and is the last; for
	// a snapshot that does not exist it is [ErrNoSnapshot].
	SnapshotLines(seq uint64) iter.Seq2[[]byte, error]
	// Cut is the seq of the oldest record to keep if records before that time, and the oldest beyond that many bytes,
	// are to go. A zero value sets no limit. The answer is approximate where the clock was set.
	Cut(before messages.Instant, bytes int64) (uint64, error)
	// Drop removes records before that seq; it may keep some of them, and always keeps the newest record. It also
	// removes snapshots whose next record is gone.
	Drop(before uint64) error
	// Close releases the journal. A second Close returns no error.
	Close() error
}

// A Stager is a journal whose Append has a part that needs no disk. Under load the log does that part for the next
// records while the ones before are being made durable.
type Stager interface {
	// Stage encodes records, and returns what appends them as Append does: the Append of these records, in two steps.
	// The records before them may be staged and not appended yet.
	Stage(rs []messages.Record) (write func() error, err error)
}

// A Bounded journal takes no record larger than a limit, which is not the log's.
type Bounded interface {
	// MaxRecord is the largest record that can be appended, in bytes of JSON.
	MaxRecord() int
}

// A Beginner is a journal that can begin behind records that it never had, as a copy of one whose oldest records were
// removed.
type Beginner interface {
	// Begin has the journal, which is empty, begin with the record of that seq.
	Begin(first uint64) error
}

// A Witness is a journal that notes, apart from the records, how far it has come. If its records end earlier, its end
// was lost.
type Witness interface {
	// Appended is the newest seq that the journal was known to have when it was opened; 0: unknown. The error says that the
	// note is damaged, so that it is not known whether the end was lost.
	Appended() (uint64, error)
}

// A LossChecker is a journal that can be taken away while it is open, as a file can.
type LossChecker interface {
	// Lost says why records that are appended from now on could not be found again; nil: they can.
	Lost() error
}

// A Cursor is how far a named subscriber has read a topic.
type Cursor struct {
	Name   string
	Topic  messages.Topic
	Seq    uint64   // every record up to here was acknowledged or parked
	Parked []Parked // the newest ones, oldest first
}
