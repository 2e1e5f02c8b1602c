package explain

import (
	"fmt"
	"strings"
	"time"

	"curfew/messages"
)

// When is a time as a person writes it, in the job's zone unless it names another.
type When struct {
	text    string
	instant messages.Instant // of an RFC 3339 time
	date    time.Time        // zero: today, yesterday, or the latest day with such a slot
	back    int              // 0 for today, 1 for yesterday
	dated   bool
	clock   time.Duration // time of day
	span    time.Duration // its precision: a minute or a second
}

// IsZero reports whether no time is given.
func (w When) IsZero() bool { return w.text == "" }

// String is the time as it was written.
func (w When) String() string { return w.text }

// ParseWhen reads an RFC 3339 time, "07:00", "07:00:30", "today 07:00", "yesterday 07:00" or
// "2027-01-15 07:00". An empty text is the zero value.
func ParseWhen(text string) (When, error) {
	w := When{text: strings.TrimSpace(text)}
	if w.text == "" {
		return w, nil
	}
	if t, err := time.Parse(time.RFC3339Nano, w.text); err == nil {
		if w.instant = messages.At(t); w.instant <= 0 {
			return When{}, wrongWhen(text)
		}
		return w, nil
	}
	day, clock, ok := strings.Cut(w.text, " ")
	if !ok {
		day, clock = "", w.text
	}
	switch day {
	case "":
	case "today", "yesterday":
		w.dated = true
		if day == "yesterday" {
			w.back = 1
		}
	default:
		date, err := time.Parse(time.DateOnly, day)
		if err != nil {
			return When{}, wrongWhen(text)
		}
		w.dated, w.date = true, date
	}
	for layout, span := range map[string]time.Duration{"15:04": time.Minute, "15:04:05": time.Second} {
		if t, err := time.Parse(layout, strings.TrimSpace(clock)); err == nil {
			w.clock = time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute + time.Duration(t.Second())*time.Second
			w.span = span
			return w, nil
		}
	}
	return When{}, wrongWhen(text)
}

func wrongWhen(text string) error {
	return fmt.Errorf("at %q is not a time; write 07:00, \"today 07:00\", \"yesterday 07:00\", \"2027-01-15 07:00\" or RFC 3339, such as 2027-01-15T07:00:00Z",
		plain(text, maxWord))
}

// target is the slot in question: the one at an instant, else the latest in a window.
type target struct {
	at       messages.Instant // zero: the newest slot or run
	from, to messages.Instant
	gap      bool // the clock was set forward over that time
}

// maxBack is how many days back a slot at a time of day is looked for.
const maxBack = 400

// resolve finds the slot that a time means.
func (w When) resolve(now messages.Instant, h history) target {
	switch {
	case w.IsZero():
		return target{}
	case !w.instant.IsZero() && h.names(w.instant):
		return target{at: w.instant, from: w.instant, to: w.instant}
	case !w.instant.IsZero():
		return h.aim(target{at: w.instant, from: w.instant.Add(time.Millisecond - time.Minute), to: w.instant})
	}
	zone := h.zone(now)
	today := now.Time().In(zone)
	if w.dated {
		day := today.AddDate(0, 0, -w.back)
		if !w.date.IsZero() {
			day = w.date
		}
		return h.aim(w.on(day, zone))
	}
	var first target
	for back := range maxBack {
		t := w.on(today.AddDate(0, 0, -back), zone)
		if t.at > now {
			continue
		}
		if first.at.IsZero() {
			first = h.aim(t)
		}
		if aimed := h.aim(t); h.names(aimed.at) && aimed.at <= now {
			return aimed
		}
	}
	return first
}

// on is the time of day on a date.
func (w When) on(day time.Time, zone *time.Location) target {
	y, m, d := day.Date()
	sec := int(w.clock / time.Second)
	t := time.Date(y, m, d, sec/3600, sec/60%60, sec%60, 0, zone)
	if t.Hour() == sec/3600 && t.Minute() == sec/60%60 {
		at := messages.At(t)
		return target{at: at, from: at, to: at.Add(w.span - time.Millisecond)}
	}
	// The clock was set forward over that time. Its slot is at the first instant after the gap.
	start, end := t.ZoneBounds()
	if t.Sub(start) < longestGap {
		end = start
	}
	return target{at: messages.At(end), from: messages.At(end), to: messages.At(end), gap: true}
}

// longestGap is the most by which a zone sets its clocks forward, except for a change of date.
const longestGap = 3 * time.Hour

// aim moves the target to the slot of the schedule in its window, or to the slot that splay has moved out of it.
func (h *history) aim(t target) target {
	s, _, ok := h.schedule(t.at)
	if !ok {
		return t
	}
	if slot := within(s, t.at, t.at); slot == t.at {
		return t
	}
	slot := within(s, t.from, t.to)
	if d := s.Delay(); d > 0 && slot.IsZero() {
		slot = within(s, t.from.Add(d), t.to.Add(d))
	}
	if !slot.IsZero() {
		t.at, t.from, t.to = slot, min(t.from, slot), max(t.to, slot)
	}
	return t
}

// names reports whether the schedule in force at the instant has a slot at it.
func (h *history) names(i messages.Instant) bool {
	s, _, ok := h.schedule(i)
	return ok && within(s, i, i) == i
}
