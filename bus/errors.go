package bus

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"curfew/messages"
)

// ErrLocked means that another process holds the journal's lock for longer than an append waits for it. Nothing was
// written. The caller may try again with the same records.
var ErrLocked = errors.New("another process holds the lock of the journal")

// ErrFenced means that another writer has taken the journal over. Nothing was written, and this one can never write
// again: what it knows of the journal is no longer all.
var ErrFenced = errors.New("another writer has taken the journal over")

// GivenUp is the error for messages that were published on a log that follows, and that it could not hand on to the one
// that decides before it closed. Nobody else knows of them, and their callers did not wait. A few may have arrived whose
// receipt was lost.
type GivenUp struct {
	ByName map[string]int // how many of each kind; by the names of messages
}

// Error says how many they are, and of which kinds.
func (g *GivenUp) Error() string {
	all, kinds := 0, make([]string, 0, len(g.ByName))
	for _, name := range slices.Sorted(maps.Keys(g.ByName)) {
		all += g.ByName[name]
		kinds = append(kinds, fmt.Sprintf("%s (%d)", name, g.ByName[name]))
	}
	return fmt.Sprintf("bus: facts were given up, as the log that decides did not take them within %s: %d in all: %s",
		sendAtClose, all, strings.Join(kinds, ", "))
}

// ErrNoSnapshot means that a journal has no snapshot of that seq.
var ErrNoSnapshot = errors.New("there is no such snapshot")

// Corrupt is the error for records of a journal that are damaged or missing. Restoring the journal from a backup mends
// it.
type Corrupt struct {
	First, Last uint64 // the records concerned
	Reason      string
	AtEnd       bool // the journal has no record after them
}

// Error names the records.
func (c *Corrupt) Error() string {
	return fmt.Sprintf("bus: journal: records %d to %d: %s", c.First, c.Last, c.Reason)
}

// Newer is the error for a record that was decided by rules which this build does not have. What it would make of the
// record may be wrong.
type Newer struct {
	Seq      uint64
	Version  int // of the rules that decided it
	HasRules int // the newest that this build has
}

// Error says what to do.
func (n *Newer) Error() string {
	return fmt.Sprintf("record %d was decided by rules of version %d, and this build has version %d: "+
		"use a newer curfew here", n.Seq, n.Version, n.HasRules)
}

// CheckRules returns a [*Newer] if the record was decided by newer rules than those of that version; of version 0, by any.
func CheckRules(r messages.Record, version int) error {
	if version > 0 && r.PolicyVersion > version {
		return &Newer{Seq: r.Seq, Version: r.PolicyVersion, HasRules: version}
	}
	return nil
}
