package sqlite_test

import (
	"path/filepath"
	"testing"

	"curfew/bus"
	"curfew/bus/bustest"
	"curfew/bus/sqlite"
)

// A file of the build before snapshots can be read as it is, and is brought to the newest version for writing.
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
