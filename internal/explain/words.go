package explain

import (
	"fmt"
	"strings"
	"time"
	"unicode"

	"curfew/messages"
	"curfew/messages/text"
)

// Bounds of texts from others, in characters.
const (
	maxWord  = 40  // in the verdict
	maxQuote = 160 // in the chain, and of an error in the verdict
	keptEnd  = 80  // of an error that is longer
	maxLeft  = 500 // of the processes that an attempt left running
)

// plain is a text from others on one line. Characters that cannot be printed become dots.
func plain(s string, limit int) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsPrint(r), r == unicode.ReplacementChar:
			return '·'
		}
		return r
	}, s[:min(len(s), 4*limit)])
	s = text.OneLine(s)
	if rs := []rune(s); len(rs) > limit {
		return string(rs[:limit-1]) + "…"
	}
	return s
}

// failed is the error of an attempt on one line. Of a long one the middle is left out: at its end errors have what caused
// them, and what is to be done.
func failed(s string) string {
	rs := []rune(plain(s, max(len(s), maxQuote)))
	if len(rs) <= maxQuote {
		return string(rs)
	}
	return string(rs[:maxQuote-keptEnd-1]) + "…" + string(rs[len(rs)-keptEnd:])
}

// words writes times for people.
type words struct {
	zone *time.Location
	now  messages.Instant
}

// clock is an instant for people: the time, with the date unless it is today.
func (w words) clock(i messages.Instant) string {
	t, now := i.Time().In(w.zone), w.now.Time().In(w.zone)
	layout := "15:04:05"
	if t.Second() == 0 {
		layout = "15:04"
	}
	if t.Year() != now.Year() || t.YearDay() != now.YearDay() {
		layout = "2006-01-02 " + layout
	}
	return t.Format(layout)
}

// then is an instant beside another one, without the date if both have the same.
func (w words) then(i, other messages.Instant) string {
	return words{w.zone, other}.clock(i)
}

// slots is a span of slots: "07:00", or "3 slots (04:00 to 06:00)".
func (w words) slots(count int, first, last messages.Instant) string {
	if count == 1 || first == last {
		return "slot " + w.clock(last)
	}
	return fmt.Sprintf("%d slots (%s to %s)", count, w.clock(first), w.clock(last))
}

// long is a span for people, in at most two units.
func long(d time.Duration) string {
	d = d.Round(time.Millisecond)
	switch {
	case d < time.Second:
		return d.String()
	case d < time.Minute:
		return d.Truncate(100 * time.Millisecond).String()
	}
	d = d.Truncate(time.Second)
	units := []struct {
		name string
		size time.Duration
	}{{"d", 24 * time.Hour}, {"h", time.Hour}, {"m", time.Minute}, {"s", time.Second}}
	var parts []string
	for _, u := range units {
		if n := d / u.size; n > 0 {
			parts = append(parts, fmt.Sprintf("%d%s", n, u.name))
			d -= n * u.size
		} else if len(parts) > 0 {
			break
		}
		if len(parts) == 2 {
			break
		}
	}
	return strings.Join(parts, " ")
}
