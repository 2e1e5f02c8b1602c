package compare

import (
	"fmt"
	"strings"

	"curfew/messages"
)

// A Kind is how a replay differs from the recorded journal.
type Kind string

// The kinds.
const (
	Different Kind = "different" // the replay made another decision
	Missing   Kind = "missing"   // the replay made a decision that was not recorded
	Extra     Kind = "extra"     // a decision was recorded that the replay did not make
	Corrupt   Kind = "corrupt"   // a line cannot be read, or is out of place
)

// A Difference is one difference between a replay and the journal.
type Difference struct {
	Kind     Kind
	Seq      uint64            // of the record; of a missing decision: of the fact that it follows from
	Reason   string            // why a line is corrupt, or what differs if the messages are equal
	Chain    []Link            // the records that led to it, the latest first
	Recorded messages.Decision // nil if missing or corrupt
	Replayed messages.Decision // nil if extra or corrupt
}

// MaxDifferences is how many differences a report lists.
const MaxDifferences = 100

// A Report is the outcome of a replay.
type Report struct {
	Facts, Decisions int          // how many were read
	Differences      []Difference // the first 100, in the order of the journal
	Total            int          // how many there are
	Before           int          // records before a snapshot, which were not decided again
	OtherVersion     bool         // a record was decided by another version of the policy
}

func (r *Report) add(ds ...Difference) {
	r.Total += len(ds)
	room := MaxDifferences - len(r.Differences)
	r.Differences = append(r.Differences, ds[:min(len(ds), max(room, 0))]...)
}

// String is the first difference in full and the numbers. Its last line is "N facts, M decisions, K differences".
func (r Report) String() string {
	var b strings.Builder
	if len(r.Differences) > 0 {
		b.WriteString(r.Differences[0].String())
	}
	if r.Before > 0 {
		fmt.Fprintf(&b, "older records were pruned: %d records before the journal's snapshot were not derived again\n", r.Before)
	}
	if r.OtherVersion {
		b.WriteString("some records were decided by another version of the policy\n")
	}
	fmt.Fprintf(&b, "%d facts, %d decisions, %d differences", r.Facts, r.Decisions, r.Total)
	return b.String()
}

// String is several lines: the difference, both decisions, and the chain of causes.
func (d Difference) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: record %d", d.Kind, d.Seq)
	if d.Reason != "" {
		fmt.Fprintf(&b, ": %s", d.Reason)
	}
	b.WriteByte('\n')
	if d.Recorded != nil {
		fmt.Fprintf(&b, "  recorded: %s\n", form(d.Recorded))
	}
	if d.Replayed != nil {
		fmt.Fprintf(&b, "  replayed: %s\n", form(d.Replayed))
	}
	for _, l := range d.Chain {
		fmt.Fprintf(&b, "  because: %s\n", l)
	}
	return b.String()
}
