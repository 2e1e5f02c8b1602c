// Package oracle says when the schedulers that jobs come from would start them. It walks from minute to minute, as they
// do, and shares nothing with package scheduler, so that a mistake of one does not hide a mistake of the other.
//
// The rules are those of docs/dialects.md.
package oracle

import (
	"slices"
	"time"
)

// A Clock is how a scheduler treats a change of the clock.
type Clock int

const (
	// Debian is cron 3.0pl1: fixed times of day that a gap leaves out are made up for at its end and are not repeated
	// in a fold. Paces follow the clock.
	Debian Clock = iota
	// FirstPass is systemd: a time that the clock leaves out is dropped, and one that comes twice counts the first time.
	FirstPass
	// SecondPass is Quartz: it drops what a gap leaves out, and a time that comes twice counts the second time.
	SecondPass
	// Forward is Hermes: the first time that a gap leaves out starts as much later as the clock leaps, and one that comes
	// twice counts the first time.
	Forward
	// Follow is a scheduler that goes by what the clock shows: it drops what a gap leaves out, and a time that comes
	// twice counts twice.
	Follow
)

// A Wall is what the clock on the wall shows, in whole minutes.
type Wall struct {
	Year, Month, Day, Hour, Minute int
	Weekday                        time.Weekday
	Last                           int // the last day of this month
}

// A Rule is a schedule as its source understands it.
type Rule struct {
	Zone    *time.Location // nil: UTC
	Clock   Clock
	Match   func(Wall) bool // whether the schedule names that minute
	Seconds []int           // of a minute that matches, sorted; empty: second 0
	Fixed   bool            // for Debian: about a time of day, not about a pace
}

const (
	minute     = 60
	day        = 24 * 60 // in minutes
	adjustment = 3 * 60  // minutes: a larger change of the clock is a new clock
	catchUp    = 5       // minutes that cron lags behind without a change of the clock
	runUp      = 4 * 60  // minutes before the first slot, so that a change of the clock right before it is seen
)

// Slots are the instants after from and up to to at which the source starts the job, sorted, each once.
func (r Rule) Slots(from, to time.Time) []time.Time {
	w := walker{rule: r, zone: r.Zone}
	if w.zone == nil {
		w.zone = time.UTC
	}
	step := w.follow
	switch r.Clock {
	case Debian:
		step = w.debian
	case FirstPass:
		step = w.firstPass
	case SecondPass:
		step = w.secondPass
	case Forward:
		step = w.forward
	}
	first, last := from.Unix()/minute-runUp, to.Unix()/minute
	w.shown = first - day // nothing has been shown yet
	w.virtual = w.local(first) - 1
	for t := first; t <= last; t++ {
		step(t, w.local(t))
	}
	out := slices.DeleteFunc(w.slots, func(t time.Time) bool { return !t.After(from) || t.After(to) })
	slices.SortFunc(out, time.Time.Compare) // what is moved forward may pass others
	return slices.CompactFunc(out, time.Time.Equal)
}

// A walker goes through the minutes. Times are minutes since 1970, local ones by the wall clock.
type walker struct {
	rule    Rule
	zone    *time.Location
	offset  int64 // seconds, until the minute until
	until   int64
	shown   int64 // the latest local minute that the clock has shown
	virtual int64 // the local minute up to which cron has run its jobs
	today   int64 // the day whose date is in wall
	wall    Wall
	slots   []time.Time
}

// local is what the clock shows in a minute.
func (w *walker) local(t int64) int64 {
	if t >= w.until || w.until == 0 {
		at := time.Unix(t*minute, 0).In(w.zone)
		_, offset := at.Zone()
		w.offset, w.until = int64(offset), t+1
		if _, end := at.ZoneBounds(); !end.IsZero() && end.Unix()/minute > t {
			w.until = end.Unix() / minute
		} else if end.IsZero() {
			w.until = 1 << 62
		}
	}
	seconds := t*minute + w.offset
	return seconds / minute
}

// matches reports whether the schedule names a local minute.
func (w *walker) matches(local int64) bool {
	if d := local / day; d != w.today || w.wall.Year == 0 {
		at := time.Unix(local*minute, 0).UTC()
		w.today = d
		w.wall = Wall{
			Year: at.Year(), Month: int(at.Month()), Day: at.Day(), Weekday: at.Weekday(),
			Last: time.Date(at.Year(), at.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day(),
		}
	}
	w.wall.Hour, w.wall.Minute = int(local%day/60), int(local%60)
	return w.rule.Match(w.wall)
}

// start notes the slots of a minute.
func (w *walker) start(t int64) {
	if len(w.rule.Seconds) == 0 {
		w.slots = append(w.slots, time.Unix(t*minute, 0).UTC())
	}
	for _, s := range w.rule.Seconds {
		w.slots = append(w.slots, time.Unix(t*minute+int64(s), 0).UTC())
	}
}

func (w *walker) follow(t, local int64) {
	if w.matches(local) {
		w.start(t)
	}
}

func (w *walker) firstPass(t, local int64) {
	if local <= w.shown {
		return
	}
	w.shown = local
	w.follow(t, local)
}

// secondPass leaves out a minute that the clock is going to show again.
func (w *walker) secondPass(t, local int64) {
	_, end := time.Unix(t*minute, 0).In(w.zone).ZoneBounds()
	if change := end.Unix() / minute; !end.IsZero() && change-t <= adjustment {
		_, offset := end.In(w.zone).Zone()
		if again := change + int64(offset)/minute; local >= again {
			return
		}
	}
	w.follow(t, local)
}

// forward goes on from the last start, as that clock shows it. What a gap leaves out starts as much later as the clock
// has leaped, once: what was left out behind it is then in the past.
func (w *walker) forward(t, local int64) {
	if left := local - w.shown - 1; left > 0 && left <= adjustment {
		for m := w.shown + 1; m < local; m++ {
			if later := m - w.shown - 1; w.matches(m) {
				w.start(t + later)
				w.shown = local + later
				return
			}
		}
	}
	w.firstPass(t, local)
}

// debian is the main loop of cron: what it does with a minute depends on how far the clock is from where it left off.
func (w *walker) debian(t, local int64) {
	run := func(at int64, fixed, pace bool) {
		if (w.rule.Fixed && fixed || !w.rule.Fixed && pace) && w.matches(at) {
			w.start(t)
		}
	}
	switch ahead := local - w.virtual; {
	case ahead > adjustment || ahead < -adjustment: // a new clock
		w.virtual = local
		run(local, true, true)
	case ahead > catchUp: // a gap
		run(local, false, true)
		for w.virtual < local {
			w.virtual++
			run(w.virtual, true, false)
		}
	case ahead > 0:
		for w.virtual < local {
			w.virtual++
			run(w.virtual, true, true)
		}
	default: // the second pass of a fold
		run(local, false, true)
	}
}
