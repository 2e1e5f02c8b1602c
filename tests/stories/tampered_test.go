package stories

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"curfew/bus/jsonl"
	"curfew/bus/replay/compare"
	"curfew/messages"
	"curfew/tests/internal/world"
)

// TestTampered changes a journal in one place at a time: a replay names the place and the fault.
func TestTampered(t *testing.T) {
	raw := readFile(t, "outage.jsonl")
	recs := world.ReadJournal(t, raw)
	held := find(t, recs, func(r messages.Record) bool { return r.Body.Name() == messages.RunHeld{}.Name() })
	expired := find(t, recs, func(r messages.Record) bool { return r.Body.Name() == messages.SessionExpired{}.Name() })
	closed := find(t, recs, func(r messages.Record) bool {
		g, ok := r.Body.(messages.GateClosed)
		return ok && g.Reason != messages.ReasonSignedOut
	})
	tests := []struct {
		name string
		edit func(t *testing.T, lines [][]byte) [][]byte
		kind compare.Kind
		seq  uint64
		only bool // one difference and no other
	}{
		{"a changed decision", edit(held, change("missed", 7)), compare.Different, recs[held].Seq, true},
		{"a changed fact", edit(expired, change("reason", "made up")), compare.Different, recs[closed].Seq, false},
		{"a deleted decision", remove(held), compare.Missing, recs[held].Cause, true},
		{"an inserted decision", insert(held), compare.Extra, 0, true},
		{"a flipped byte", flip(held), compare.Corrupt, recs[held].Seq, true},
		{"SessionExpired removed", remove(expired), compare.Extra, recs[closed].Seq, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			lines := tt.edit(t, bytes.SplitAfter(bytes.Clone(raw), []byte("\n")))
			report := world.Compared(t, bytes.Join(lines, nil))
			seq := tt.seq
			if seq == 0 { // the line that was put in has the seq of none
				seq = recs[len(recs)-1].Seq + 1
			}
			if len(report.Differences) == 0 {
				t.Fatal("the replay finds nothing")
			}
			first := report.Differences[0]
			if first.Kind != tt.kind || first.Seq != seq {
				t.Errorf("the first difference is %s at %d; want %s at %d\n%s",
					first.Kind, first.Seq, tt.kind, seq, report)
			}
			if tt.only && report.Total != 1 {
				t.Errorf("there are %d differences; want one\n%v", report.Total, report.Differences)
			}
		})
	}
}

func find(t *testing.T, recs []messages.Record, is func(messages.Record) bool) int {
	t.Helper()
	i := slices.IndexFunc(recs, is)
	if i < 0 {
		t.Fatal("the journal has no such record")
	}
	return i
}

// An editor changes the lines of a journal.
type editor = func(t *testing.T, lines [][]byte) [][]byte

// edit changes one line and puts its checksum right.
func edit(i int, f func(line map[string]any)) editor {
	return func(t *testing.T, lines [][]byte) [][]byte {
		var line map[string]any
		if err := json.Unmarshal(lines[i], &line); err != nil {
			t.Fatal(err)
		}
		f(line)
		lines[i] = seal(t, line)
		return lines
	}
}

func seal(t *testing.T, line map[string]any) []byte {
	t.Helper()
	raw, err := json.Marshal(line)
	if err == nil {
		raw, err = jsonl.Seal(raw)
	}
	if err != nil {
		t.Fatal(err)
	}
	return append(raw, '\n')
}

func change(name string, value any) func(map[string]any) {
	return func(line map[string]any) { line["body"].(map[string]any)[name] = value }
}

func remove(i int) editor {
	return func(_ *testing.T, lines [][]byte) [][]byte { return slices.Delete(lines, i, i+1) }
}

// insert adds a copy of a decision after it, about another job and with a seq and an id of its own.
func insert(i int) editor {
	return func(t *testing.T, lines [][]byte) [][]byte {
		var line map[string]any
		if err := json.Unmarshal(lines[i], &line); err != nil {
			t.Fatal(err)
		}
		line["seq"], line["id"] = len(lines), "put-in" // the last of lines is empty
		change("slot", nil)(line)
		return slices.Insert(lines, i+1, seal(t, line))
	}
}

// flip changes a letter of a line and leaves its checksum as it is.
func flip(i int) editor {
	return func(t *testing.T, lines [][]byte) [][]byte {
		at := strings.LastIndex(string(lines[i]), `"job":"`)
		if at < 0 {
			t.Fatalf("line %d names no job", i+1)
		}
		lines[i][at+len(`"job":"`)] ^= 1
		return lines
	}
}
