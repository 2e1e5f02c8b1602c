package world

import (
	"errors"
	"sync/atomic"

	"curfew/bus"
	"curfew/bus/sqlite"
	"curfew/messages"
)

// MortalDisk is a journal on a disk that can die: from then on nothing is written.
type MortalDisk struct {
	*sqlite.Journal
	Dead atomic.Bool
}

var (
	_ bus.Journal = (*MortalDisk)(nil)
	_ bus.Stager  = (*MortalDisk)(nil)
)

// Append refuses the records if the disk is dead.
func (m *MortalDisk) Append(rs []messages.Record) error {
	if m.Dead.Load() {
		return errors.New("the disk is gone")
	}
	return m.Journal.Append(rs)
}

// Stage leaves everything to Append.
func (m *MortalDisk) Stage(rs []messages.Record) (write func() error, err error) {
	return func() error { return m.Append(rs) }, nil
}

// SaveCursor refuses the cursor if the disk is dead.
func (m *MortalDisk) SaveCursor(c bus.Cursor) error {
	if m.Dead.Load() {
		return errors.New("the disk is gone")
	}
	return m.Journal.SaveCursor(c)
}
