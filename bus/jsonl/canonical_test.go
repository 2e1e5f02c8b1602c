package jsonl

import (
	"bytes"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"curfew/messages"
)

// lines are exported lines of many forms.
func lines(t testing.TB) (all [][]byte) {
	t.Helper()
	texts := []string{"", "all is well", "two\nlines\t\"quoted\" \\ \b\f\r", "<b>&</b>", "Zoë € 😀", "\u2028\u007f", "\x01"}
	for i, s := range texts {
		ref := messages.AttemptRef{Run: "kv5umeffh5dlvop4", Job: "backup", Attempt: 1, Incarnation: 1 << (9 * i)}
		bodies := []messages.Body{
			messages.AttemptSucceeded{AttemptRef: ref, Called: true, Output: s},
			messages.AttemptFailed{AttemptRef: ref, Class: messages.ClassTimeout, Error: s, RetryAfter: messages.Duration(time.Minute)},
			messages.RunHeld{Run: ref.Run, Job: "backup", Holds: []messages.Hold{messages.HoldPaused, messages.HoldSession}},
			messages.SlotsDue{Slots: []messages.JobSlot{{Job: "a", Slot: 1}, {Job: "b", Slot: 1_800_000_000_000}}},
			messages.Defined(messages.Definition{
				Job: "backup", With: []byte(`{"b":[1.5,-0.25,0,1e3,{"z":null,"a":true}],"a":"x"}`), Title: s,
				Retry: messages.Retry{Factor: 1.1, Jitter: 0.2},
			}),
			messages.RuntimeConfigured{Release: messages.ReleaseConfig{Rate: 1e9}, Notify: []string{s}},
			messages.JobPaused{Job: "backup", By: s},
		}
		for k, b := range bodies {
			line, err := Encode(messages.Record{Seq: uint64(k + 1), At: 1_800_000_000_000, ID: s, Cause: uint64(i), Body: b})
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, line)
		}
	}
	return all
}

// slowly is Decode without the short way.
func slowly(line []byte) (r messages.Record, err error) {
	if err := verify(line); err != nil {
		return messages.Record{}, err
	}
	err = r.UnmarshalJSON(append([]byte(" "), line...))
	return r, err
}

// judgedAlike fails if the short way takes what the long way would not, or another value, or another form.
func judgedAlike(t interface{ Fatalf(string, ...any) }, line []byte) {
	var c canonical
	if form, ok := c.line(line); ok {
		bare, crc, err := strip(line)
		if err != nil || !bytes.Equal(form, bare) || !bytes.Equal(c.crc, crc) {
			t.Fatalf("%q\n got %s, %s\nwant %s, %s, %v", line, form, c.crc, bare, crc, err)
		}
	}
	got, err := Decode(line)
	want, wantErr := slowly(line)
	if (err == nil) != (wantErr == nil) || err == nil && !reflect.DeepEqual(got, want) {
		t.Fatalf("%q\n got %+v, %v\nwant %+v, %v", line, got, err, want, wantErr)
	}
}

// TestLinesAreJudgedAlike changes lines, also in ways that their checksum does not notice.
func TestLinesAreJudgedAlike(t *testing.T) {
	all := lines(t)
	for _, line := range all {
		judgedAlike(t, line)
	}
	rapid.Check(t, func(t *rapid.T) {
		line := bytes.Clone(rapid.SampledFrom(all).Draw(t, "line"))
		for range rapid.IntRange(1, 3).Draw(t, "changes") {
			at := rapid.IntRange(0, len(line)-1).Draw(t, "where")
			piece := rapid.SampledFrom([]string{
				"", " ", "\\", `\u0041`, `\/`, "0", "-", ".0", "e1", "é", "\xff", "{", "]", ",", `"`, `"crc":"00000000",`, `"at":null,`,
			}).Draw(t, "piece")
			line = append(append(bytes.Clone(line[:at]), piece...), line[at+rapid.IntRange(0, 1).Draw(t, "replaced"):]...)
		}
		judgedAlike(t, line)
		if sealed, err := Seal(line); err == nil {
			judgedAlike(t, sealed)
		}
	})
}

func FuzzLine(f *testing.F) {
	for _, line := range lines(f) {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		judgedAlike(t, line)
		if sealed, err := Seal(line); err == nil {
			judgedAlike(t, sealed)
		}
	})
}

// TestLinesAreCheap: a plain line is read without a tree, and written into a buffer.
func TestLinesAreCheap(t *testing.T) {
	r := messages.Record{Seq: 7, At: 1_800_000_000_000, ID: "ch2mjpgc5loqpim5", Cause: 6, PolicyVersion: 5, Body: messages.RunQueued{
		Run: "kv5umeffh5dlvop4", Job: "backup", Slot: 1, FirstSlot: 1, Trigger: messages.TriggerSchedule,
	}}
	var c canonical
	line, err := c.encode(nil, r)
	if err != nil {
		t.Fatal(err)
	}
	if n := testing.AllocsPerRun(100, func() { _, _ = c.decode(line) }); n > 4 {
		t.Errorf("reading a line allocates %v times, want 4: id, run, job, body", n)
	}
	buf := make([]byte, 0, 4096)
	if n := testing.AllocsPerRun(100, func() { _, _ = c.encode(buf, r) }); n > 0 {
		t.Errorf("writing a line allocates %v times", n)
	}
}
