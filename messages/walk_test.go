package messages_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"curfew/messages"
)

// hostile are texts that JSON must escape, and some that are no text at all.
var hostile = rapid.OneOf(
	rapid.SampledFrom([]string{
		"", `"`, `\`, `\"`, `a\u0000`, "\x00", "\x1f\x7f", "\n\r\t\b\f", "<a href='x'>&", "\u2028\u2029", "\ufffd", "\xff",
		"\xed\xa0\x80", "é€😀", `","job":"other`, `"}`, "null", "default",
	}),
	rapid.String(),
	rapid.Map(rapid.SliceOfN(rapid.Byte(), 0, 8), func(b []byte) string { return string(b) }),
)

// spoil replaces some texts of a message by hostile ones, and makes some parts zero.
func spoil(t *rapid.T, v reflect.Value) {
	for i := range v.NumField() {
		f := v.Field(i)
		switch choice := rapid.IntRange(0, 3).Draw(t, "spoil"); {
		case f.Type() == rawType:
		case f.Kind() == reflect.Struct:
			spoil(t, f)
		case choice == 0:
			f.SetZero()
		case choice == 1 && f.Kind() == reflect.String:
			f.SetString(hostile.Draw(t, "hostile"))
		}
	}
}

func drawSpoilt(t *rapid.T, b messages.Body) messages.Body {
	v := reflect.New(reflect.TypeOf(b)).Elem()
	v.Set(reflect.ValueOf(draw(t, b)))
	spoil(t, v)
	return v.Interface().(messages.Body)
}

// TestWalksWriteAlike: the bytes of every message are those of encoding/json.
func TestWalksWriteAlike(t *testing.T) {
	for _, b := range messages.All() {
		t.Run(b.Name(), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				b := drawSpoilt(t, b)
				want, err := json.Marshal(b)
				if err != nil {
					t.Fatal(err)
				}
				got, err := messages.AppendBody([]byte("before"), b)
				if err != nil || string(got) != "before"+string(want) {
					t.Fatalf("%v\n got %s\nwant before%s", err, got, want)
				}
				alike(t, b.Name(), want)
				alike(t, b.Name(), damaged(t, want))
			})
		})
	}
}

// TestWalksRefuseAlike: what encoding/json cannot write is refused, and nothing of it is appended.
func TestWalksRefuseAlike(t *testing.T) {
	for name, d := range map[string]messages.Definition{
		"no number": {Retry: messages.Retry{Factor: math.NaN()}},
		"no JSON":   {With: json.RawMessage(`{"a":`)},
	} {
		b := messages.Defined(d)
		_, want := json.Marshal(b)
		out, err := messages.Record{Seq: 1, Body: b}.AppendJSON([]byte("before"))
		if want == nil || err == nil || string(out) != "before" {
			t.Errorf("%s: %q, %v, want %v", name, out, err, want)
		}
	}
}

// byReflection is what Decode did before there were walks.
func byReflection(b messages.Body, payload []byte) (messages.Body, error) {
	v := reflect.New(reflect.TypeOf(b))
	if d, ok := v.Interface().(*messages.JobDefined); ok {
		d.Kept = new(messages.Kept)
	}
	dec := json.NewDecoder(bytes.NewReader(payload))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v.Interface()); err != nil {
		return nil, err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("more")
	}
	if payload = bytes.TrimSpace(payload); payload[0] != '{' {
		return nil, errors.New("no object")
	}
	return v.Elem().Interface().(messages.Body), nil
}

// failer is what rapid and the fuzzer have in common.
type failer interface {
	Fatalf(format string, args ...any)
}

func alike(t failer, name string, payload []byte) {
	var of messages.Body
	for _, b := range messages.All() {
		if b.Name() == name {
			of = b
		}
	}
	want, wantErr := byReflection(of, payload)
	got, err := messages.Decode(name, payload)
	if (err == nil) != (wantErr == nil) || !reflect.DeepEqual(got, want) {
		t.Fatalf("%s %q\n got %#v, %v\nwant %#v, %v", name, payload, got, err, want, wantErr)
	}
}

