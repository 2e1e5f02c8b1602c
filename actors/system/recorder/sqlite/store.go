package sqlite

import (
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"

	"go.uber.org/zap"

	"curfew/actors/system/recorder"
	"curfew/bus/sqlite/conn"
)

// schema is the version of the tables; it is kept in history_meta, since user_version is the journal's.
const schema = 9

// readers is how many connections read.
const readers = 2

// writerCache bounds the pages, in KiB, that the connection that writes has in memory: those of one transaction, as SQLite
// forgets them when the journal has written. With fewer, pages are written more than once in a transaction.
const writerCache = 16 << 10

// cursorName is the row of reader_cursor.
const cursorName = "recorder"

// takenKey is the row of history_meta that says up to which record there is anything in the tables, see [held].
const takenKey = "taken"

// findCursor selects the cursor and that record, which may not be noted.
const findCursor = "SELECT seq, max(seq, coalesce((SELECT value FROM history_meta WHERE key = ?), 0)) FROM reader_cursor WHERE name = ?"

const tables = `
CREATE TABLE history_meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE reader_cursor (name TEXT PRIMARY KEY, seq INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE history_job (
	name TEXT PRIMARY KEY, runs INTEGER NOT NULL, age INTEGER NOT NULL, removed INTEGER NOT NULL, finished INTEGER NOT NULL,
	` + streakColumns + `, ` + endColumns + `
) STRICT, WITHOUT ROWID;
` + runTable + `INSERT INTO history_meta VALUES ('schema', 9);
INSERT INTO reader_cursor VALUES ('recorder', 0);
` + sumTables

// A Store is the run history in an SQLite file.
type Store struct {
	write *conn.Writer
	read  *sql.DB
	path  string
	log   *zap.Logger

	portion, most int // see [portionRuns], [mostRuns]

	// The recorder's own.
	swept string // the last job that was looked at
	held  *held  // nil: nothing is, and the cursor is in the tables

	closeOnce sync.Once
	closeErr  error
}

var _ recorder.Store = (*Store)(nil)

// Open opens the history in that file, which is the journal's, or makes it. One of a newer schema is
// refused; one that cannot be read is set aside, which is logged, and the recorder fills a new one.
func Open(path string, log *zap.Logger) (*Store, error) {
	if log == nil {
		log = zap.NewNop()
	}
	s := &Store{path: path, log: log, portion: portionRuns, most: mostRuns}
	var err error
	if s.write, err = conn.NewWriter(path, fmt.Sprintf("cache_size(-%d)", writerCache)); err == nil {
		s.read, err = conn.Readers(path, conn.ReadWrite, readers)
	}
	if err == nil {
		err = s.prepare()
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("history: %s: %w", path, err), s.Close())
	}
	return s, nil
}

// prepare asserts the pragmas, makes the tables of a new file, and looks whether those of an old one can
// be used.
func (s *Store) prepare() error {
	if err := conn.Check(s.write); err != nil {
		return err
	}
	var there int
	count := "SELECT count(*) FROM sqlite_schema WHERE name IN (" + quoted("") + ")"
	if err := s.write.QueryRow(count).Scan(&there); err != nil {
		return err
	}
	if there == 0 {
		return s.Reset()
	}
	err := s.usable()
	if errors.Is(err, recorder.ErrDamaged) {
		s.log.Error("cron: the run history is made anew from the records that the journal still has", zap.Error(err))
		return s.Reset()
	}
	return err
}

// usable looks at the version and at the form of the tables.
func (s *Store) usable() error {
	var v int
	if err := s.write.QueryRow("SELECT value FROM history_meta WHERE key = 'schema'").Scan(&v); err != nil {
		return damaged(fmt.Errorf("read the schema's version: %w", err))
	}
	if v > schema {
		return fmt.Errorf("the run history has schema %d, this build knows %d: use a newer curfew", v, schema)
	}
	if v < schema {
		var err error
		if v, err = s.upgrade(v); err != nil {
			return err
		}
	}
	if v < schema {
		return fmt.Errorf("%w: it has schema %d, and this build's is %d", recorder.ErrDamaged, v, schema)
	}
	if _, err := s.Cursor(); err != nil {
		return err
	}
	for _, q := range []string{
		"SELECT " + columns + ", key, folded FROM run LIMIT 0",
		"SELECT name, runs, age, removed, finished, payer, " + streakNames + ", last_end, noted FROM history_job LIMIT 0",
		"SELECT seq, at, session, state, reason, until FROM history_gate LIMIT 0",
		"SELECT quarter, session, calls, input, output FROM history_spend LIMIT 0",
		"SELECT quarter, job, calls, input, output FROM history_job_spend LIMIT 0",
	} {
		rows, err := s.write.Query(q)
		if err == nil {
			err = errors.Join(rows.Err(), rows.Close())
		}
		if err != nil {
			return damaged(err)
		}
	}
	return nil
}

// Cursor is the seq of the record after which the log has to be read.
func (s *Store) Cursor() (uint64, error) {
	seq, _, err := s.cursor()
	return seq, err
}

// Reached is the seq of the newest record of which anything is in the tables.
func (s *Store) Reached() (uint64, error) {
	_, taken, err := s.cursor()
	return taken, err
}

func (s *Store) cursor() (seq, taken uint64, err error) {
	if err := s.read.QueryRow(findCursor, takenKey, cursorName).Scan(&seq, &taken); err != nil {
		return 0, 0, damaged(fmt.Errorf("read the cursor: %w", err))
	}
	return seq, taken, nil
}

// damaged tells damage, which calls for new tables, from trouble that passes.
func damaged(err error) error {
	if err == nil || errors.Is(err, recorder.ErrDamaged) {
		return err
	}
	switch code := conn.Code(err); {
	case errors.Is(err, sql.ErrNoRows):
	case code == conn.Corrupt || code == conn.Mismatch:
	case code != 0 && strings.Contains(err.Error(), "no such "): // a table or a column: SQLITE_ERROR has no code of its own for it
	default:
		return fmt.Errorf("history: %w", err)
	}
	return fmt.Errorf("%w: %w", recorder.ErrDamaged, err)
}

// Close closes the connections.
func (s *Store) Close() error {
	s.closeOnce.Do(func() {
		if s.read != nil {
			s.closeErr = s.read.Close()
		}
		if s.write != nil {
			s.closeErr = errors.Join(s.closeErr, s.write.Close())
		}
	})
	if s.closeErr != nil {
		return fmt.Errorf("history: close: %w", s.closeErr)
	}
	return nil
}
