// Package scheduler says when: it parses schedules and computes their next slot. It is not the
// scheduler that runs them: it reads no clock, starts no goroutine and publishes nothing.
//
// A slot is an instant that a schedule names. A schedule is one or more expressions: cron fields, a
// macro such as "@daily", "every 15m", "at 2027-01-15T12:00:00Z" or "in 10 minutes". All
// knowledge about time zones and daylight saving is in this package; no other package computes with local
// times. The dialect is described in docs/schedules.md.
package scheduler

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"curfew/messages"
)

const (
	// MaxExpr is the longest expression, in bytes.
	MaxExpr = 256
	// MaxExprs is how many expressions a schedule may have.
	MaxExprs = 16
	// MaxExclude is how many dates a schedule may leave out.
	MaxExclude = 1000
	// MaxSplay is the longest splay.
	MaxSplay = 24 * time.Hour
)

// Separator stands between the expressions of a schedule: "0 7 * * *; every 90m".
const Separator = ";"

// A Key names the part of a timetable that is wrong, as the job file calls it.
type Key string

// The parts.
const (
	KeySchedule    Key = "schedule"
	KeyTimezone    Key = "timezone"
	KeyActiveHours Key = "active_hours"
	KeyDays        Key = "days"
	KeyDST         Key = "dst"
	KeyStart       Key = "start"
	KeyEnd         Key = "end"
	KeyExclude     Key = "exclude"
	KeySplay       Key = "splay"
)

// An Error says what is wrong with a timetable and what is allowed instead.
type Error struct {
	Key     Key    // which part
	Value   string // as it was written
	Problem string // such as `minute field "61": 61 is over 59 (allowed: …)`
}

// Error is `scheduler: schedule "61 * * * *": minute field "61": …`.
func (e *Error) Error() string {
	return fmt.Sprintf("scheduler: %s %q: %s", e.Key, e.Value, e.Problem)
}

// A Schedule is a parsed [messages.Timetable]. It is immutable and may be shared; the zero value names no slot.
// Only [Parse] makes others.
type Schedule struct{ *plan }

// plan is what a Schedule points to.
type plan struct {
	rules   []rule
	delay   int64 // the job's share of the splay, in seconds
	splayed bool
	start   int64 // seconds; no slot before it, not counting the delay
	end     messages.Instant
	text    string
}

var _ fmt.Stringer = Schedule{}

// OneShot reports whether the schedule names one slot only: "at" or "in", alone.
func (s Schedule) OneShot() bool {
	return s.plan != nil && len(s.rules) == 1 && (s.rules[0].kind == kindAt || s.rules[0].kind == kindIn)
}

// Reboot reports whether the job is to run at every start of the runtime. Next knows nothing of it.
func (s Schedule) Reboot() bool { return s.has(kindReboot) }

// Follows reports whether the ends of another job's runs make its slots. Next knows nothing of them.
func (s Schedule) Follows() bool { return s.has(kindAfter) }

// Relative reports whether a slot counts from when the job was defined, so that it needs an Anchor.
func (s Schedule) Relative() bool { return s.has(kindIn) }

func (s Schedule) has(k kind) bool {
	return s.plan != nil && slices.ContainsFunc(s.rules, func(r rule) bool { return r.kind == k })
}

// Location is the zone of the first expression, in which slots are shown.
func (s Schedule) Location() *time.Location {
	if s.plan == nil {
		return time.UTC
	}
	return s.rules[0].zone.loc
}

// Delay is by how much the slots of this job are later than the expressions say: its share of the splay.
func (s Schedule) Delay() time.Duration {
	if s.plan == nil {
		return 0
	}
	return time.Duration(s.delay) * time.Second
}

// String is the schedule as it was written, with its zone and hours, for people to read.
func (s Schedule) String() string {
	if s.plan == nil {
		return "never"
	}
	return s.text
}

func textOf(t messages.Timetable) string {
	text := strings.Join(strings.Fields(t.Schedule), " ")
	if t.Timezone != "" {
		text += " " + t.Timezone
	}
	if h := t.ActiveHours; h != nil {
		text += " " + h.Start + "-" + h.End
	}
	return text
}
