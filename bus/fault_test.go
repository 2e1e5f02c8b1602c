package bus_test

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

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"curfew/bus"
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

// An append waits for somebody else's lock. If it is held for too long the error says that it may be tried again.
func TestSQLiteLocked(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	j := openSQLite(t, path)
	unlock := lockFile(t, path)
	done := make(chan error, 1)
	go func() { done <- j.Append(chain(2)) }()
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
	if err := j.Append(chain(3)[2:]); !errors.Is(err, bus.ErrLocked) {
		t.Errorf("the lock is held for too long: %v", err)
	}
	unlock()
	if err := j.Append(chain(3)[2:]); err != nil {
		t.Errorf("once more: %v", err)
	}
	if got := records(t, j); !reflect.DeepEqual(got, chain(3)) {
		t.Errorf("the journal has %v", got)
	}
}

// lockedJournal is one whose lock somebody else holds for so many appends.
type lockedJournal struct {
	*bus.Memory
	left    int
	trouble func() string
	said    []string
}

func (l *lockedJournal) Append(rs []messages.Record) error {
	if l.trouble != nil {
		l.said = append(l.said, l.trouble())
	}
	if l.left > 0 {
		l.left--
		return bus.ErrLocked
	}
	return l.Memory.Append(rs)
}

// The log goes on trying while the journal is locked, and says so; after about a minute it stops with the reason.
func TestLogLocked(t *testing.T) {
	core, logs := observer.New(zapcore.WarnLevel)
	j := &lockedJournal{Memory: bus.NewMemory(), left: bus.LockTries - 1}
	stopped := make(chan error, 1)
	l := openLog(t, bus.Options{Journal: j, Step: step, Logger: zap.New(core), Stopped: func(err error) { stopped <- err }})
	j.trouble = l.Trouble
	if got := commit(t, l, "one", paused("a")); got.Seq != 1 || l.Trouble() != "" {
		t.Errorf("the fact has seq %d; trouble %q", got.Seq, l.Trouble())
	}
	if j.said[0] != "" || !strings.HasPrefix(j.said[1], "nothing can be recorded") || logs.FilterMessageSnippet("nothing can be recorded").Len() != bus.LockTries-1 {
		t.Errorf("it said %q, and the log %v", j.said, logs.All())
	}
	j.left = bus.LockTries
	if _, err := l.Commit(t.Context(), bus.Draft{ID: "two", Fact: paused("b")}); !errors.Is(err, bus.ErrLocked) {
		t.Errorf("a journal that stays locked: %v", err)
	}
	if err := <-stopped; !errors.Is(err, bus.ErrLocked) || !strings.Contains(err.Error(), "end the process") {
		t.Errorf("the log stopped: %v", err)
	}
	if last, _ := j.Last(); last != 2 {
		t.Errorf("the journal has %d records", last)
	}
}

// A disk that is full refuses an append as a whole, and says what to do. Where there is room again it goes on.
func TestSQLiteFull(t *testing.T) {
	j := openSQLite(t, filepath.Join(t.TempDir(), "journal.db"))
	if err := j.Append(chain(1)); err != nil {
		t.Fatal(err)
	}
	if err := j.Pragma("max_page_count = 1"); err != nil { // SQLite takes the pages that there are
		t.Fatal(err)
	}
	many := chain(10_000)[1:]
	err := j.Append(many)
	if err == nil || !strings.Contains(err.Error(), "the disk is full: make room") {
		t.Fatalf("the disk is full: %v", err)
	}
	if got := records(t, j); !reflect.DeepEqual(got, chain(1)) {
		t.Errorf("%d records are left", len(got))
	}
	if err := j.Pragma("max_page_count = 1000000"); err != nil {
		t.Fatal(err)
	}
	if err := j.Append(many); err != nil {
		t.Errorf("with room: %v", err)
	}
	if got := records(t, j); !reflect.DeepEqual(got, chain(10_000)) {
		t.Errorf("with room there are %d records", len(got))
	}
}

// A reader of another process that never ends keeps nobody from appending.
func TestSQLiteLongReader(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	j := openSQLite(t, path)
	rs := chain(500)
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
	if got := records(t, j); !reflect.DeepEqual(got, rs) {
		t.Errorf("%d records", len(got))
	}
}

// Whatever of the last write is torn off, the file opens, and every append that was whole is there, and no part
// of another.
func TestSQLiteTornWrite(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	j := openSQLite(t, path)
	rs := chain(40)
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
		found := records(t, torn)
		if !reflect.DeepEqual(found, append([]messages.Record(nil), rs[:want]...)) {
			t.Fatalf("cut at %d of %d: %d records, want %d", cut, whole, len(found), want)
		}
		if err := torn.Append(rs[want:]); want < len(rs) && err != nil {
			t.Fatalf("cut at %d: append: %v", cut, err)
		}
		if got := records(t, torn); !reflect.DeepEqual(got, rs) {
			t.Fatalf("cut at %d: it went on with %d records", cut, len(got))
		}
	}
}

// copyJournal opens a copy of a journal as a crash leaves it, its write-ahead log cut off there.
func copyJournal(t *testing.T, path string, cut int64) *bus.SQLite {
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
	return openSQLite(t, to)
}
