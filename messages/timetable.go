package messages

import (
	"cmp"
	"fmt"
)

// Timetable says when a job runs: the keys of its schedule in the job file. It is a part of every [Definition], so a
// new key is a new field here, and in SlotsKey; contract.Limits has it for people.
type Timetable struct {
	Schedule       string       `json:"schedule"`         // as written in the job file; the expressions of a list are joined by "; "
	Anchor         Instant      `json:"anchor"`           // from when "in 10 minutes" counts; null: no delay is in the schedule
	Timezone       string       `json:"timezone"`         // IANA name; empty: UTC
	Days           Days         `json:"days,omitzero"`    // what two restricted day fields mean together; empty: or
	DST            DST          `json:"dst"`              // what becomes of slots that a change of the clock leaves out or repeats
	Start          Instant      `json:"start"`            // no slot before it, not counting the splay; null: no bound
	End            Instant      `json:"end"`              // no slot after it, not counting the splay; null: no bound
	Exclude        []string     `json:"exclude"`          // dates (YYYY-MM-DD, by the schedule's own clock) without slots
	Splay          Duration     `json:"splay"`            // whole seconds; slots are delayed by a part of this, the same one at every time
	DeleteAfterRun bool         `json:"delete_after_run"` // a one-shot goes away once it has succeeded; it names no other slots
	ActiveHours    *ActiveHours `json:"active_hours"`     // null: always
	After          *After       `json:"after,omitzero"`   // the job that it follows, and then it names no slot by the clock, and schedule says the same; null: none
}

// SlotsKey is what of a [Timetable] names slots, as a value that can be compared.
type SlotsKey struct {
	schedule, timezone, exclude string
	anchor, start, end          Instant
	days                        Days
	dst                         DST
	splay                       Duration
	limited                     bool
	hours                       ActiveHours
	after                       After
}

// SlotsKey is equal for timetables that name the same slots of one job, as far as their text tells.
func (t Timetable) SlotsKey() SlotsKey {
	k := SlotsKey{
		schedule: t.Schedule, timezone: t.Timezone, exclude: quoted(t.Exclude), anchor: t.Anchor,
		start: t.Start, end: t.End, days: cmp.Or(t.Days, DaysOr), dst: cmp.Or(t.DST, DSTVixie), splay: t.Splay,
	}
	if t.ActiveHours != nil {
		k.limited, k.hours = true, *t.ActiveHours
	}
	if t.After != nil {
		k.after = After{Job: t.After.Job, On: cmp.Or(t.After.On, AfterSuccess)}
	}
	return k
}

// quoted is a list as a text; different lists have different texts.
func quoted(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return fmt.Sprintf("%q", list)
}

// SameSlots reports whether two timetables of one job name the same slots.
func (t Timetable) SameSlots(o Timetable) bool { return t.SlotsKey() == o.SlotsKey() }

// ActiveHours limits slots to a part of the day, both ends included; it may cross midnight.
type ActiveHours struct {
	Start string `json:"start"` // HH:MM
	End   string `json:"end"`   // HH:MM
}

// A Days says what the day of the month and the day of the week mean together if both are restricted.
type Days string

// The words of days.
const (
	DaysOr  Days = "or"  // either is enough, as in cron; both must match if one of the fields starts with * or ?. Empty means this
	DaysAnd Days = "and" // both must match
)

// AllDays are the words of days, the default first.
var AllDays = []Days{DaysOr, DaysAnd}

// A DST says what becomes of a time of day that a change of the clock leaves out or repeats.
type DST string

// The policies of dst. All but first_pass are about fixed times of day: a schedule whose minute or hour field starts
// with * follows the clock under them.
const (
	DSTVixie     DST = "vixie"      // left out: at the first instant after the gap; repeated: the first time only. Empty means this
	DSTSkip      DST = "skip"       // left out: not at all; repeated: the first time only
	DSTRunBoth   DST = "run_both"   // left out: at the first instant after the gap; repeated: both times
	DSTFirstPass DST = "first_pass" // every schedule, as under skip: left out: not at all; repeated: the first time only
)

// AllDST are the policies of dst, the default first.
var AllDST = []DST{DSTVixie, DSTSkip, DSTRunBoth, DSTFirstPass}
