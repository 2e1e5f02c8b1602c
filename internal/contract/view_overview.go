package contract

import (
	"context"
	"time"

	"curfew/messages"
)

// OverviewView is what the first page asks besides [Backend].
type OverviewView interface {
	// Overview sums up the runtime.
	Overview(ctx context.Context, q OverviewQuery) (Overview, error)
	// Spending is what was spent on days, by the instants at which they begin, oldest first, the last one today's. A day
	// begins with a quarter of an hour, as it does in every time zone.
	Spending(ctx context.Context, days []messages.Instant) (Spending, error)
}

// Bounds of an [Overview].
const (
	MaxTimelineRows  = 40    // jobs of a timeline
	MaxTimelineRuns  = 1_000 // runs of one of them
	MaxTimelineSlots = 32    // slots of one of them that stand alone
	MaxSpenders      = 10    // jobs that have spent the most
)

// OverviewQuery says what the timeline of an overview is about.
type OverviewQuery struct{ Back, Ahead time.Duration }

// Overview sums up a runtime for people.
type Overview struct {
	Status
	Notes    []string     // what people should look at although the runtime works
	SignIns  []SignInHelp // of the sessions in Status, in the same order
	Timeline Timeline
}

// SignInHelp is how people sign in to a session.
type SignInHelp struct {
	URL   string // where a person gets a token; empty: the job file does not say
	Probe bool   // its backend can be asked whether it accepts a token
}

// Timeline is what has run, what lies ahead, and which sessions were not open.
type Timeline struct {
	From, Now, To messages.Instant
	Rows          []TimelineRow    // by job, at most [MaxTimelineRows]
	All           bool             // no other job exists; false: those that fail, that run, that ran last and that are next
	Outages       []Outage         // by session, then oldest first
	Known         messages.Instant // outages that were over before are not known; zero: none is known yet
}

// TimelineRow is a job in a timeline.
type TimelineRow struct {
	Job      string
	Session  string // empty: it depends on none
	Timezone string
	Paused   bool
	Failing  bool
	Runs     []TimelineRun    // those that have begun, oldest first
	Known    messages.Instant // runs that began before are not remembered; zero: all of the span are
	Slots    []messages.Instant
	Bands    []Band // slots that are too many to stand alone: they come after Slots
}

// TimelineRun is a run in a timeline.
type TimelineRun struct {
	ID         messages.RunID
	Status     messages.Status
	Start, End messages.Instant // End is zero while it goes on
}

// Band is a span with a slot in every part of it.
type Band struct{ From, To messages.Instant }

// Outage is a span in which a session was not open.
type Outage struct {
	Session  string
	State    messages.GateState // closed or probing
	Reason   string             // of a closed one
	From, To messages.Instant   // To is zero while it goes on
}

// Spending is what model calls have cost, in tokens. What they cost in money is not known.
type Spending struct {
	Days  []DaySpending    // as asked for
	Jobs  []JobSpending    // today, the most tokens first, at most [MaxSpenders]
	Known messages.Instant // what was spent before is not known; zero: nothing is known yet
}

// DaySpending is what was spent on a day.
type DaySpending struct {
	Begins   messages.Instant
	Total    messages.Usage
	Sessions []SessionSpending // by name
}

// SessionSpending is what was spent with the credential of a session.
type SessionSpending struct {
	Session string // empty: with keys of the jobs' own
	messages.Usage
}

// JobSpending is what a job has spent.
type JobSpending struct {
	Job string
	messages.Usage
}
