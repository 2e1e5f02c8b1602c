package sqlite_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"curfew/bus"
	"curfew/bus/bustest"
	"curfew/bus/sqlite"
	"curfew/messages"
)

func TestASnapshotIsChecked(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	j := open(t, path)
	if err := j.SaveSnapshot(bus.Snapshot{Seq: 9}, bustest.Lines(3, 8)); err != nil {
		t.Fatal(err)
	}
	exec(t, path, "UPDATE snapshot_part SET lines = CAST(lines || 'x' AS BLOB)")
	if _, err := bustest.ReadLines(j, 9); err == nil || !strings.Contains(err.Error(), "snapshot 9: part 0: the checksum is") {
		t.Errorf("a changed byte: %v", err)
	}
	exec(t, path, "DELETE FROM snapshot_part")
	if _, err := bustest.ReadLines(j, 9); err == nil {
		t.Error("a part that is missing was not missed")
	}
}

// What was let go gives its room back, stays gone, and is no damage.
func TestTheFileShrinks(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	j := open(t, path)
	for next := uint64(1); next <= 2000; next += 100 {
		rs := make([]messages.Record, 100)
		for i := range rs {
			rs[i] = messages.Record{Seq: next + uint64(i), At: 1, ID: "x", Body: messages.JobPaused{By: strings.Repeat("z", 4000)}}
		}
		if err := j.Append(rs); err != nil {
			t.Fatal(err)
		}
	}
	size := func() int64 {
		exec(t, path, "PRAGMA wal_checkpoint(TRUNCATE)")
		i, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		return i.Size()
	}
	before := size()
	if err := j.Drop(1900); err != nil {
		t.Fatal(err)
	}
	if after := size(); after > before/4 {
		t.Errorf("the file has %d bytes, it had %d", after, before)
	}
	first, err := j.First()
	if err != nil || first < 1800 {
		t.Fatalf("first %d, %v", first, err)
	}
	_ = j.Close()
	again := open(t, path)
	if now, err := again.First(); now != first || err != nil {
		t.Errorf("opened again the first is %d, %v; it was %d", now, err, first)
	}
	exec(t, path, "DELETE FROM journal WHERE first = (SELECT min(first) FROM journal)")
	var corrupt *bus.Corrupt
	if _, err := again.Read(1, 1); !errors.As(err, &corrupt) || corrupt.First != first {
		t.Errorf("a block that is missing: %v", err)
	}
}

// A file of the build before snapshots is brought up, and can be read as it is.
func TestSQLiteVersionOne(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	j := open(t, path)
	if err := j.Append(bustest.Chain(3)); err != nil {
		t.Fatal(err)
	}
	_ = j.Close()
	exec(t, path, "DROP TABLE journal_floor; DROP TABLE snapshot_head; DROP TABLE snapshot_part; PRAGMA user_version = 1")
	old, err := sqlite.OpenReadOnly(path)
	if err != nil {
		t.Fatal(err)
	}
	if rs, err := old.Read(1, 10); len(rs) != 3 || err != nil {
		t.Errorf("read as it is: %v, %v", rs, err)
	}
	if all, err := old.Snapshots(); len(all) != 0 || err != nil {
		t.Errorf("its snapshots: %v, %v", all, err)
	}
	_ = old.Close()
	up := open(t, path)
	if err := up.SaveSnapshot(bus.Snapshot{Seq: 3}, bustest.Lines(1, 1)); err != nil {
		t.Error(err)
	}
	if rs, err := up.Read(1, 10); len(rs) != 3 || err != nil {
		t.Errorf("brought up: %v, %v", rs, err)
	}
}
