package messages_test

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"testing"
	"unsafe"

	"pgregory.net/rapid"

	"curfew/messages"
)

func drawDefinition(t *rapid.T) messages.Definition {
	return draw(t, messages.Defined(messages.Definition{})).Whole()
}

// TestKeptSaysTheSame: what is kept is the definition, in every field and method, also while it shares its terms with
// others.
func TestKeptSaysTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDefinition(t)
		var s messages.Shelf
		other := d
		other.Job, other.Schedule, other.With = "other", "@hourly", json.RawMessage(`{"other":1}`)
		s.Keep(&other)
		for _, k := range []*messages.Kept{messages.Keep(d), s.Keep(&d), s.Share(messages.Keep(d))} {
			if !reflect.DeepEqual(k.Whole(), d) || !k.Is(&d) || k.Is(&other) {
				t.Fatalf("kept %+v, want %+v", k.Whole(), d)
			}
			same(t, reflect.ValueOf(k).Elem(), reflect.ValueOf(d))
			raw, err := json.Marshal(k)
			want, wantErr := json.Marshal(d)
			if err != nil || wantErr != nil || string(raw) != string(want) {
				t.Fatalf("%s, %v, want %s, %v", raw, err, want, wantErr)
			}
		}
	})
}

// same compares what a selector finds in both: fields, and what methods without parameters return.
func same(t *rapid.T, k, d reflect.Value) {
	for _, f := range reflect.VisibleFields(d.Type()) {
		if f.Name == "Timetable" || f.Name == "Schedule" || f.Name == "Job" || f.Name == "With" {
			continue // fields or methods of Kept, which TestKeptHidesTheTerms looks at
		}
		if got, want := k.FieldByName(f.Name).Interface(), d.FieldByName(f.Name).Interface(); !reflect.DeepEqual(got, want) {
			t.Fatalf("%s is %v, want %v", f.Name, got, want)
		}
	}
	whole := reflect.New(d.Type())
	whole.Elem().Set(d)
	for m := range whole.Type().NumMethod() {
		name := whole.Type().Method(m).Name
		if whole.Method(m).Type().NumIn() > 0 {
			continue
		}
		got, want := k.Addr().MethodByName(name).Call(nil)[0], whole.Method(m).Call(nil)[0]
		if !reflect.DeepEqual(got.Interface(), want.Interface()) {
			t.Fatalf("%s() is %v, want %v", name, got, want)
		}
	}
}

// TestKeptHidesTheTerms: no selector finds the schedule of the terms, which is not that of the job.
func TestKeptHidesTheTerms(t *testing.T) {
	typ := reflect.TypeFor[messages.Kept]()
	for _, name := range []string{"Job", "Schedule", "With"} {
		if f, ok := typ.FieldByName(name); !ok || len(f.Index) != 1 {
			t.Errorf("%s is that of the terms", name)
		}
	}
	for m := range reflect.TypeFor[messages.Timetable]().NumMethod() {
		name := reflect.TypeFor[messages.Timetable]().Method(m).Name
		if name != "SlotsKey" && name != "SameSlots" {
			t.Errorf("Timetable has got a method %s: Kept must have its own, by its own schedule", name)
		}
	}
	k := messages.Keep(messages.Definition{Timetable: messages.Timetable{Schedule: "@daily"}})
	if k.SlotsKey() != k.Whole().SlotsKey() || !k.SameSlots(k.Timetable()) || k.SameSlots(messages.Timetable{Schedule: "@hourly"}) {
		t.Error("its slots are not those of its schedule")
	}
}

// TestTermsDiffer: definitions that differ in any field but job, schedule and with do not share.
func TestTermsDiffer(t *testing.T) {
	var vary func(t *rapid.T, d *messages.Definition, v reflect.Value, name string)
	vary = func(t *rapid.T, d *messages.Definition, v reflect.Value, name string) {
		if v.Kind() == reflect.Struct {
			for i := range v.NumField() {
				vary(t, d, v.Field(i), name+"."+v.Type().Field(i).Name)
			}
			return
		}
		before, was := messages.Keep(*d), reflect.New(v.Type()).Elem()
		was.Set(v)
		for range 100 {
			if fill(t, v, name); !reflect.DeepEqual(v.Interface(), was.Interface()) {
				break
			}
		}
		if before.Is(d) {
			t.Fatalf("a definition with another %s is taken for the same", name)
		}
		v.Set(was)
	}
	rapid.Check(t, func(t *rapid.T) {
		d := drawDefinition(t)
		vary(t, &d, reflect.ValueOf(&d).Elem(), "")
	})
}

