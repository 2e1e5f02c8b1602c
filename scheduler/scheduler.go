// Package scheduler says when: it parses schedules and computes their next slot. It is not the
// scheduler that runs them: it reads no clock, starts no goroutine and publishes nothing.
//
// A slot is an instant that a schedule names. A schedule is five cron fields, a macro such as
// "@daily", "every 15m" or "at 2027-01-15T12:00:00Z". All of the knowledge about time zones and
// daylight saving is in this package; nobody else computes with local times.
package scheduler

import (
	"fmt"
	"strings"
	"time"

	"curfew/messages"
)

// MaxExpr is the longest schedule text, in bytes.
const MaxExpr = 256

// Spec is a schedule as it is written in a job file.
type Spec struct {
	Expr        string                // such as "0 7 * * *", "@daily", "every 15m", "at 2027-01-15T12:00:00Z"
	Timezone    string                // IANA name; empty: UTC
	Job         string                // name of the job; reserved for what is spread by it, today it changes nothing
	ActiveHours *messages.ActiveHours // nil: always
}

// A Key names the part of a [Spec] that is wrong, as the job file calls it.
type Key string

// The parts.
const (
	KeySchedule    Key = "schedule"
	KeyTimezone    Key = "timezone"
	KeyActiveHours Key = "active_hours"
)

// An Error says what is wrong with a [Spec] and what is allowed instead.
type Error struct {
	Key     Key    // which part
	Value   string // as it was written
	Problem string // such as `minute field "61": 61 is over 59 (allowed: …)`
}

// Error is `scheduler: schedule "61 * * * *": minute field "61": …`.
func (e *Error) Error() string {
	return fmt.Sprintf("scheduler: %s %q: %s", e.Key, e.Value, e.Problem)
}

type kind uint8

const (
	kindNever kind = iota // of the zero Schedule
	kindCron
	kindEvery
	kindAt
)

// A Schedule is a parsed [Spec]. It is immutable and may be shared; the zero value names no slot.
// Only [Parse] makes others.
type Schedule struct {
	kind   kind
	cron   cron
	every  int64            // kindEvery: seconds between slots, at least 1
	at     messages.Instant // kindAt
	loc    *time.Location
	active hours
	text   string
}

var _ fmt.Stringer = Schedule{}

// Parse reads a schedule. The error is an [*Error]; a schedule that can never name a slot is one, too.
func Parse(spec Spec) (Schedule, error) {
	s, err := parse(spec)
	if err != nil {
		return Schedule{}, err
	}
	s.text = describe(spec)
	return s, nil
}

func parse(spec Spec) (Schedule, error) {
	if len(spec.Expr) > MaxExpr {
		return Schedule{}, &Error{KeySchedule, spec.Expr[:MaxExpr], fmt.Sprintf("longer than %d bytes", MaxExpr)}
	}
	loc, err := zone(spec.Timezone)
	if err != nil {
		return Schedule{}, &Error{KeyTimezone, spec.Timezone, err.Error()}
	}
	s := Schedule{loc: loc}
	if err := s.parseExpr(strings.TrimSpace(spec.Expr)); err != nil {
		return Schedule{}, &Error{KeySchedule, spec.Expr, err.Error()}
	}
	if spec.ActiveHours != nil {
		if err := s.limit(*spec.ActiveHours); err != nil {
			return Schedule{}, &Error{KeyActiveHours, spec.ActiveHours.Start + "-" + spec.ActiveHours.End, err.Error()}
		}
	}
	return s, nil
}

// OneShot reports whether the schedule names one slot only.
func (s Schedule) OneShot() bool { return s.kind == kindAt }

// String is the schedule as it was written, with its zone and hours, for people to read.
func (s Schedule) String() string {
	if s.kind == kindNever {
		return "never"
	}
	return s.text
}

func describe(spec Spec) string {
	text := strings.Join(strings.Fields(spec.Expr), " ")
	if spec.Timezone != "" {
		text += " " + spec.Timezone
	}
	if h := spec.ActiveHours; h != nil {
		text += " " + h.Start + "-" + h.End
	}
	return text
}
