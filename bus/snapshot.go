package bus

import (
	"curfew/messages"
)

// KeptSnapshots is how many snapshots a journal keeps. If the newest cannot be read the one before it can; the
// others are spread over the journal, so that most of it can be decided again when its beginning has been let go.
const KeptSnapshots = 8

// A Snapshot is the state of whatever takes in the journal's records, at one of them.
type Snapshot struct {
	Seq           uint64           // every record up to here is in it
	At            messages.Instant // when it was made
	PolicyVersion int              // of the rules that made it
}

// Surplus is the snapshot to let go of, if there are too many; they are listed newest first.
func Surplus(all []Snapshot) (seq uint64, ok bool) {
	if len(all) <= KeptSnapshots {
		return 0, false
	}
	best := 2
	for i := 2; i+1 < len(all); i++ {
		if all[i-1].Seq-all[i+1].Seq < all[best-1].Seq-all[best+1].Seq {
			best = i
		}
	}
	return all[best].Seq, true
}
