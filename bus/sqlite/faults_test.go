package sqlite_test

import (
	"database/sql"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"curfew/bus"
	"curfew/bus/bustest"
	"curfew/bus/sqlite"
	"curfew/messages"
)

// lockFile takes the file's lock for writing, as another process would, until the test calls unlock.
func lockFile(t *testing.T, path string) (unlock func()) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?_txlock=immediate")
	if err != nil {
		t.Fatal(err)
	}
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := errors.Join(tx.Rollback(), db.Close()); err != nil {
			t.Error(err)
		}
	}
}

// An append waits for the lock of another process. If that takes too long, the error says that it may be tried again.
func TestSQLiteLocked(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	j := open(t, path)
	unlock := lockFile(t, path)
	done := make(chan error, 1)
	go func() { done <- j.Append(bustest.Chain(2)) }()
	select {
	case err := <-done:
		t.Fatalf("it did not wait: %v", err)
	case <-time.After(200 * time.Millisecond):
	}
	unlock()
	if err := <-done; err != nil {
		t.Fatalf("when the lock is free: %v", err)
	}
	if err := j.Pragma("busy_timeout = 20"); err != nil {
		t.Fatal(err)
	}
	unlock = lockFile(t, path)
	if err := j.Append(bustest.Chain(3)[2:]); !errors.Is(err, bus.ErrLocked) {
		t.Errorf("the lock is held for too long: %v", err)
	}
	unlock()
	if err := j.Append(bustest.Chain(3)[2:]); err != nil {
		t.Errorf("once more: %v", err)
	}
	if got := bustest.Records(t, j); !reflect.DeepEqual(got, bustest.Chain(3)) {
		t.Errorf("the journal has %v", got)
	}
}

// On a full disk an append fails as a whole, and says what to do. When there is room again, appends go on.
func TestSQLiteFull(t *testing.T) {
	j := open(t, filepath.Join(t.TempDir(), "journal.db"))
	if err := j.Append(bustest.Chain(1)); err != nil {
		t.Fatal(err)
	}
	if err := j.Pragma("max_page_count = 1"); err != nil { // SQLite takes the pages that there are
		t.Fatal(err)
	}
	many := bustest.Chain(10_000)[1:]
	err := j.Append(many)
	if err == nil || !strings.Contains(err.Error(), "the disk is full: make room") {
		t.Fatalf("the disk is full: %v", err)
	}
	if got := bustest.Records(t, j); !reflect.DeepEqual(got, bustest.Chain(1)) {
		t.Errorf("%d records are left", len(got))
	}
	if err := j.Pragma("max_page_count = 1000000"); err != nil {
		t.Fatal(err)
	}
	if err := j.Append(many); err != nil {
		t.Errorf("with room: %v", err)
	}
	if got := bustest.Records(t, j); !reflect.DeepEqual(got, bustest.Chain(10_000)) {
		t.Errorf("with room there are %d records", len(got))
	}
}

// A long transaction that reads, in another process, does not hinder an append.
func TestSQLiteLongReader(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	j := open(t, path)
	rs := bustest.Chain(500)
	if err := j.Append(rs[:1]); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	count := func() (n int) {
		if err := tx.QueryRow("SELECT count(*) FROM journal").Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	count()
	for i := 1; i < len(rs); i++ {
		if err := j.Append(rs[i : i+1]); err != nil {
			t.Fatalf("append %d: %v", i, err)
		}
	}
	if n := count(); n != 1 {
		t.Errorf("the reader sees %d rows", n)
	}
	if err := tx.Rollback(); err != nil {
		t.Error(err)
	}
	if got := bustest.Records(t, j); !reflect.DeepEqual(got, rs) {
		t.Errorf("%d records", len(got))
	}
}

// However much of the last write is torn off, the file opens. Every append that was whole is there, and no part of
// another.
func TestSQLiteTornWrite(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	j := open(t, path)
	rs := bustest.Chain(40)
	size := func(suffix string) int64 {
		info, err := os.Stat(path + suffix)
		if err != nil {
			t.Fatal(err)
		}
		return info.Size()
	}
	ends := map[int]int64{0: size("-wal")} // where the log ended when so many records were in it
	for i := 0; i < len(rs); i += 2 {
		if err := j.Append(rs[i : i+2]); err != nil {
			t.Fatal(err)
		}
		ends[i+2] = size("-wal")
	}
	whole, random := size("-wal"), rand.New(rand.NewPCG(1, 2))
	for range 60 {
		cut := ends[0] + random.Int64N(whole-ends[0]+1)
		want := 0
		for n, end := range ends {
			if end <= cut {
				want = max(want, n)
			}
		}
		torn := copyJournal(t, path, cut)
		found := bustest.Records(t, torn)
		if !reflect.DeepEqual(found, append([]messages.Record(nil), rs[:want]...)) {
			t.Fatalf("cut at %d of %d: %d records, want %d", cut, whole, len(found), want)
		}
		if err := torn.Append(rs[want:]); want < len(rs) && err != nil {
			t.Fatalf("cut at %d: append: %v", cut, err)
		}
		if got := bustest.Records(t, torn); !reflect.DeepEqual(got, rs) {
			t.Fatalf("cut at %d: it went on with %d records", cut, len(got))
		}
	}
}

// copyJournal opens a copy of a journal as a crash leaves it, with the write-ahead log cut off at that byte.
func copyJournal(t *testing.T, path string, cut int64) *sqlite.Journal {
	t.Helper()
	to := filepath.Join(t.TempDir(), "journal.db")
	for _, suffix := range []string{"", "-wal"} {
		b, err := os.ReadFile(path + suffix)
		if err != nil {
			t.Fatal(err)
		}
		if suffix == "-wal" {
			b = b[:cut]
		}
		if err := os.WriteFile(to+suffix, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return open(t, to)
}
