package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"

	"curfew/bus"
	"curfew/bus/sqlite/conn"
	"curfew/internal/lock"
	"curfew/messages"
)

// schemaVersion is the version of the tables; it is kept in the file's user_version. Version 1 had no
// snapshots and never let go of records.
const schemaVersion = 2

// readers is how many connections read.
const readers = 4

// schemaTables makes each version of the tables from the one before it.
var schemaTables = [schemaVersion]string{`
CREATE TABLE journal (first INTEGER PRIMARY KEY, last INTEGER NOT NULL, crc INTEGER NOT NULL, block BLOB NOT NULL) STRICT;
CREATE TABLE journal_cursor (name TEXT NOT NULL, topic TEXT NOT NULL, seq INTEGER NOT NULL, parked TEXT NOT NULL, PRIMARY KEY (name, topic)) STRICT, WITHOUT ROWID;
`, `
CREATE TABLE journal_floor (seq INTEGER NOT NULL) STRICT;
CREATE TABLE snapshot_head (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, policy_version INTEGER NOT NULL, parts INTEGER NOT NULL) STRICT;
CREATE TABLE snapshot_part (seq INTEGER NOT NULL, part INTEGER NOT NULL, crc INTEGER NOT NULL, lines BLOB NOT NULL, UNIQUE (seq, part)) STRICT;
`}

// A Journal is a journal in an SQLite file: a write-ahead log that is synced at every Append, records in
// blocks with a checksum. Other processes may read the file meanwhile; only one may append.
type Journal struct {
	write  *sql.DB // nil when opened for reading only; one connection
	read   *sql.DB
	schema int           // of the file
	last   atomic.Uint64 // newest seq, kept by Append

	// Of one that is opened for writing.
	path string
	lock *lock.Lock // of the folder
	was  os.FileInfo
	mark *lastFile

	// Of one that is opened for reading while nobody writes to it.
	damage *bus.Corrupt // what is known to be missing at its end; nil: nothing
	done   func() error // called by Close
}

var _ bus.Journal = (*Journal)(nil)

// Open opens the journal in that file, or makes it, readable by its owner only, and takes the lock of its
// folder: if another process has it, a daemon for one, the error is a [*lock.Held]. It refuses a file of a newer
// schema, one that SQLite does not keep as durably as it was told to, and one whose write-ahead log is damaged,
// with a [*bus.Corrupt]: SQLite would go on without what is behind the damage.
func Open(path string) (*Journal, error) { return open(path, nil) }

// OpenDamaged is Open for who has to go on without the records that are missing at the journal's end. It
// tells them, if there are any, with the name that a copy of the write-ahead log has, if there was one.
func OpenDamaged(path string, lost func(c *bus.Corrupt, aside string)) (*Journal, error) {
	return open(path, lost)
}

func open(path string, lost func(*bus.Corrupt, string)) (s *Journal, err error) {
	s = &Journal{path: path}
	defer func() {
		if err != nil {
			s, err = nil, errors.Join(fmt.Errorf("bus: sqlite %s: %w", path, advised(err)), s.Close())
		}
	}()
	if s.lock, err = lock.Acquire(context.Background(), filepath.Dir(path)); err != nil {
		return s, err
	}
	if err := s.inspect(lost); err != nil {
		return s, err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return s, err
	}
	s.was, err = f.Stat()
	// From here on only SQLite may open the file: its locks end when this process closes any handle of it.
	if err = errors.Join(err, f.Close()); err != nil {
		return s, err
	}
	if s.mark, err = openLast(path); err != nil {
		return s, err
	}
	if s.read, err = conn.Readers(path, conn.ReadWrite, readers); err != nil {
		return s, err
	}
	if s.write, err = conn.Writer(path, "auto_vacuum(INCREMENTAL)"); err != nil {
		return s, err
	}
	return s, s.prepare()
}

// prepare refuses a file of another schema, asserts the pragmas, makes the tables of a new file and finds the last record.
func (s *Journal) prepare() error {
	v, err := version(s.read) // before the connection that writes is used: its pragmas change a file
	if err == nil && (v < 0 || v > schemaVersion) {
		err = schemaError(v)
	}
	if err != nil {
		return err
	}
	if err := conn.Check(s.write); err != nil {
		return err
	}
	if err := s.create(v); err != nil {
		return fmt.Errorf("make the tables: %w", err)
	}
	s.schema = schemaVersion
	last, err := newest(s.read)
	s.last.Store(last)
	if err == nil {
		err = s.mark.raise(last)
	}
	return err
}

