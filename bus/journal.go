package bus

import (
	"fmt"

	"curfew/messages"
)

// A Journal keeps records. Append is called by one goroutine at a time; the rest may be called by many
// while that happens, and reading must not hold it up.
type Journal interface {
	// Append makes the records durable, all of them or none. They follow the last record without a gap.
	Append(rs []messages.Record) error
	// Read returns records from that seq on, at most limit of them and fewer if they are large; none if
	// there is no such record yet. A record that is damaged or missing is an error that names its seq.
	Read(from uint64, limit int) ([]messages.Record, error)
	// Last is the seq of the newest record; 0 for an empty journal.
	Last() (uint64, error)
	// Cursors returns every cursor that was saved.
	Cursors() ([]Cursor, error)
	// SaveCursor keeps the cursor, in the place of an older one of the same name and topic.
	SaveCursor(c Cursor) error
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

// PageSize is the largest number of records that one read returns.
const PageSize = 1024

// pageBytes is about the size at which a page ends early, in bytes of JSON or memory.
const pageBytes = 8 << 20

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
