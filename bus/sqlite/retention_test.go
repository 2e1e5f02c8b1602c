package sqlite_test

import (
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"curfew/bus"
	"curfew/messages"
)

// Records that Drop removed give their room back, stay removed, and are no damage.
func TestTheFileShrinks(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	j := open(t, path)
	random := rand.New(rand.NewPCG(1, 2))
	for next := uint64(1); next <= 2000; next += 100 {
		rs := make([]messages.Record, 100)
		for i := range rs {
			text := make([]byte, 4000) // which no compression makes shorter
			for k := range text {
				text[k] = byte('0' + random.IntN('z'-'0'))
			}
			rs[i] = messages.Record{Seq: next + uint64(i), At: 1, ID: "x", Body: messages.JobPaused{By: string(text)}}
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