// damaged is a text with a few changes that JSON may or may not mind.
func damaged(t *rapid.T, in []byte) []byte {
	in = bytes.Clone(in)
	for range rapid.IntRange(0, 3).Draw(t, "damages") {
		if len(in) < 2 {
			break
		}
		at := rapid.IntRange(0, len(in)-1).Draw(t, "where")
		switch rapid.IntRange(0, 3).Draw(t, "how") {
		case 0:
			in[at] = rapid.SampledFrom([]byte("\"\\{}[],:0e-. nutf\n\x00\xff\xc3")).Draw(t, "byte")
		case 1:
			in = append(in[:at:at], in[at+1:]...)
		case 2:
			piece := rapid.SampledFrom([]string{"null", " ", "00", "1e2", `\u0041`, `\ud800`, "{}", `"job":"x",`, "99999999999999999999"}).Draw(t, "piece")
			in = append(append(append([]byte(nil), in[:at]...), piece...), in[at:]...)
		default:
			in = bytes.Replace(in, []byte("00:00"), []byte("24:60"), 1)
		}
	}
	return in
}

// TestRecordsAreWrittenAlike: the line of a record is that of encoding/json.
func TestRecordsAreWrittenAlike(t *testing.T) {
	type line struct {
		Seq           uint64           `json:"seq"`
		At            messages.Instant `json:"at"`
		ID            string           `json:"id"`
		Cause         *uint64          `json:"cause"`
		PolicyVersion int              `json:"policy_version"`
		Topic         messages.Topic   `json:"topic"`
		Name          string           `json:"name"`
		Key           *string          `json:"key"`
		Kind          messages.Kind    `json:"kind"`
		Body          messages.Body    `json:"body"`
	}
	all := append(messages.All(), messages.Opaque{On: "elsewhere <&>"})
	var lines messages.Lines
	rapid.Check(t, func(t *rapid.T) {
		r := messages.Record{
			Seq: rapid.Uint64().Draw(t, "seq"), At: instants.Draw(t, "at"), ID: hostile.Draw(t, "id"),
			Cause: rapid.Uint64().Draw(t, "cause"), PolicyVersion: rapid.Int().Draw(t, "version"),
			Body: drawSpoilt(t, rapid.SampledFrom(all).Draw(t, "message")),
		}
		l := line{
			r.Seq, r.At, r.ID, nil, r.PolicyVersion, r.Body.Topic(), r.Body.Name(), nil, messages.KindOf(r.Body), r.Body,
		}
		if r.Cause != 0 {
			l.Cause = &r.Cause
		}
		if key := r.Body.Key(); key != "" {
			l.Key = &key
		}
		want, err := json.Marshal(l)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := r.AppendJSON([]byte("before")); err != nil || string(got) != "before"+string(want) {
			t.Fatalf("%v\n got %s\nwant before%s", err, got, want)
		}
		for range 2 { // the second remembers the instants of the first
			if got, err := lines.Append([]byte("before"), &r); err != nil || string(got) != "before"+string(want) {
				t.Fatalf("after others: %v\n got %s\nwant before%s", err, got, want)
			}
		}
	})
}

// TestTimesAreWrittenAlike compares instants and durations with the standard library.
func TestTimesAreWrittenAlike(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		i := messages.Instant(rapid.OneOf(rapid.Int64(), rapid.Int64Range(year(0), year(10_001)), rapid.Int64Range(-5, 5)).Draw(t, "ms"))
		want := "null"
		if i != 0 {
			want = `"` + time.UnixMilli(int64(i)).UTC().Format(messages.InstantLayout) + `"`
		}
		if got, err := i.MarshalJSON(); err != nil || string(got) != want {
			t.Fatalf("%d: %s, %v, want %s", i, got, err, want)
		}
		text := string(damaged(t, []byte(want)))
		var got messages.Instant
		if err, wantErr := got.UnmarshalJSON([]byte(text)), parsed(text, &i); (err == nil) != (wantErr == nil) || err == nil && got != i {
			t.Fatalf("%s: %d, %v, want %d, %v", text, got, err, i, wantErr)
		}
		d := time.Duration(rapid.Int64().Draw(t, "ns"))
		quoted, _ := json.Marshal(d.String())
		if got, err := messages.Duration(d).MarshalJSON(); err != nil || string(got) != string(quoted) {
			t.Fatalf("%d: %s, %v, want %s", d, got, err, quoted)
		}
	})
}

// parsed reads an instant by the standard library alone.
func parsed(text string, i *messages.Instant) error {
	*i = 0
	if text == "null" {
		return nil
	}
	var s string
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		return err
	}
	at, err := time.Parse(time.RFC3339Nano, s)
	*i = messages.At(at)
	return err
}

