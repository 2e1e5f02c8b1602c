// Package conn opens SQLite files as Curfew needs them. The journal and the run history share one file, and with it
// one write-ahead log: both open it here, so that both wait for locks, sync and shrink the log in the same way, and
// take turns.
package conn

import (
	"database/sql"
	"fmt"
	"net/url"
	"path/filepath"
)

const (
	busyTime = 5000     // how long a statement waits for a lock, in milliseconds
	walSize  = 64 << 20 // the write-ahead log shrinks to this after a checkpoint, in bytes
	maxPath  = 500      // the longest path, in bytes; SQLite adds a suffix to it
)

// A Mode is how SQLite opens a file: a parameter of its URI and the value.
type Mode struct{ parameter, value string }

// The modes of [Readers].
var (
	ReadWrite = Mode{}
	ReadOnly  = Mode{"mode", "ro"}
	Immutable = Mode{"immutable", "1"} // SQLite locks nothing and looks for no write-ahead log
)

// Readers opens a pool of that many connections, which refuse to write.
func Readers(path string, mode Mode, connections int) (*sql.DB, error) {
	return open(path, mode, connections, "query_only(1)")
}

// Check asks SQLite whether the connection of a [Writer] is as durable as it was told to be: the driver ignores a
// pragma that it does not know, and a file system may not allow it.
func Check(writer *Writer) error {
	want := map[string]string{"journal_mode": "wal", "synchronous": "2", "busy_timeout": fmt.Sprint(busyTime)}
	for pragma, want := range want {
		var got string
		if err := writer.QueryRow("PRAGMA " + pragma).Scan(&got); err != nil {
			return fmt.Errorf("pragma %s: %w", pragma, err)
		}
		if got != want {
			return fmt.Errorf("pragma %s is %s and must be %s: is the file on a network drive?", pragma, got, want)
		}
	}
	return nil
}

// open makes a pool whose every connection has these pragmas. SQLite sees the file at the first statement.
func open(path string, mode Mode, connections int, pragmas ...string) (*sql.DB, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	if len(abs) > maxPath {
		return nil, fmt.Errorf("the path %s has %d bytes, and SQLite takes at most %d: choose a shorter data folder", abs, len(abs), maxPath)
	}
	q := url.Values{"_txlock": {"immediate"}, "_pragma": append([]string{fmt.Sprintf("busy_timeout(%d)", busyTime), "temp_store(MEMORY)"}, pragmas...)}
	if mode != ReadWrite {
		q.Set(mode.parameter, mode.value)
	}
	u := url.URL{Scheme: "file", OmitHost: true, Path: filepath.ToSlash(abs), RawQuery: q.Encode()}
	db, err := connect(u.String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return db, nil
}