// create brings the tables up from a version, 0 for a new file; all or nothing.
func (s *Journal) create(from int) error {
	if from == schemaVersion {
		return nil
	}
	tx, err := s.write.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after Commit it does nothing
	for _, tables := range schemaTables[from:] {
		if _, err := tx.Exec(tables); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(fmt.Sprintf("PRAGMA user_version = %d", schemaVersion)); err != nil {
		return err
	}
	return tx.Commit()
}

func version(db *sql.DB) (v int, err error) {
	if err := db.QueryRow("PRAGMA user_version").Scan(&v); err != nil {
		return 0, fmt.Errorf("read the schema's version: %w", err)
	}
	return v, nil
}

func schemaError(v int) error {
	if v > schemaVersion {
		return fmt.Errorf("the journal has schema %d, this build knows %d: use a newer curfew", v, schemaVersion)
	}
	return fmt.Errorf("this is no journal of curfew (schema %d)", v)
}

// Last is the seq of the newest record.
func (s *Journal) Last() (uint64, error) {
	if s.write != nil {
		return s.last.Load(), nil
	}
	return newest(s.read)
}

func newest(db *sql.DB) (last uint64, err error) {
	if err := db.QueryRow("SELECT coalesce(max(last), 0) FROM journal").Scan(&last); err != nil {
		return 0, fmt.Errorf("bus: sqlite: find the last record: %w", err)
	}
	return last, nil
}

// Cursors returns every cursor that was saved.
func (s *Journal) Cursors() ([]bus.Cursor, error) {
	rows, err := s.read.Query("SELECT name, topic, seq, parked FROM journal_cursor ORDER BY name, topic")
	if err != nil {
		return nil, fmt.Errorf("bus: sqlite: read cursors: %w", err)
	}
	defer rows.Close()
	var cs []bus.Cursor
	for rows.Next() {
		var c bus.Cursor
		var parked []byte
		if err := rows.Scan(&c.Name, &c.Topic, &c.Seq, &parked); err != nil {
			return nil, fmt.Errorf("bus: sqlite: read cursors: %w", err)
		}
		if err := json.Unmarshal(parked, &c.Parked); err != nil {
			return nil, fmt.Errorf("bus: sqlite: cursor %q on %q: %w", c.Name, c.Topic, err)
		}
		cs = append(cs, c)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("bus: sqlite: read cursors: %w", err)
	}
	return cs, nil
}

// SaveCursor keeps the cursor durably.
func (s *Journal) SaveCursor(c bus.Cursor) error {
	if s.write == nil {
		return errReadOnly
	}
	parked, err := json.Marshal(c.Parked)
	if err != nil {
		return fmt.Errorf("bus: sqlite: save cursor: %w", err)
	}
	const upsert = `INSERT INTO journal_cursor (name, topic, seq, parked) VALUES (?, ?, ?, ?)
		ON CONFLICT (name, topic) DO UPDATE SET seq = excluded.seq, parked = excluded.parked`
	if _, err := s.write.Exec(upsert, c.Name, string(c.Topic), int64(c.Seq), string(parked)); err != nil {
		return fmt.Errorf("bus: sqlite: save cursor %q on %q: %w", c.Name, c.Topic, advised(err))
	}
	return nil
}

var errReadOnly = errors.New("bus: sqlite: opened for reading only")

// Close closes the file; what was appended is durable already.
func (s *Journal) Close() error {
	var errs []error
	if s.read != nil {
		errs = append(errs, s.read.Close())
	}
	if s.write != nil {
		errs = append(errs, s.write.Close())
	}
	errs = append(errs, s.mark.close())
	if s.lock != nil {
		errs = append(errs, s.lock.Release())
	}
	if s.done != nil {
		errs = append(errs, s.done())
		s.done = nil
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("bus: sqlite: close: %w", err)
	}
	return nil
}

// Append writes the records in blocks, in one transaction, and returns when they are on the disk.
func (s *Journal) Append(rs []messages.Record) error {
	if s.write == nil {
		return errReadOnly
	}
	if len(rs) == 0 {
		return nil
	}
	if want := s.last.Load() + 1; rs[0].Seq != want {
		return fmt.Errorf("bus: sqlite: append: seq %d where %d is next", rs[0].Seq, want)
	}
	blocks, err := encodeBlocks(rs)
	if err != nil {
		return fmt.Errorf("bus: sqlite: append: %w", err)
	}
	tx, err := s.write.Begin()
	if err != nil {
		return fmt.Errorf("bus: sqlite: append: %w", locked(advised(err)))
	}
	defer tx.Rollback() //nolint:errcheck // after Commit it does nothing
	for _, b := range blocks {
		if _, err := tx.Exec("INSERT INTO journal (first, last, crc, block) VALUES (?, ?, ?, ?)", int64(b.first), int64(b.last), int64(b.sum()), b.lines); err != nil {
			return fmt.Errorf("bus: sqlite: append records %d to %d: %w", b.first, b.last, advised(err))
		}
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("bus: sqlite: append records %d to %d: %w", rs[0].Seq, rs[len(rs)-1].Seq, advised(err))
	}
	last := rs[len(rs)-1].Seq
	s.last.Store(last)
	return s.mark.raise(last)
}
