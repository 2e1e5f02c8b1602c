package bus_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"curfew/bus"
	"curfew/bus/bustest"
	"curfew/messages"
)

func seqs(t *testing.T, j bus.Journal) (out []uint64) {
	t.Helper()
	all, err := j.Snapshots()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range all {
		out = append(out, s.Seq)
	}
	return out
}

func TestSnapshots(t *testing.T) {
	onEveryDriver(t, func(t *testing.T, j bus.Journal) {
		if got := seqs(t, j); len(got) != 0 {
			t.Errorf("a new journal has snapshots %v", got)
		}
		for i, n := range []int{0, 3, 9000} { // 9,000 lines of 1 KiB are several parts
			if err := j.SaveSnapshot(bus.Snapshot{Seq: uint64(10 * (i + 1)), At: 5, PolicyVersion: 7}, bustest.Lines(n, 1024)); err != nil {
				t.Fatal(err)
			}
		}
		if got := seqs(t, j); !slices.Equal(got, []uint64{30, 20, 10}) {
			t.Errorf("kept %v", got)
		}
		all, _ := j.Snapshots()
		if want := (bus.Snapshot{Seq: 30, At: 5, PolicyVersion: 7}); all[0] != want {
			t.Errorf("got %+v, want %+v", all[0], want)
		}
		for seq, want := range map[uint64]int{10: 0, 20: 3, 30: 9000} {
			if n, err := bustest.ReadLines(j, seq); n != want || err != nil {
				t.Errorf("snapshot %d has %d lines, %v; want %d", seq, n, err, want)
			}
		}
		if _, err := bustest.ReadLines(j, 11); !errors.Is(err, bus.ErrNoSnapshot) {
			t.Errorf("a snapshot that does not exist: %v", err)
		}
		broken := errors.New("no more")
		err := j.SaveSnapshot(bus.Snapshot{Seq: 40}, func(yield func([]byte, error) bool) {
			_ = yield([]byte("0 begun"), nil) && yield(nil, broken)
		})
		if !errors.Is(err, broken) || !slices.Equal(seqs(t, j), []uint64{30, 20, 10}) {
			t.Errorf("one that is not whole: %v, and there are %v", err, seqs(t, j))
		}
		if err := j.SaveSnapshot(bus.Snapshot{Seq: 30}, bustest.Lines(1, 1)); err != nil {
			t.Fatal(err)
		}
		if n, err := bustest.ReadLines(j, 30); n != 1 || err != nil {
			t.Errorf("one in the place of another has %d lines, %v", n, err)
		}
	})
}

// Of too many snapshots the newest two, the oldest and an even spread stay. Drop also removes the snapshots whose next
// record it removes.
func TestSnapshotsAreSpread(t *testing.T) {
	onEveryDriver(t, func(t *testing.T, j bus.Journal) {
		if err := j.Append(bustest.Chain(10_000)); err != nil {
			t.Fatal(err)
		}
		for seq := uint64(100); seq <= 10_000; seq += 100 {
			if err := j.SaveSnapshot(bus.Snapshot{Seq: seq}, bustest.Lines(1, 1)); err != nil {
				t.Fatal(err)
			}
		}
		got := seqs(t, j)
		if len(got) != bus.KeptSnapshots || got[0] != 10_000 || got[1] != 9_900 || got[len(got)-1] != 100 {
			t.Fatalf("kept %v", got)
		}
		for i := 2; i+1 < len(got); i++ {
			if gap := got[i-1] - got[i]; gap > 4_000 {
				t.Errorf("kept %v: a gap of %d", got, gap)
			}
		}
		if err := j.Drop(got[3] + 1); err != nil {
			t.Fatal(err)
		}
		first, err := j.First()
		if err != nil {
			t.Fatal(err)
		}
		for _, seq := range seqs(t, j) {
			if seq+1 < first {
				t.Errorf("the journal begins at %d, and there is a snapshot of %d", first, seq)
			}
		}
	})
}

