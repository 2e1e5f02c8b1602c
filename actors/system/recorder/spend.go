package recorder

import (
	"time"

	"curfew/messages"
)

// What model calls cost is kept by quarters of an hour, since the day of every time zone begins with one.
const (
	// Quarter is the span of one sum.
	Quarter = 15 * time.Minute
	// KeepSpend is how long the sums of sessions are kept: a day of any zone, and seven days before it.
	KeepSpend = 9 * 24 * time.Hour
	// KeepJobSpend is how long the sums of jobs are kept: a day of any zone.
	KeepJobSpend = 2 * 24 * time.Hour
	// MaxSpend bounds each number of a sum, so that no sum of sums overflows: providers are not believed.
	MaxSpend = 1 << 50
)

// Spend is what model calls cost in a quarter of an hour. An attempt counts when it ends.
type Spend struct {
	At      messages.Instant // when the quarter begins
	Session string           // whose credential was used, as the job was defined then; empty: a key of the job's own
	messages.Usage
}

// Spending is what sessions have cost.
type Spending struct {
	Quarters []Spend          // by quarter, then by session
	Known    messages.Instant // from which on all costs are known; zero: none is
}

// JobSpend is what the model calls of a job cost in a span.
type JobSpend struct {
	Job string
	messages.Usage
}

// quarterOf is the quarter of an hour that an instant is in.
func quarterOf(at messages.Instant) messages.Instant {
	return at - at%messages.Instant(Quarter.Milliseconds())
}

// Spent is what a fact says of the cost of an attempt that has ended; false: it called no model. It counts only if
// [Fold] has taken the fact in.
func Spent(rec messages.Record) (quarter messages.Instant, u messages.Usage, ok bool) {
	var usage *messages.Usage
	switch m := rec.Body.(type) {
	case messages.AttemptSucceeded:
		usage = m.Usage
	case messages.AttemptFailed:
		usage = m.Usage
	case messages.AttemptInterrupted:
		usage = m.Usage
	}
	if usage == nil {
		return 0, messages.Usage{}, false
	}
	return quarterOf(rec.At), AddSpend(*usage, messages.Usage{}), true
}

// AddSpend is the sum of two costs, each number at most [MaxSpend].
func AddSpend(a, b messages.Usage) messages.Usage {
	sum := a.Plus(b)
	return messages.Usage{
		Calls: min(sum.Calls, MaxSpend), InputTokens: min(sum.InputTokens, MaxSpend), OutputTokens: min(sum.OutputTokens, MaxSpend),
	}
}

// Payer is the session whose credential the model calls of a job use; empty: the job has a key of its own, or needs
// none.
func Payer(d *messages.Kept) string {
	if d.OwnKey {
		return ""
	}
	return d.Session
}