// TestWeightOfADefinition bounds what is kept for each job of many that have the same terms.
func TestWeightOfADefinition(t *testing.T) {
	const bound = 64
	if n := unsafe.Sizeof(messages.Kept{}); n > bound {
		t.Errorf("a kept definition has %d bytes, over %d", n, bound)
	}
	var s messages.Shelf
	d := messages.Definition{Actor: "shell", Env: []string{"PATH"}, With: json.RawMessage(`{"command":"true"}`)}
	s.Keep(&d)
	n := testing.AllocsPerRun(100, func() { s.Keep(&d) })
	if n > 1 {
		t.Errorf("to keep a definition like another allocates %v times", n)
	}
	for i := range 100 { // as many as there are terms, the last ones are found
		d.Title = fmt.Sprint(i)
		s.Keep(&d)
	}
	if n := testing.AllocsPerRun(100, func() { s.Keep(&d) }); n > 1 {
		t.Errorf("after a hundred others it allocates %v times", n)
	}
}

// TestShelfReadsAlike: a definition that is written like the one before is read as any other is.
func TestShelfReadsAlike(t *testing.T) {
	plain := func(t *rapid.T) messages.Definition {
		d := drawDefinition(t)
		d.EnvValues, d.Deliver, d.After = nil, nil, nil // which encoding/json reads
		return d
	}
	rapid.Check(t, func(t *rapid.T) {
		var s messages.Shelf
		d := plain(t)
		for range rapid.IntRange(1, 5).Draw(t, "definitions") {
			switch rapid.IntRange(0, 4).Draw(t, "change") {
			case 0:
				d = plain(t)
			case 1:
				d.Job = hostile.Draw(t, "job")
			case 2:
				d.Schedule = hostile.Draw(t, "schedule")
			case 3:
				d.With = draw(t, messages.Defined(d)).With
			}
			raw, err := json.Marshal(d)
			if err != nil {
				t.Fatal(err)
			}
			for _, raw := range [][]byte{raw, append(raw, ",more"...), damaged(t, raw)} {
				k, rest, ok := s.Read(raw)
				if !ok {
					continue
				}
				var want messages.Kept
				if err := json.Unmarshal(raw[:len(raw)-len(rest)], &want); err != nil || !reflect.DeepEqual(k.Whole(), want.Whole()) {
					t.Fatalf("%s\nis read as %+v, want %+v, %v", raw, k.Whole(), want.Whole(), err)
				}
			}
		}
	})
}

// TestShelfReadsCheaply: of a definition that is written like the one before only job and schedule are new.
func TestShelfReadsCheaply(t *testing.T) {
	line := func(job, schedule string) []byte {
		raw, err := json.Marshal(messages.Definition{
			Job: job, Actor: "shell", Timetable: messages.Timetable{Schedule: schedule}, With: json.RawMessage(`{"command":"true"}`),
		})
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	var s messages.Shelf
	if _, _, ok := s.Read(line("first", "@daily")); !ok {
		t.Fatal("the first is not read")
	}
	for schedule, most := range map[string]float64{"@daily": 2, "0 7 * * *": 3} {
		raw := line("next", schedule)
		if n := testing.AllocsPerRun(100, func() { s.Read(raw) }); n > most {
			t.Errorf("%s: %v allocations, want %v", schedule, n, most)
		}
	}
}

// TestEncodable: what is said to be encodable is encoded, and the rest fails as it would.
func TestEncodable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDefinition(t)
		d.With = json.RawMessage(rapid.SampledFrom([]string{"", "{}", `{"a":`, "null", "{}{}", " [1]\n"}).Draw(t, "with"))
		d.Retry.Factor = rapid.SampledFrom([]float64{0, 2, math.NaN(), math.Inf(1)}).Draw(t, "factor")
		d.Retry.Jitter = rapid.SampledFrom([]float64{0, 0.5, math.NaN(), math.Inf(-1)}).Draw(t, "jitter")
		b := messages.Defined(d)
		_, want := messages.Encode(b)
		if got := messages.Encodable(b); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("%+v: %v, want %v", d, got, want)
		}
	})
}
