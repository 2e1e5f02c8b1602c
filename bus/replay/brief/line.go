package brief

import (
	"fmt"
	"strings"

	"curfew/messages"
)

// A Line is words and name=value pairs, in the order in which they were added. The zero value is empty.
type Line struct{ parts []string }

// String is the line, with a space between its parts.
func (w *Line) String() string { return strings.Join(w.parts, " ") }

// Add adds a word.
func (w *Line) Add(s string) { w.parts = append(w.parts, s) }

// KV adds name=value, unless the value is zero.
func (w *Line) KV(name string, v any) {
	switch v := v.(type) {
	case messages.Instant:
		if !v.IsZero() {
			w.Add(name + "=" + Clock(v))
		}
		return
	case bool:
		if v {
			w.Add(name)
		}
		return
	}
	if s := fmt.Sprint(v); s != "" && s != "0" && s != "0s" {
		if strings.ContainsAny(s, " \t") {
			s = fmt.Sprintf("%q", s)
		}
		w.Add(name + "=" + s)
	}
}

// Slots adds the slots that a run stands for.
func (w *Line) Slots(slot, first messages.Instant, missed int) {
	w.KV("slot", slot)
	if first != slot {
		w.KV("first", first)
	}
	w.KV("missed", missed)
}

// Holds is the names of holds in one word.
func Holds(hs []messages.Hold) string {
	s := make([]string, len(hs))
	for i, h := range hs {
		s[i] = string(h)
	}
	return strings.Join(s, "+")
}

// Clock is an instant for people who read a story: day of the month and time, with seconds only if there are any.
func Clock(i messages.Instant) string {
	t := i.Time()
	layout := "02T15:04:05"
	if t.Nanosecond() != 0 {
		layout += ".000"
	}
	if t.Second() == 0 && t.Nanosecond() == 0 {
		layout = "02T15:04"
	}
	return t.Format(layout)
}
