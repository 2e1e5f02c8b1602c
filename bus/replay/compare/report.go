package compare

import (
	"fmt"
	"strings"

	"curfew/messages"
)

// A Kind says how a replay differs from what was recorded.
type Kind string

// The kinds.
const (
	Different Kind = "different" // a decision came out otherwise
	Missing   Kind = "missing"   // a decision follows and was not recorded
	Extra     Kind = "extra"     // a decision was recorded and does not follow
	Corrupt   Kind = "corrupt"   // a line cannot be read, or is out of place
)

// Difference is one of them.
type Difference struct {
	Kind     Kind
	Seq      uint64            // of the record; of what is missing: of the fact that it follows from
	Reason   string            // why a line is corrupt, or what is different if not the message
	Chain    []Link            // what led to it, the latest first
	Recorded messages.Decision // nil if missing or corrupt
	Replayed messages.Decision // nil if extra or corrupt
}

// MaxDifferences is how many differences a report lists.
const MaxDifferences = 100

// Report is the outcome of a comparison.
type Report struct {
	Facts, Decisions int          // that were read
	Differences      []Difference // the first 100, in the order of the journal
	Total            int          // all of them
	Before           int          // records that stand before a snapshot, and were not decided again
	OtherVersion     bool         // a record was decided by another version of the policy
}

func (r *Report) add(ds ...Difference) {
	r.Total += len(ds)
	room := MaxDifferences - len(r.Differences)
	r.Differences = append(r.Differences, ds[:min(len(ds), max(room, 0))]...)
}

// String tells the first difference in full. Its last line is "N facts, M decisions, K differences".
func (r Report) String() string {
	var b strings.Builder
	if len(r.Differences) > 0 {
		b.WriteString(r.Differences[0].String())
	}
	if r.Before > 0 {
		fmt.Fprintf(&b, "the journal's beginning was let go: %d records before its snapshot were not derived\n", r.Before)
	}
	if r.OtherVersion {
		b.WriteString("some records were decided by another version of the policy\n")
	}
	fmt.Fprintf(&b, "%d facts, %d decisions, %d differences", r.Facts, r.Decisions, r.Total)
	return b.String()
}

// String is several lines: what differs, both decisions, and the chain of causes.
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
