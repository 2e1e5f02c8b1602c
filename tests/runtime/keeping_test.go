package runtime

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"iter"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"curfew/actors"
	"curfew/actors/system/readers"
	"curfew/actors/system/recorder"
	history "curfew/actors/system/recorder/memory"
	"curfew/bus/jsonl"
	"curfew/bus/replay/compare"
	"curfew/bus/sqlite"
	"curfew/internal/backend"
	"curfew/internal/engine"
	"curfew/messages"
	"curfew/supervisor/policy"
	"curfew/tests/internal/world"
)

// keeping is a runtime that makes a snapshot every 50 records and keeps its journal for two days.
type keeping struct {
	*world.Virtual
	logs *observer.ObservedLogs
	err  error // of the last start

	past recorder.Store // of the next start; nil: it forgets
	read []readers.Reader
}

const keepingFile = `
jobs:
  - {name: beat, actor: shell, schedule: every 10m, with: {}}
  - {name: held, actor: shell, schedule: every 1h, with: {}}
journal: {keep: 48h}
`

func (h *keeping) start() {
	h.T.Helper()
	var core zapcore.Core
	core, h.logs = observer.New(zap.WarnLevel)
	past := h.past
	if past == nil {
		past = &history.Store{}
	}
	h.Runtime, h.err = engine.Start(h.T.Context(), engine.Options{
		Kinds: h.Kinds(), Config: h.Parsed(keepingFile), Journal: h.Open(), History: past, Tokens: filepath.Join(h.Data, "tokens.json"),
		Logger: zap.New(core), SnapshotEvery: 50, Readers: h.read,
	})
}

// snapshots returns the seqs of the kept snapshots, and the first seq of the journal.
func (h *keeping) snapshots() (seqs []uint64, first uint64) {
	h.T.Helper()
	j, err := sqlite.OpenReadOnly(filepath.Join(h.Data, "curfew.db"))
	if err != nil {
		h.T.Fatal(err)
	}
	defer j.Close()
	all, err := j.Snapshots()
	if err != nil {
		h.T.Fatal(err)
	}
	for _, s := range all {
		seqs = append(seqs, s.Seq)
	}
	if first, err = j.First(); err != nil {
		h.T.Fatal(err)
	}
	return seqs, first
}

