package sqlite_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"curfew/bus"
	"curfew/bus/bustest"
	"curfew/bus/sqlite"
	"curfew/messages"
)

var walPlaces = flag.Int("wal", 240, "at how many places the write-ahead log is damaged")

// suffixes are of the files of a journal, without the shared memory, which SQLite makes again.
var suffixes = []string{"", "-wal", "-last"}

// files is the files of a journal, by the end of their names.
type files map[string][]byte

func filesOf(t *testing.T, path string) files {
	t.Helper()
	f := files{}
	for _, s := range suffixes {
		b, err := os.ReadFile(path + s)
		if err != nil {
			t.Fatal(err)
		}
		f[s] = b
	}
	return f
}

// with is a copy with another content of one file; nil: without the file.
func (f files) with(suffix string, content []byte) files {
	out := files{}
	for s, b := range f {
		out[s] = b
	}
	if out[suffix] = content; content == nil {
		delete(out, suffix)
	}
	return out
}

// put writes the files to a new folder.
func (f files) put(t *testing.T) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "journal.db")
	for s, b := range f {
		if err := os.WriteFile(path+s, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

// lived is the files of a journal whose process was killed. Its write-ahead log was begun again, so that old frames
// follow the valid ones.
func lived(t *testing.T, rs []messages.Record) files {
	t.Helper()
	path := filepath.Join(t.TempDir(), "journal.db")
	j := open(t, path)
	half := len(rs) * 2 / 3
	for i := range rs[:half] {
		if err := j.Append(rs[i : i+1]); err != nil {
			t.Fatal(err)
		}
	}
	if err := j.Pragma("wal_checkpoint(RESTART)"); err != nil {
		t.Fatal(err)
	}
	for i := half; i < len(rs); i++ {
		if err := j.Append(rs[i : i+1]); err != nil {
			t.Fatal(err)
		}
		if i%3 == 0 {
			if err := j.SaveCursor(bus.Cursor{Name: "n", Topic: "x", Seq: uint64(i)}); err != nil {
				t.Fatal(err)
			}
		}
	}
	return filesOf(t, path)
}

// opens returns the records of a journal that is opened for writing. If that is refused, it checks that no file has
// changed, and returns the records that OpenReadOnly finds.
func opens(t *testing.T, f files) (found []messages.Record, refused error) {
	t.Helper()
	path := f.put(t)
	j, err := sqlite.Open(path)
	if err == nil {
		defer j.Close()
		return bustest.Records(t, j), nil
	}
	if now := filesOf(t, path); !reflect.DeepEqual(now, f) {
		t.Error("the refusal has changed the files")
	}
	look, failed := sqlite.OpenReadOnly(path)
	if failed != nil {
		t.Fatalf("refused with %v; a look at it: %v", err, failed)
	}
	defer look.Close()
	failed = bus.Scan(look, 1, func(r messages.Record) error { found = append(found, r); return nil })
	var corrupt *bus.Corrupt
	if !errors.As(failed, &corrupt) || corrupt.First != uint64(len(found)+1) {
		t.Errorf("refused with %v; a look at it finds %d records and %v", err, len(found), failed)
	}
	return found, err
}

// TestWALDamage flips a bit of the write-ahead log, or cuts it off, at random places. Either all records are there, or
// the journal is refused with the numbers of the missing ones. No record is lost in silence.
func TestWALDamage(t *testing.T) {
	rs := bustest.Chain(60)
	f := lived(t, rs)
	wal, random := f["-wal"], rand.New(rand.NewPCG(7, 1))
	refusals := 0
	for n := range *walPlaces {
		at := random.IntN(len(wal))
		damaged := bytes.Clone(wal)
		if n%3 == 0 {
			damaged = damaged[:at]
		} else {
			damaged[at] ^= 1 << random.IntN(8)
		}
		found, err := opens(t, f.with("-wal", damaged))
		var corrupt *bus.Corrupt
		switch {
		case err == nil:
			if !reflect.DeepEqual(found, rs) {
				t.Fatalf("place %d, byte %d of %d: %d of %d records are left, without a word", n, at, len(wal), len(found), len(rs))
			}
			continue
		case !errors.As(err, &corrupt) || corrupt.First != uint64(len(found)+1) || corrupt.Last != max(corrupt.First, uint64(len(rs))):
			t.Fatalf("place %d, byte %d of %d: refused with %v; %d records can be read", n, at, len(wal), err, len(found))
		case len(found) > 0 && !reflect.DeepEqual(found, rs[:len(found)]):
			t.Fatalf("place %d: other records can be read", n)
		}
		refusals++
	}
	if refusals < *walPlaces/4 {
		t.Errorf("of %d damages only %d were refused: the test hits nothing", *walPlaces, refusals)
	}
	t.Logf("%d places, %d refused, nothing lost in silence", *walPlaces, refusals)
}

// TestWALDamageUnknown is the same for a journal without the file that holds its newest seq, as an older build left it.
// Then damage in the last transactions cannot be distinguished from a transaction that a crash has torn.
func TestWALDamageUnknown(t *testing.T) {
	const torn = 2
	rs := bustest.Chain(60)
	f := lived(t, rs)
	f = f.with("-last", nil)
	wal, random := f["-wal"], rand.New(rand.NewPCG(7, 2))
	for n := range *walPlaces / 4 {
		at := random.IntN(len(wal))
		damaged := bytes.Clone(wal)
		damaged[at] ^= 1 << random.IntN(8)
		path := f.with("-wal", damaged).put(t)
		j, err := sqlite.Open(path)
		var corrupt *bus.Corrupt
		if errors.As(err, &corrupt) {
			continue
		}
		if err != nil {
			t.Fatalf("place %d, byte %d: %v", n, at, err)
		}
		if found := len(bustest.Records(t, j)); found < len(rs)-torn {
			t.Errorf("place %d, byte %d of %d: %d of %d records are left, without a word", n, at, len(wal), found, len(rs))
		}
		_ = j.Close()
	}
}

// A crash may tear the last transaction anywhere, and its parts reach the disk in any order. It was not acknowledged,
// so the journal opens without it.
func TestWALTorn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	j := open(t, path)
	rs := bustest.Chain(400)
	for i := range 20 {
		if err := j.Append(rs[i : i+1]); err != nil {
			t.Fatal(err)
		}
	}
	before := filesOf(t, path)
	if err := j.Append(rs[20:]); err != nil { // many pages
		t.Fatal(err)
	}
	after := filesOf(t, path)["-wal"]
	const frame = 24 + 4096
	from := len(before["-wal"])
	frames := (len(after) - from) / frame
	if frames < 4 {
		t.Fatalf("the last transaction has %d frames", frames)
	}
	for missing := range frames {
		torn := bytes.Clone(after)
		clear(torn[from+missing*frame:][:frame])
		found, err := opens(t, before.with("-wal", torn))
		if err != nil || !reflect.DeepEqual(found, rs[:20]) {
			t.Errorf("frame %d of %d is not there: %d records, %v", missing+1, frames, len(found), err)
		}
	}
	if last := binary.BigEndian.Uint32(after[len(after)-frame+4:]); last == 0 {
		t.Error("the last frame ends no transaction: the test is wrong")
	}
}

// The journal's file is an older one, or is gone, and the file beside it holds a newer seq.
func TestJournalEndMissing(t *testing.T) {
	rs := bustest.Chain(30)
	path := filepath.Join(t.TempDir(), "journal.db")
	j := open(t, path)
	if err := j.Append(rs[:10]); err != nil {
		t.Fatal(err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	old, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	j = open(t, path)
	if err := j.Append(rs[10:]); err != nil {
		t.Fatal(err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	for name, back := range map[string]func() error{
		"older": func() error { return os.WriteFile(path, old, 0o600) },
		"empty": func() error { return os.WriteFile(path, nil, 0o600) },
		"gone":  func() error { return os.Remove(path) },
	} {
		want := uint64(11)
		if name != "older" {
			want = 1
		}
		if err := back(); err != nil {
			t.Fatal(err)
		}
		var corrupt *bus.Corrupt
		if _, err := sqlite.Open(path); !errors.As(err, &corrupt) || corrupt.First != want || corrupt.Last != 30 {
			t.Errorf("%s: %v", name, err)
		}
		if name == "gone" {
			if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("a new file was made: %v", err)
			}
		}
	}
}

// OpenDamaged goes on with the records that are left, and keeps a copy of the write-ahead log.
func TestAcceptDamage(t *testing.T) {
	rs := bustest.Chain(60)
	f := lived(t, rs)
	damaged := bytes.Clone(f["-wal"])
	damaged[len(damaged)/4] ^= 4
	path := f.with("-wal", damaged).put(t)
	var lost *bus.Corrupt
	var aside string
	j, err := sqlite.OpenDamaged(path, func(c *bus.Corrupt, kept string) { lost, aside = c, kept })
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	found := bustest.Records(t, j)
	if lost == nil || lost.First != uint64(len(found)+1) || lost.Last != 60 || len(found) == 0 || len(found) == 60 {
		t.Fatalf("%d records are left, and %v is lost", len(found), lost)
	}
	if kept, err := os.ReadFile(aside); err != nil || !bytes.Equal(kept, damaged) {
		t.Errorf("the log that was kept: %v", err)
	}
}
