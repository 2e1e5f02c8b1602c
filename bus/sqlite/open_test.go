package sqlite_test

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"curfew/bus"
	"curfew/bus/bustest"
	"curfew/bus/lock"
	"curfew/bus/sqlite"
	"curfew/messages"
)

func TestSQLiteRoundTrip(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a ?name%20 with#marks.db")
	j := open(t, path)
	want := bustest.Chain(5000) // several blocks
	want[17].Body = messages.Opaque{On: "x", Payload: []byte{0, 255}, Metadata: map[string]string{"a": "b"}}
	want[18].Body = messages.AttemptSucceeded{Output: strings.Repeat("<&\u2028>", 40_000)} // larger than a block
	want[19].Cause = 18
	for _, part := range [][]messages.Record{want[:1], want[1:4000], want[4000:]} {
		if err := j.Append(part); err != nil {
			t.Fatal(err)
		}
	}
	check := func(j *sqlite.Journal) {
		t.Helper()
		if got := bustest.Records(t, j); !reflect.DeepEqual(got, want) {
			t.Fatalf("%d records came back differently", len(got))
		}
		if last, err := j.Last(); err != nil || last != 5000 {
			t.Errorf("last %d, %v", last, err)
		}
		for _, from := range []uint64{2, 1500, 5000} {
			if rs, err := j.Read(from, 1); err != nil || len(rs) != 1 || rs[0].Seq != from {
				t.Errorf("read one from %d: %v, %v", from, rs, err)
			}
		}
		if rs, err := j.Read(5001, 10); err != nil || rs != nil {
			t.Errorf("behind the end: %v, %v", rs, err)
		}
	}
	check(j)
	if err := j.Append(want[:1]); err == nil {
		t.Error("an append that does not follow the last record succeeded")
	}
	cursor := bus.Cursor{Name: "n", Topic: "x", Seq: 9, Parked: []bus.Parked{{Subscriber: "n", Topic: "x", Seq: 8}}}
	for _, seq := range []uint64{9, 12} {
		cursor.Seq = seq
		if err := j.SaveCursor(cursor); err != nil {
			t.Fatal(err)
		}
	}

	running, err := sqlite.OpenReadOnly(path) // while it is open for writing
	if err != nil {
		t.Fatal(err)
	}
	check(running)
	if err := running.Append(want[:1]); err == nil {
		t.Error("a journal that is open for reading was written")
	}
	if err := errors.Join(running.Close(), running.Close(), j.Close(), j.Close()); err != nil {
		t.Errorf("close: %v", err)
	}
	stopped, err := sqlite.OpenReadOnly(path)
	if err != nil {
		t.Fatal(err)
	}
	check(stopped)
	_ = stopped.Close()

	again := open(t, path)
	check(again)
	if cs, err := again.Cursors(); err != nil || len(cs) != 1 || !reflect.DeepEqual(cs[0], cursor) {
		t.Errorf("cursors %+v, %v", cs, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file's mode is %v, %v", info.Mode(), err)
	}
}

// After any change of the file, reading fails and names the records.
func TestSQLiteDamage(t *testing.T) {
	for name, statement := range map[string]string{
		"a byte of the block": `UPDATE journal SET block = CAST(replace(block, '"a"', '"b"') AS BLOB) WHERE first = 2`,
		"a white space":       `UPDATE journal SET block = CAST(block || ' ' AS BLOB) WHERE first = 2`,
		"the checksum":        `UPDATE journal SET crc = crc + 1 WHERE first = 2`,
		"a negative checksum": `UPDATE journal SET crc = -crc WHERE first = 2`,
		"the last seq":        `UPDATE journal SET last = 4 WHERE first = 2`,
		"the first seq":       `UPDATE journal SET first = 3 WHERE first = 2`,
		"a block is gone":     `DELETE FROM journal WHERE first = 2`,
		"the first one is":    `DELETE FROM journal WHERE first = 1; UPDATE journal SET first = 1 WHERE first = 2`,
		"a block swapped":     `UPDATE journal SET block = (SELECT block FROM journal WHERE first = 4), crc = (SELECT crc FROM journal WHERE first = 4) WHERE first = 2`,
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "journal.db")
			j := open(t, path)
			rs := bustest.Chain(5)
			for _, part := range [][]messages.Record{rs[:1], rs[1:3], rs[3:]} {
				if err := j.Append(part); err != nil {
					t.Fatal(err)
				}
			}
			exec(t, path, statement)
			var read []uint64
			err := bus.Scan(j, 1, func(r messages.Record) error { read = append(read, r.Seq); return nil })
			var corrupt *bus.Corrupt
			if !errors.As(err, &corrupt) || corrupt.First > 2 || corrupt.Last < 2 {
				t.Fatalf("error %v, want one that names record 2", err)
			}
			if len(read) > 1 {
				t.Errorf("records %v were read", read)
			}
			if _, err := bus.Open(bus.Options{Journal: j}); err == nil {
				t.Error("a log was opened on it")
			}
		})
	}
}