func (h *keeping) damage(statement string, args ...any) {
	h.T.Helper()
	db, err := sql.Open("sqlite", filepath.Join(h.Data, "curfew.db"))
	if err != nil {
		h.T.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(statement, args...); err != nil {
		h.T.Fatal(err)
	}
}

// latest matches the time of the last record in a snapshot: a start records something.
var latest = regexp.MustCompile(`,"latest":"[^"]*"`)

// state returns the state of the machine, without what a start changes.
func (h *keeping) state() (s string) {
	h.T.Helper()
	err := h.Runtime.View(h.T.Context(), func(m *policy.Machine) {
		b, err := m.Snapshot()
		if err != nil {
			h.T.Error(err)
		}
		s = latest.ReplaceAllString(string(b), "")
	})
	if err != nil {
		h.T.Fatal(err)
	}
	return s
}

// replays replays the journal from its older snapshot, over at least that many records.
func (h *keeping) replays(least uint64) {
	h.T.Helper()
	j := h.Open()
	defer j.Close()
	var text bytes.Buffer
	if _, err := jsonl.Export(&text, j); err != nil {
		h.T.Fatal(err)
	}
	restore := func(lines iter.Seq2[[]byte, error]) (compare.Decider, error) { return policy.RestoreLines(lines) }
	got, err := compare.JournalFrom(bytes.NewReader(text.Bytes()), policy.New(), policy.Version, restore)
	if err != nil || got.Total != 0 || got.Before == 0 || uint64(got.Facts+got.Decisions) < least {
		h.T.Errorf("replay: %v, %v; want at least %d records without a difference, and some before the snapshot",
			got, err, least)
	}
	cut := bytes.Index(text.Bytes(), []byte(`"snapshot.v1"`))
	cut = bytes.LastIndexByte(text.Bytes()[:cut], '\n') + 1
	if got, err := compare.JournalFrom(bytes.NewReader(text.Bytes()[:cut]), policy.New(), policy.Version, restore); err == nil {
		h.T.Errorf("replay without a snapshot: %v", got)
	}
	changed := bytes.Replace(text.Bytes(), []byte(`{"machine":`), []byte(`{"engine":`), 1)
	if bytes.Equal(changed, text.Bytes()) {
		h.T.Error("there is no snapshot to change")
	}
	if got, err := compare.JournalFrom(bytes.NewReader(changed), policy.New(), policy.Version, restore); err == nil &&
		got.Total == 0 {
		h.T.Errorf("replay of a changed snapshot: %v", got)
	}
}

// TestHousekeeping runs for five days: snapshots are made and old records pruned. Then a start uses the last snapshot,
// or the one before it if that is damaged. It is refused if neither can be read, because the beginning of the journal
// is gone.
func TestHousekeeping(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &keeping{Virtual: world.NewVirtual(t)}
		h.Act = func(ctx context.Context, _ actors.Attempt) error { return world.Work(ctx, time.Second) }
		h.start()
		if h.err != nil {
			t.Fatal(h.err)
		}
		if _, err := backend.New(h.Runtime).Pause(t.Context(), "held"); err != nil {
			t.Fatal(err)
		}
		h.Until("2027-01-16T00:30:00Z")
		if seqs, first := h.snapshots(); len(seqs) < 2 || first != 1 {
			t.Errorf("after a day there are snapshots %v, and the journal begins at %d", seqs, first)
		}
		h.Until("2027-01-20T00:30:30Z")
		last := h.Runtime.Log().Last()
		seqs, first := h.snapshots()
		if len(seqs) < 5 || last-seqs[0] > 60 || first == 1 || first > seqs[1] {
			t.Errorf("after five days there are %d records, snapshots %v, and the journal begins at %d",
				last, seqs, first)
		}
		if kept := last - first; kept < 1500 || kept > 2500 { // about 5 records each 10 minutes, and a skip each hour
			t.Errorf("%d records are kept for two days", kept)
		}
		want := h.state()
		h.Stop()
		h.start()
		if got := h.state(); h.err != nil || got != want || h.logs.Len() != 0 {
			t.Errorf("started from a snapshot: %v, %v\n%s\nwas\n%s", h.err, h.logs.All(), got, want)
		}
		h.Stop()
		h.replays((last - first) / 2)

		seqs, _ = h.snapshots()
		h.damage("UPDATE snapshot_part SET crc = crc + 1 WHERE seq = ?", seqs[0])
		h.start()
		if got := h.state(); h.err != nil || got != want ||
			h.logs.FilterMessageSnippet("a snapshot cannot be read").Len() != 1 {
			t.Errorf("started from the one before: %v, %v\n%s\nwas\n%s", h.err, h.logs.All(), got, want)
		}
		h.Stop()

		h.damage("UPDATE snapshot_part SET crc = crc + 1")
		if h.start(); h.err == nil ||
			!strings.Contains(h.err.Error(), "restore a backup with `curfew journal restore`") {
			t.Errorf("started without a beginning: %v", h.err)
		}
	})
}

// TestFailingReaderKeepsNothing: a reader that fails for four days keeps no record in the journal. Then it goes on from the
// oldest that is left, and what it has missed is said.
func TestFailingReaderKeepsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &keeping{Virtual: world.NewVirtual(t)}
		h.Act = func(ctx context.Context, _ actors.Attempt) error { return world.Work(ctx, time.Second) }
		var broken atomic.Bool
		var newest atomic.Uint64 // that it has read
		var gaps []uint64
		h.read = []readers.Reader{{Name: "count", Read: func(_ context.Context, batch []messages.Record) error {
			if broken.Load() {
				return errors.New("the other side is down")
			}
			for _, r := range batch {
				if before := newest.Swap(r.Seq); before > 0 && r.Seq != before+1 {
					gaps = append(gaps, before, r.Seq)
				}
			}
			return nil
		}}}
		if h.start(); h.err != nil {
			t.Fatal(h.err)
		}
		h.Until("2027-01-16T00:00:30Z")
		broken.Store(true)
		h.Until("2027-01-20T00:00:30Z")
		if _, first := h.snapshots(); first <= newest.Load() {
			t.Fatalf("the journal begins at %d, and the reader has come to %d", first, newest.Load())
		}
		broken.Store(false)
		h.Until("2027-01-20T00:10:30Z")
		last := h.Runtime.Log().Last()
		h.Stop()
		if len(gaps) != 2 || newest.Load() < last {
			t.Errorf("it has read up to %d of %d, with gaps %v", newest.Load(), last, gaps)
		}
		missed := h.logs.FilterMessageSnippet("a reader has missed records").All()
		if failed := h.logs.FilterMessageSnippet("a reader has failed").Len(); failed != 1 || len(missed) != 1 {
			t.Fatalf("it is said %d times that it has failed, and %d times that it has missed records", failed, len(missed))
		}
		said := missed[0].ContextMap()
		if said["from"] != gaps[0]+1 || said["to"] != gaps[1]-1 {
			t.Errorf("it says %v, and the gap is %v", said, gaps)
		}
	})
}