// Records are a minute apart. Retention removes those that are too old, and those that are too many.
func TestRetention(t *testing.T) {
	onEveryDriver(t, func(t *testing.T, j bus.Journal) {
		const records, each = 600, 100
		at := func(seq uint64) messages.Instant { return messages.Instant(seq * 60_000) }
		for next := uint64(1); next <= records; next += each {
			rs := make([]messages.Record, each)
			for i := range rs {
				seq := next + uint64(i)
				rs[i] = messages.Record{Seq: seq, At: at(seq), ID: fmt.Sprint(seq), Body: messages.JobPaused{Job: strings.Repeat("j", 1000)}}
			}
			if err := j.Append(rs); err != nil {
				t.Fatal(err)
			}
		}
		if cut, err := j.Cut(0, 0); cut > 1 || err != nil {
			t.Errorf("without limits: %d, %v", cut, err)
		}
		if cut, err := j.Cut(at(250), 0); err != nil || cut < 201 || cut > 251 {
			t.Errorf("older than record 250: %d, %v", cut, err)
		}
		if cut, err := j.Cut(at(9999), 0); err != nil || cut != records+1 {
			t.Errorf("all too old: %d, %v", cut, err)
		}
		if cut, err := j.Cut(0, 1); err != nil || cut != records+1 {
			t.Errorf("all too much: %d, %v", cut, err)
		}
		if cut, err := j.Cut(at(250), 1<<40); err != nil || cut < 201 || cut > 251 {
			t.Errorf("old, and not too much: %d, %v", cut, err)
		}
		if err := j.Drop(250); err != nil {
			t.Fatal(err)
		}
		first, err := j.First()
		if err != nil || first < 201 || first > 250 {
			t.Errorf("the first is %d, %v", first, err)
		}
		for _, from := range []uint64{0, 1, first - 1, first} {
			if rs, err := j.Read(from, 1); err != nil || len(rs) != 1 || rs[0].Seq != first {
				t.Errorf("reading from %d: %v, %v", from, rs, err)
			}
		}
		if err := j.Drop(99_999); err != nil {
			t.Fatal(err)
		}
		last, err := j.Last()
		if rs, errRead := j.Read(1, 1000); err != nil || errRead != nil || last != records || len(rs) == 0 || rs[len(rs)-1].Seq != records {
			t.Errorf("the newest is gone: %d, %v, %v", last, err, errRead)
		}
		if err := j.Append([]messages.Record{{Seq: records + 1, At: 1, ID: "next", Body: messages.JobPaused{}}}); err != nil {
			t.Errorf("and then: %v", err)
		}
	})
}

// A cursor is kept until it is removed, and only that one; one that is not there is no error.
func TestCursorsAreDropped(t *testing.T) {
	onEveryDriver(t, func(t *testing.T, j bus.Journal) {
		for _, topic := range []messages.Topic{"one", "another topic"} {
			if err := j.SaveCursor(bus.Cursor{Name: "reader", Topic: topic, Seq: 7}); err != nil {
				t.Fatal(err)
			}
		}
		for _, name := range []string{"reader", "reader", "nobody"} {
			if err := j.DropCursor(name, "another topic"); err != nil {
				t.Error(err)
			}
		}
		all, err := j.Cursors()
		if err != nil || len(all) != 1 || all[0].Topic != "one" || all[0].Seq != 7 {
			t.Errorf("what is left: %+v, %v", all, err)
		}
	})
}

// A log on a journal without its oldest records works like any other.
func TestALogOnAShortenedJournal(t *testing.T) {
	onEveryDriver(t, func(t *testing.T, j bus.Journal) {
		for seq := uint64(1); seq <= 30; seq++ {
			if err := j.Append([]messages.Record{{Seq: seq, At: messages.At(time.Now()), ID: fmt.Sprint("id-", seq), Body: paused("a")}}); err != nil {
				t.Fatal(err)
			}
		}
		if err := j.Drop(21); err != nil {
			t.Fatal(err)
		}
		l := openLog(t, bus.Options{Journal: j})
		if got := commit(t, l, "id-30", paused("a")); !got.Duplicate || got.Seq != 30 {
			t.Errorf("a duplicate: %+v", got)
		}
		if got := commit(t, l, "new", paused("a")); got.Seq != 31 {
			t.Errorf("the next: %+v", got)
		}
		r := l.Reader(0, func() {})
		defer r.Close()
		rs, err := r.Next()
		if err != nil || rs[0].Seq != 21 {
			t.Errorf("from the oldest on: %v, %v", rs, err)
		}
	})
}
