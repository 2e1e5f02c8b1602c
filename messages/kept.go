package messages

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
)

// Kept is a definition as the runtime keeps it for as long as the job is there. What most jobs have in common, their
// policies, is kept once for all of them: a million jobs that differ in name, schedule and with take 64 bytes each, and
// not 520. Whoever has one shares it, and nobody changes it: another definition is another value.
//
// Its fields and methods are those of a [Definition]; but Timetable is a method.
type Kept struct {
	*terms
	Job      string
	Schedule string
	With     json.RawMessage
}

// terms are a definition without job, schedule and with.
type terms = Definition

// Keep keeps a definition that shares nothing. [Shelf.Keep] shares.
func Keep(d Definition) *Kept {
	k := kept(&d)
	return &k
}

// kept takes over the definition.
func kept(d *Definition) Kept {
	k := Kept{terms: d, Job: d.Job, Schedule: d.Schedule, With: d.With}
	d.Job, d.Schedule, d.With = "", "", nil
	return k
}

// Whole is the definition as a value of its own; what its lists and pointers lead to is still shared.
func (k *Kept) Whole() Definition {
	d := *k.terms
	d.Job, d.Schedule, d.With = k.Job, k.Schedule, k.With
	return d
}

// Is reports whether it is that definition. False does not mean that their JSON differs.
func (k *Kept) Is(d *Definition) bool {
	return k.Job == d.Job && k.Schedule == d.Schedule && (k.With == nil) == (d.With == nil) && bytes.Equal(k.With, d.With) &&
		k.sameTerms(d)
}

// Timetable says when the job runs.
func (k *Kept) Timetable() Timetable {
	t := k.terms.Timetable
	t.Schedule = k.Schedule
	return t
}

// SlotsKey is that of the timetable.
func (k *Kept) SlotsKey() SlotsKey { return k.Timetable().SlotsKey() }

// SameSlots reports whether the job's timetable and another one of it name the same slots.
func (k *Kept) SameSlots(o Timetable) bool { return k.Timetable().SameSlots(o) }

// MarshalJSON is the JSON of the definition.
func (k *Kept) MarshalJSON() ([]byte, error) {
	if k == nil {
		return []byte("{}"), nil
	}
	if raw, ok := walkBody(nil, JobDefined{k}, nil); ok {
		return raw, nil
	}
	return json.Marshal(k.Whole())
}

// UnmarshalJSON reads a definition. A member that it does not have is an error.
func (k *Kept) UnmarshalJSON(raw []byte) error {
	d := new(Definition)
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(d); err != nil {
		return err
	}
	*k = kept(d)
	return nil
}

// encodable reports whether it can surely be encoded.
func (k *Kept) encodable() bool {
	finite := func(f float64) bool { return f-f == 0 }
	return k != nil && (k.With == nil || json.Valid(k.With)) && finite(k.Retry.Factor) && finite(k.Retry.Jitter)
}

// write passes it on as a definition.
func (k *Kept) write(w *walk) {
	d := k.Whole()
	d.walk(w)
}

// sameTerms reports whether two definitions differ in nothing but job, schedule and with.
func (d *Definition) sameTerms(o *Definition) bool {
	return d.Actor == o.Actor && d.Gated == o.Gated && d.Session == o.Session && d.OwnKey == o.OwnKey &&
		d.Timetable.sameTerms(&o.Timetable) && sameList(d.Env, o.Env) && sameMap(d.EnvValues, o.EnvValues) &&
		d.OnHold == o.OnHold && d.StaleAfter == o.StaleAfter && d.RerunAfterTools == o.RerunAfterTools &&
		d.OnInterrupt == o.OnInterrupt && d.Retry == o.Retry && d.Overlap == o.Overlap &&
		d.MaxParallel == o.MaxParallel && d.CatchUp == o.CatchUp && d.Timeout == o.Timeout &&
		d.NoTimeout == o.NoTimeout && d.History == o.History && d.SessionTarget == o.SessionTarget &&
		d.MaxTokensPerDay == o.MaxTokensPerDay && d.Disabled == o.Disabled && d.Title == o.Title &&
		d.Description == o.Description && sameList(d.Tags, o.Tags) && d.Deliver.same(o.Deliver) &&
		d.ManagedBy == o.ManagedBy && sameMap(d.RunsOn, o.RunsOn)
}

func (t *Timetable) sameTerms(o *Timetable) bool {
	return t.Anchor == o.Anchor && t.Timezone == o.Timezone && t.Days == o.Days && t.DST == o.DST &&
		t.Start == o.Start && t.End == o.End && sameList(t.Exclude, o.Exclude) && t.Splay == o.Splay &&
		t.DeleteAfterRun == o.DeleteAfterRun && samePointer(t.ActiveHours, o.ActiveHours) &&
		samePointer(t.After, o.After)
}

func (d *Deliver) same(o *Deliver) bool {
	if d == nil || o == nil {
		return d == o
	}
	return sameList(d.To, o.To) && d.BestEffort == o.BestEffort && sameList(d.On, o.On) && d.Remind == o.Remind
}

// sameList tells no list from an empty one: their JSON differs.
func sameList[T comparable](a, b []T) bool { return (a == nil) == (b == nil) && slices.Equal(a, b) }

func sameMap(a, b map[string]string) bool { return (a == nil) == (b == nil) && maps.Equal(a, b) }

func samePointer[T comparable](a, b *T) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}
