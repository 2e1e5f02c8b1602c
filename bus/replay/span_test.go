package replay_test

import (
	"bytes"
	"errors"
	"io"
	"iter"
	"os"
	"path/filepath"
	"testing"

	"curfew/bus"
	"curfew/bus/jsonl"
	"curfew/bus/memory"
	"curfew/bus/replay"
	"curfew/bus/replay/compare"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// recorded is a recorded journal, with a snapshot behind every few facts.
func recorded(t *testing.T, file string, every int) bus.Journal {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	j, m := memory.New(), policy.New()
	var all []messages.Record
	for in := jsonl.NewReader(f); ; {
		r, err := in.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	for i, r := range all {
		if err := j.Append([]messages.Record{r}); err != nil {
			t.Fatal(err)
		}
		m.Apply(r)
		if i+1 < len(all) && messages.KindOf(all[i+1].Body) == messages.KindFact && i%every == 0 {
			s := bus.Snapshot{Seq: r.Seq, At: r.At, PolicyVersion: r.PolicyVersion}
			if err := j.SaveSnapshot(s, m.Image().Lines(func(look func(*policy.Machine)) error { look(m); return nil })); err != nil {
				t.Fatal(err)
			}
		}
	}
	return j
}

// TestSpans: every span of a recorded journal can be replayed alone, and has the records that were asked for.
func TestSpans(t *testing.T) {
	files, err := filepath.Glob("../../tests/testdata/journals/*.jsonl")
	if err != nil || len(files) == 0 {
		t.Fatalf("%v, %v", files, err)
	}
	for _, file := range files {
		for _, every := range []int{1 << 20, 7} {
			j := recorded(t, file, every)
			last, err := j.Last()
			if err != nil {
				t.Fatal(err)
			}
			for from := uint64(1); from <= last; from += last/9 + 1 {
				for to := from; to <= last+5; to += last/7 + 1 {
					span(t, j, filepath.Base(file), from, to)
				}
			}
			if every == 7 {
				forgotten(t, j, filepath.Base(file), last)
			}
		}
	}
}

// span exports a span and replays it.
func span(t *testing.T, j bus.Journal, name string, from, to uint64) {
	t.Helper()
	s, err := jsonl.SpanOf(j, from, to)
	if err != nil {
		t.Fatalf("%s %d to %d: %v", name, from, to, err)
	}
	var out bytes.Buffer
	n, err := s.Export(&out, j)
	if err != nil {
		t.Fatal(err)
	}
	report, err := compare.JournalFrom(bytes.NewReader(out.Bytes()), policy.New(), policy.Version,
		func(lines iter.Seq2[[]byte, error]) (compare.Decider, error) { return policy.RestoreLines(lines) })
	last, _ := j.Last()
	if err != nil || report.Total != 0 || report.Facts == 0 {
		t.Errorf("%s %d to %d, which is %d to %d behind %d: %v, %v", name, from, to, s.From, s.To, s.State(), report, err)
	}
	if s.From > from || s.To < min(to, last) || n != report.Facts+report.Decisions+report.Before || uint64(n) != s.Records() {
		t.Errorf("%s %d to %d is %d to %d, with %d records: %+v", name, from, to, s.From, s.To, n, report)
	}
}

// forgotten: of a journal that has lost its oldest records, what cannot be decided again is refused, and the rest is not.
func forgotten(t *testing.T, j bus.Journal, name string, last uint64) {
	t.Helper()
	if err := j.Drop(last / 2); err != nil {
		t.Fatal(err)
	}
	first, err := j.First()
	if err != nil || first <= 1 {
		t.Fatalf("%s begins at %d, %v", name, first, err)
	}
	all, err := j.Snapshots()
	if err != nil || len(all) == 0 {
		t.Fatalf("%s has the snapshots %v, %v", name, all, err)
	}
	oldest := all[len(all)-1].Seq
	if _, err := jsonl.SpanOf(j, 1, oldest); first <= oldest && !errors.Is(err, jsonl.ErrNotReplayable) {
		t.Errorf("%s up to %d: %v", name, oldest, err)
	}
	for from := oldest + 1; from <= last; from += 10 {
		span(t, j, name, from, last)
	}
}

// TestDirOfSpan: a span that does not begin at record 1 is a test as it is.
func TestDirOfSpan(t *testing.T) {
	j := recorded(t, "../../tests/testdata/journals/outage.jsonl", 7)
	s, err := jsonl.SpanOf(j, 60, 90)
	if err != nil || s.State() == 0 {
		t.Fatalf("%+v, %v", s, err)
	}
	dir := t.TempDir()
	f, err := os.Create(filepath.Join(dir, "span.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Export(f, j); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	replay.Dir(t, dir)
}
