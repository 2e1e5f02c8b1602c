package jsonl_test

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"

	"curfew/bus/jsonl"
	"curfew/bus/memory"
	"curfew/messages"
)

const at = messages.Instant(1_800_000_000_000)

func sample() []messages.Record {
	return []messages.Record{
		{Seq: 1, At: at, ID: "a", PolicyVersion: 1, Body: messages.JobPaused{Job: "backup", By: "Zoë <z@example.com>"}},
		{Seq: 2, At: at, ID: "b", Cause: 1, PolicyVersion: 1, Body: messages.RunHeld{Run: "r", Job: "backup", Holds: []messages.Hold{messages.HoldPaused}}},
		{Seq: 3, At: at, ID: "c", PolicyVersion: 1, Body: messages.Opaque{On: "elsewhere", Payload: []byte("x")}},
		{Seq: 4, At: at.Add(5), ID: "d", PolicyVersion: 1, Body: messages.RuntimeConfigured{Release: messages.ReleaseConfig{Rate: 0.1}}},
	}
}

// write is the lines of records.
func write(t *testing.T, rs []messages.Record) []byte {
	t.Helper()
	var b bytes.Buffer
	w := jsonl.NewWriter(&b)
	for _, r := range rs {
		if err := w.Write(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// read is every record, and every damage as text.
func read(t *testing.T, r io.Reader) (rs []messages.Record, damage []*jsonl.Corrupt) {
	t.Helper()
	for lines := jsonl.NewReader(r); ; {
		rec, err := lines.Next()
		var corrupt *jsonl.Corrupt
		switch {
		case errors.Is(err, io.EOF):
			return rs, damage
		case errors.As(err, &corrupt):
			damage = append(damage, corrupt)
		case err != nil:
			t.Fatal(err)
		default:
			rs = append(rs, rec)
		}
	}
}

// The form of a line is part of the contract: the checksum was computed by another program (Python's
// json.dumps with sorted keys and no spaces, and a table-driven CRC-32C).
func TestLine(t *testing.T) {
	line, err := jsonl.Encode(sample()[1])
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"seq":2,"at":"2027-01-15T08:00:00.000Z","id":"b","cause":1,"policy_version":1,"topic":"run","name":"run.held.v1","key":"backup","kind":"decision","body":{"run":"r","job":"backup","holds":["paused"],"slot":null,"first_slot":null,"missed":0},"crc":"62bcdae2"}`
	if string(line) != want {
		t.Errorf("line\n got %s\nwant %s", line, want)
	}
}

// An export read again is the journal, but for foreign messages.
func TestExport(t *testing.T) {
	j := memory.New()
	if err := j.Append(sample()); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	n, err := jsonl.Export(&b, j)
	if err != nil || n != 3 {
		t.Fatalf("exported %d, %v", n, err)
	}
	want := append(sample()[:2], sample()[3])
	if got, damage := read(t, &b); !reflect.DeepEqual(got, want) || damage != nil {
		t.Errorf("read %+v, %v", got, damage)
	}
}

// Members in another order, white space and other escapes do not count.
func TestEqualLines(t *testing.T) {
	line, _ := jsonl.Encode(sample()[0])
	text := string(line)
	body := text[strings.Index(text, `"body":`):strings.Index(text, `,"crc"`)]
	for name, other := range map[string]string{
		"another order": strings.Replace(strings.Replace(text, ","+body, "", 1), "{", "{"+body+",", 1),
		"white space":   strings.ReplaceAll(text, `":`, `" : `) + " ",
		"escapes":       strings.ReplaceAll(text, "ë", `\u00EB`),
	} {
		if other == text {
			t.Errorf("%s: the line was not changed", name)
		}
		r, err := jsonl.Decode([]byte(other))
		if err != nil || !reflect.DeepEqual(r, sample()[0]) {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
	}
}

// Whatever byte of a line is flipped, the line is found corrupt, under its own seq, and the others are read.
func TestEveryFlippedByte(t *testing.T) {
	lines := bytes.SplitAfter(write(t, sample()), []byte("\n"))
	line := lines[1]
	for i := range len(line) - 1 {
		flipped := bytes.Clone(line)
		flipped[i] ^= 1
		rs, damage := read(t, io.MultiReader(bytes.NewReader(lines[0]), bytes.NewReader(flipped), bytes.NewReader(lines[3])))
		inSeq := i >= len(`{"seq":`) && i < len(`{"seq":2`)
		if len(damage) == 0 || damage[0].Line != 2 || damage[0].Seq != 2 && !inSeq {
			t.Fatalf("byte %d (%q): damage %+v", i, flipped, damage)
		}
		if len(rs) != 2 || rs[1].Seq != 4 {
			t.Fatalf("byte %d: %d records are left", i, len(rs))
		}
	}
}

func TestDamage(t *testing.T) {
	lines := strings.SplitAfter(string(write(t, sample())), "\n")
	for name, c := range map[string]struct {
		second string // in the place of the second line
		reason string
		seq    uint64
	}{
		"no checksum":      {`{"seq":2}` + "\n", "it has no checksum", 2},
		"no JSON":          {"gone\n", "it is not JSON", 2},
		"a list":           {"[1]\n", "it is not a JSON object", 2},
		"two values":       {lines[1][:len(lines[1])-1] + " 1\n", "it is not JSON", 2},
		"a member twice":   {strings.Replace(lines[1], `"cause":1`, `"cause":1,"cause":1`, 1), "it is not JSON", 2},
		"upper-case digit": {strings.Replace(lines[1], `"crc":"`, `"crc":"F`, 1), "its checksum is", 2},
		"too long":         {`{"seq":2,"id":"` + strings.Repeat("x", jsonl.MaxLine) + "\"}\n", "it is longer than", 2},
		"its seq is wrong": {strings.Replace(lines[1], `"seq":2`, `"seq":7`, 1), "its checksum is", 7},
		"unknown message":  {sealed(t, strings.Replace(lines[1], "run.held.v1", "run.held.v9", 1)), "unknown name", 2},
		"wrong kind":       {sealed(t, strings.Replace(lines[1], `"decision"`, `"fact"`, 1)), "kind", 2},
	} {
		t.Run(name, func(t *testing.T) {
			rs, damage := read(t, strings.NewReader(lines[0]+c.second+"\n"+lines[3]))
			if len(damage) != 1 || damage[0].Seq != c.seq || damage[0].Line != 2 || !strings.Contains(damage[0].Reason, c.reason) {
				t.Fatalf("damage %v, want record %d: %s", damage, c.seq, c.reason)
			}
			if len(rs) != 2 {
				t.Errorf("%d other records were read, want 2", len(rs))
			}
		})
	}
	if _, damage := read(t, strings.NewReader(lines[0]+lines[1][:100])); len(damage) != 1 || damage[0].Seq != 2 {
		t.Errorf("a torn last line: %v", damage)
	}
}

// sealed puts the checksum of a line right.
func sealed(t *testing.T, line string) string {
	t.Helper()
	b, err := jsonl.Seal([]byte(line))
	if err != nil {
		t.Fatal(err)
	}
	return string(b) + "\n"
}

func TestSealRestores(t *testing.T) {
	line, _ := jsonl.Encode(sample()[0])
	r, err := jsonl.Decode([]byte(sealed(t, strings.Replace(string(line), `"crc":"`, `"crc":"0`, 1))))
	if err != nil || !reflect.DeepEqual(r, sample()[0]) {
		t.Errorf("%+v, %v", r, err)
	}
}
