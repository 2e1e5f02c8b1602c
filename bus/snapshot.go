package bus

import (
	"curfew/messages"
)

// KeptSnapshots is how many snapshots a journal keeps. The newest two are for a start, in case the newest cannot be
// read. The others are spread over the journal, so that most of it can be derived again after its oldest records were
// removed.
const KeptSnapshots = 8

// A Snapshot is the state of a machine after one of the journal's records.
type Snapshot struct {
	Seq           uint64           // of the last record that is in the state
	At            messages.Instant // when the snapshot was made
	PolicyVersion int              // the version of the rules that made it
}

// Surplus is the snapshot to remove if there are more than [KeptSnapshots]: the one whose neighbours are closest
// together, but never one of the newest two or the oldest. The snapshots are listed newest first. It is for drivers.
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
