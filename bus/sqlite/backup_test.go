package sqlite_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"curfew/bus"
	"curfew/bus/bustest"
	"curfew/bus/sqlite"
)

func TestBackup(t *testing.T) {
	dir := t.TempDir()
	from, to := filepath.Join(dir, "journal.db"), filepath.Join(dir, "copy.db")
	j := open(t, from)
	if err := j.Append(bustest.Chain(100)); err != nil {
		t.Fatal(err)
	}
	if err := j.SaveSnapshot(bus.Snapshot{Seq: 100}, bustest.Lines(3, 10)); err != nil {
		t.Fatal(err)
	}
	got, err := sqlite.Backup(t.Context(), from, to) // while j is open, as a daemon's is
	if err != nil || got.First != 1 || got.Last != 100 || got.Snapshots != 1 || got.At == 0 {
		t.Fatalf("backup: %+v, %v", got, err)
	}
	if i, err := os.Stat(to); err != nil || i.Mode().Perm() != 0o600 {
		t.Errorf("the copy: %v, %v", i.Mode(), err)
	}
	if _, err := sqlite.Backup(t.Context(), from, to); !errors.Is(err, fs.ErrExist) {
		t.Errorf("over a file that is there: %v", err)
	}
	if _, err := sqlite.Backup(t.Context(), filepath.Join(dir, "none.db"), filepath.Join(dir, "x.db")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("of a file that is not there: %v", err)
	}

	foreign := filepath.Join(t.TempDir(), "foreign.db")
	if err := os.WriteFile(foreign+"-wal", []byte("of another journal"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := sqlite.Restore(t.Context(), to, foreign); !errors.Is(err, fs.ErrExist) {
		t.Errorf("restore beside a write-ahead log that is there: %v", err)
	}
	again := filepath.Join(t.TempDir(), "again.db") // a folder has one journal that is written to
	if got, err := sqlite.Restore(t.Context(), to, again); err != nil || got.Last != 100 {
		t.Fatalf("restore: %+v, %v", got, err)
	}
	if _, err := sqlite.Restore(t.Context(), to, again); !errors.Is(err, fs.ErrExist) {
		t.Errorf("restore over a file that is there: %v", err)
	}
	k := open(t, again)
	if rs, err := k.Read(1, 1000); err != nil || len(rs) != 100 {
		t.Errorf("restored: %d records, %v", len(rs), err)
	}
	if n, err := bustest.ReadLines(k, 100); n != 3 || err != nil {
		t.Errorf("restored snapshot: %d lines, %v", n, err)
	}
}

// A damaged backup is not restored, and no file is left of the try.
func TestADamagedBackup(t *testing.T) {
	dir := t.TempDir()
	for name, damage := range map[string]string{
		"record":    "UPDATE journal SET crc = crc + 1",
		"snapshot":  "UPDATE snapshot_part SET crc = crc + 1",
		"beginning": "DELETE FROM journal WHERE first = 1",
	} {
		path := filepath.Join(dir, name+".db")
		j := open(t, path)
		for _, r := range bustest.Chain(3) {
			if err := j.Append(bustest.Chain(3)[r.Seq-1 : r.Seq]); err != nil {
				t.Fatal(err)
			}
		}
		if err := j.SaveSnapshot(bus.Snapshot{Seq: 3}, bustest.Lines(3, 10)); err != nil {
			t.Fatal(err)
		}
		_ = j.Close()
		exec(t, path, damage)
		to := filepath.Join(dir, name+"-to.db")
		if _, err := sqlite.Restore(t.Context(), path, to); err == nil {
			t.Errorf("%s: restored", name)
		}
		if _, err := sqlite.Backup(t.Context(), path, to); err == nil {
			t.Errorf("%s: backed up", name)
		}
		for _, f := range []string{to, to + ".partial"} {
			if _, err := os.Stat(f); err == nil {
				t.Errorf("%s: %s was left behind", name, f)
			}
		}
	}
}
