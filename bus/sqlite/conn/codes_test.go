//go:build unix

package conn

import (
	"path/filepath"
	"testing"

	lib "modernc.org/sqlite/lib"
)

// TestCodes: the numbers are those that SQLite's own source has.
func TestCodes(t *testing.T) {
	for ours, theirs := range map[int]int{
		Busy: lib.SQLITE_BUSY, ReadOnlyFS: lib.SQLITE_READONLY, IOError: lib.SQLITE_IOERR, Corrupt: lib.SQLITE_CORRUPT,
		Full: lib.SQLITE_FULL, CantOpen: lib.SQLITE_CANTOPEN, Constraint: lib.SQLITE_CONSTRAINT,
		Mismatch: lib.SQLITE_MISMATCH, NotADB: lib.SQLITE_NOTADB,
	} {
		if ours != theirs {
			t.Errorf("%d is %d in SQLite", ours, theirs)
		}
	}
}

// TestCode: an error of SQLite has its code, whatever it is wrapped in, and any other error has none.
func TestCode(t *testing.T) {
	db, err := Readers(filepath.Join(t.TempDir(), "none", "x.db"), ReadOnly, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Ping(); Code(err) != CantOpen {
		t.Errorf("%v has the code %d", err, Code(err))
	}
	if got := Code(filepath.ErrBadPattern); got != 0 {
		t.Errorf("%d is not 0", got)
	}
}