// hot are records of the messages that a run makes, and what each costs to be read, in allocations.
var hot = []struct {
	body  messages.Body
	reads float64
}{
	{messages.JobPaused{Job: "backup", By: "ada"}, 4},
	{messages.JobResumed{Job: "backup", By: "ada"}, 4},
	{messages.SlotsDue{Slots: []messages.JobSlot{{Job: "backup", Slot: 1}, {Job: "briefing", Slot: 1}}}, 5},
	{messages.AttemptStarted{Run: "kv5umeffh5dlvop4", Job: "backup", Attempt: 1, Slot: 1, Session: "default", Generation: 3}, 4},
	{messages.AttemptSucceeded{AttemptRef: messages.AttemptRef{Run: "kv5umeffh5dlvop4", Job: "backup", Attempt: 1, Incarnation: 9}, Called: true}, 4},
	{messages.AttemptFailed{AttemptRef: messages.AttemptRef{Run: "kv5umeffh5dlvop4", Job: "backup"}, Class: messages.ClassTransient, Error: "no"}, 5},
	{messages.Woke{Timer: messages.Timer{Run: "kv5umeffh5dlvop4", Job: "backup", Why: messages.WakeRetry, Due: 1}}, 4},
	{messages.WakeScheduled{Timer: messages.Timer{Run: "kv5umeffh5dlvop4", Job: "backup", Why: messages.WakeRetry, Due: 1}}, 4},
	{messages.RunQueued{Run: "kv5umeffh5dlvop4", Job: "backup", Slot: 1, FirstSlot: 1, Trigger: messages.TriggerSchedule}, 4},
	{messages.RunHeld{Run: "kv5umeffh5dlvop4", Job: "backup", Holds: []messages.Hold{messages.HoldSession}, Slot: 1, FirstSlot: 1}, 5},
	{messages.RunFinished{Run: "kv5umeffh5dlvop4", Job: "backup", Status: messages.StatusFailed, Reason: messages.FinishPermanent}, 4},
}

// TestWalksAreCheap: nothing is allocated to write a record of a run; to read one, its texts and its body are.
func TestWalksAreCheap(t *testing.T) {
	buf := make([]byte, 0, 4096)
	for _, h := range hot {
		r := messages.Record{Seq: 7, At: 1_800_000_000_000, ID: "ch2mjpgc5loqpim5", Cause: 6, PolicyVersion: 5, Body: h.body}
		line, err := r.AppendJSON(buf)
		if err != nil {
			t.Fatal(err)
		}
		if n := testing.AllocsPerRun(100, func() { _, _ = r.AppendJSON(buf) }); n > 0 {
			t.Errorf("%s: writing allocates %v times", h.body.Name(), n)
		}
		line = bytes.Clone(line)
		got, rest, ok := messages.ReadRecord(line)
		if !ok || string(rest) != "}" || !reflect.DeepEqual(got, r) {
			t.Errorf("%s: read %+v, %q, %v", line, got, rest, ok)
		}
		if n := testing.AllocsPerRun(100, func() { messages.ReadRecord(line) }); n > h.reads {
			t.Errorf("%s: reading allocates %v times, want %v", h.body.Name(), n, h.reads)
		}
	}
}

// FuzzRecord reads lines as they are, and once more with a space that encoding/json does not mind.
func FuzzRecord(f *testing.F) {
	for _, b := range messages.All() {
		line, err := messages.Record{Seq: 1, At: 1_800_000_000_000, ID: "x", Body: b}.MarshalJSON()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(line)
	}
	for _, h := range hot {
		line, err := messages.Record{Seq: 1, ID: "x", Cause: 9, Body: h.body}.MarshalJSON()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		var short, long messages.Record
		errShort := short.UnmarshalJSON(line)
		errLong := long.UnmarshalJSON(append([]byte(" "), line...))
		if (errShort == nil) != (errLong == nil) || !reflect.DeepEqual(short, long) {
			t.Fatalf("%q\nshort: %+v, %v\nlong: %+v, %v", line, short, errShort, long, errLong)
		}
		if errShort != nil {
			return
		}
		again, err := short.MarshalJSON()
		if err != nil {
			return // a year that JSON has no form for
		}
		var same messages.Record
		if err := same.UnmarshalJSON(again); err != nil {
			t.Fatalf("%s: %v", again, err)
		}
		if third, err := same.MarshalJSON(); err != nil || !bytes.Equal(third, again) {
			t.Fatalf("%s became %s, %v", again, third, err)
		}
	})
}
