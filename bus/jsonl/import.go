package jsonl

import (
	"errors"
	"fmt"
	"io"
	"iter"

	"curfew/bus"
	"curfew/messages"
)

// Bounds of an import.
const (
	maxAbsent   = 1_000_000 // numbers that no record of an export has
	importBatch = 2048      // records of one append, of about importBytes at most
	importBytes = 4 << 20
)

// absentTopic is the topic of the records that take the numbers which no record of an export has: an export leaves out
// messages that are not Curfew's. It has no readers.
const absentTopic messages.Topic = "absent"

// Contents is what an export has.
type Contents struct {
	First, Last uint64           // seqs of its records
	At          messages.Instant // time of the last record
	Records     uint64
	Absent      uint64 // numbers between them that no record has

	state State // from which a replay begins; of seq 0: the export has none
	lines int   // of the state
}

// Inspect reads an export, and says why a journal that takes records of at most so many bytes of JSON (0: of any size)
// cannot be made of it.
func Inspect(in io.Reader, most int) (c Contents, err error) {
	r := NewReader(in)
	r.Snapshot = func(of State, _ []byte) {
		if c.lines == 0 {
			c.state = of
		}
		if of == c.state {
			c.lines++
		} else if err == nil {
			err = fmt.Errorf("jsonl: there are two states in it, of records %d and %d", c.state.Seq, of.Seq)
		}
	}
	for err == nil {
		var rec messages.Record
		rec, failed := r.Next()
		if errors.Is(failed, io.EOF) {
			return c, errors.Join(err, c.whole())
		}
		if err == nil {
			err = failed
		}
		if err == nil {
			err = c.add(rec, most)
		}
	}
	return c, err
}

// add takes in the next record.
func (c *Contents) add(r messages.Record, most int) error {
	if c.Records == 0 {
		c.First = r.Seq
	} else if r.Seq <= c.Last {
		return fmt.Errorf("jsonl: record %d comes after record %d", r.Seq, c.Last)
	} else {
		c.Absent += r.Seq - c.Last - 1
	}
	if c.Absent > maxAbsent {
		return fmt.Errorf("jsonl: more than %d records are missing before record %d", maxAbsent, r.Seq)
	}
	if most > 0 && bus.Weight(r.Body) > most/2 { // its JSON may be longer
		text, err := r.MarshalJSON()
		if err != nil {
			return fmt.Errorf("jsonl: record %d: %w", r.Seq, err)
		}
		if len(text) > most {
			return fmt.Errorf("jsonl: record %d has %d bytes, and the journal takes at most %d", r.Seq, len(text), most)
		}
	}
	c.Records, c.Last, c.At = c.Records+1, r.Seq, r.At
	return nil
}

// whole says why nothing can go on from the records.
func (c *Contents) whole() error {
	switch s := c.state; {
	case c.Records == 0:
		return errors.New("jsonl: there are no records in it")
	case c.lines > 0 && (s.Seq+1 < c.First || s.Seq > c.Last):
		return fmt.Errorf("jsonl: the state in it is of record %d, and its records are %d to %d", s.Seq, c.First, c.Last)
	case c.First > 1 && c.lines == 0:
		return fmt.Errorf("jsonl: it begins at record %d, and has no state to go on from", c.First)
	}
	return nil
}

// Import fills a journal that is empty from an export with these contents. Done is told, now and then, up to which record
// it has come, and may end it by an error.
func Import(in io.ReadSeeker, c Contents, j bus.Journal, done func(seq uint64) error) error {
	if c.First > 1 {
		b, ok := j.(bus.Beginner)
		if !ok {
			return fmt.Errorf("jsonl: the journal cannot begin at record %d", c.First)
		}
		if err := b.Begin(c.First); err != nil {
			return fmt.Errorf("jsonl: import: %w", err)
		}
	}
	if err := appendAll(in, c, j, done); err != nil {
		return err
	}
	if c.lines == 0 {
		return nil
	}
	if err := rewind(in); err != nil {
		return err
	}
	if err := j.SaveSnapshot(c.state, stateLines(in)); err != nil {
		return fmt.Errorf("jsonl: import the state of record %d: %w", c.state.Seq, err)
	}
	return nil
}

// appendAll appends the records, in batches, with others in the place of those that are absent.
func appendAll(in io.ReadSeeker, c Contents, j bus.Journal, done func(uint64) error) error {
	if err := rewind(in); err != nil {
		return err
	}
	r, next := NewReader(in), c.First
	batch, size := make([]messages.Record, 0, importBatch), 0
	flush := func() error {
		if err := j.Append(batch); err != nil {
			return fmt.Errorf("jsonl: import: %w", err)
		}
		batch, size = batch[:0], 0
		return done(next - 1)
	}
	for {
		rec, err := r.Next()
		if errors.Is(err, io.EOF) {
			if next != c.Last+1 {
				return fmt.Errorf("jsonl: the export has changed: it ends with record %d, and had %d", next-1, c.Last)
			}
			return flush()
		}
		if err != nil {
			return err
		}
		for ; next <= rec.Seq; next++ {
			one := rec
			if next < rec.Seq {
				one = messages.Record{
					Seq: next, At: rec.At, ID: fmt.Sprintf("absent-%d", next), PolicyVersion: rec.PolicyVersion,
					Body: messages.Opaque{On: absentTopic},
				}
			}
			batch, size = append(batch, one), size+bus.Weight(one.Body)
			if len(batch) < importBatch && size < importBytes {
				continue
			}
			next++
			err := flush()
			next--
			if err != nil {
				return err
			}
		}
	}
}

// stateLines are the lines of the state in an export.
func stateLines(in io.Reader) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		r, goesOn := NewReader(in), true
		r.Snapshot = func(_ State, line []byte) { goesOn = goesOn && yield(line, nil) }
		for goesOn {
			_, err := r.Next()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(nil, err)
				return
			}
		}
	}
}

func rewind(in io.Seeker) error {
	if _, err := in.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("jsonl: read the export again: %w", err)
	}
	return nil
}
