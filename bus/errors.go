package bus

import (
	"errors"
	"fmt"
)

// Corrupt says that records of a journal are damaged or missing. Restore the file from a copy.
type Corrupt struct {
	First, Last uint64 // the records concerned
	Reason      string
	AtEnd       bool // nothing that is left stands behind them
}

// Error names the records.
func (c *Corrupt) Error() string {
	return fmt.Sprintf("bus: journal: records %d to %d: %s", c.First, c.Last, c.Reason)
}

// ErrLocked means that another process holds the journal's lock for longer than a journal waits for it (SQLite: five
// seconds). Nothing was written, and the same may be tried again.
var ErrLocked = errors.New("another process holds the lock of the journal")