func TestSQLiteRefusesForeignFiles(t *testing.T) {
	dir := t.TempDir()
	newer := filepath.Join(dir, "newer.db")
	_ = open(t, newer).Close()
	exec(t, newer, "PRAGMA user_version = 99")
	junk := filepath.Join(dir, "junk.db")
	if err := os.WriteFile(junk, []byte(strings.Repeat("no database ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ path, want string }{
		{newer, "use a newer curfew"},
		{junk, "not a database"},
		{filepath.Join(dir, "none", "journal.db"), "no such file"},
	} {
		for kind, open := range map[string]func(string) (*sqlite.Journal, error){"open": sqlite.Open, "read only": sqlite.OpenReadOnly} {
			if _, err := open(c.path); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s %s: error %v, want %q", kind, filepath.Base(c.path), err, c.want)
			}
		}
	}
	if _, err := sqlite.OpenReadOnly(filepath.Join(dir, "absent.db")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("reading a file that is not there: %v", err)
	}
}

// A second writer is refused. The error says which process has the journal, and what works instead.
func TestSQLiteSecondWriter(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	one := open(t, path)
	_, err := sqlite.Open(path)
	var held *lock.Held
	if !errors.As(err, &held) || held.PID != os.Getpid() || !strings.Contains(err.Error(), "the commands or the HTTP API to talk to it") {
		t.Errorf("the second writer: %v", err)
	}
	if err := one.Append(bustest.Chain(2)); err != nil {
		t.Fatal(err)
	}
}

// If another program writes to the file, the next append fails and says so.
func TestSQLiteForeignWriter(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	j := open(t, path)
	exec(t, path, "INSERT INTO journal (first, last, crc, block) VALUES (1, 1, 0, x'')")
	if err := j.Append(bustest.Chain(1)); err == nil || !strings.Contains(err.Error(), "another process has written to this journal") {
		t.Errorf("append: %v", err)
	}
}

// The error for a path that is too long for SQLite says its length.
func TestSQLiteLongPath(t *testing.T) {
	dir := t.TempDir()
	for len(dir) < 900 {
		dir = filepath.Join(dir, strings.Repeat("d", 200))
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := sqlite.Open(filepath.Join(dir, "journal.db")); err == nil || !strings.Contains(err.Error(), "SQLite takes at most") {
		t.Errorf("open: %v", err)
	}
}

// After a crash every appended record is there, whether the file and its write-ahead log are opened for reading or for
// writing.
func TestSQLiteAfterCrash(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	j := open(t, path)
	if err := j.Append(bustest.Chain(3)); err != nil {
		t.Fatal(err)
	}
	for name, open := range map[string]func(string) (*sqlite.Journal, error){"read only": sqlite.OpenReadOnly, "writing": sqlite.Open} {
		found := filepath.Join(t.TempDir(), "journal.db")
		for _, suffix := range []string{"", "-wal"} {
			b, err := os.ReadFile(path + suffix)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(found+suffix, b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		crashed, err := open(found)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got := bustest.Records(t, crashed); !reflect.DeepEqual(got, bustest.Chain(3)) {
			t.Errorf("%s: %d records are left", name, len(got))
		}
		_ = crashed.Close()
	}
}
