// Package journal opens, exports, copies and restores the journal of a data folder. It is the one place that names the
// journal's driver.
package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"curfew/bus"
	"curfew/bus/sqlite"
	"curfew/internal/datadir"
)

// Open opens the journal of a data folder for writing, and takes the lock of the folder.
func Open(data string) (bus.Journal, error) {
	return opened(sqlite.Open(filepath.Join(data, datadir.Journal)))
}

// OpenDamaged is [Open] for people who accept that records are missing at the journal's end. If there are
// any it calls lost with them, and with the name of the copy that it made of the write-ahead log (empty: there was none).
func OpenDamaged(data string, lost func(missing *bus.Corrupt, aside string)) (bus.Journal, error) {
	return opened(sqlite.OpenDamaged(filepath.Join(data, datadir.Journal), lost))
}

// Read opens the journal of a data folder for reading, with its daemon running or stopped. It changes nothing in
// the folder.
func Read(data string) (bus.Journal, error) {
	j, err := sqlite.OpenReadOnly(filepath.Join(data, datadir.Journal))
	if err != nil {
		return nil, unread(data, err)
	}
	return j, nil
}

// unread says why the journal of a data folder could not be read.
func unread(data string, err error) error {
	fleet, marked := datadir.Elsewhere(data)
	if marked != nil {
		return marked
	}
	if fleet != "" {
		return fmt.Errorf("the data folder %s is that of a node of the fleet %q, whose journal is on its servers: "+
			"start the node, or name them by --fleet SERVERS --realm %s to `curfew journal export`", data, fleet, fleet)
	}
	switch {
	case errors.Is(err, fs.ErrPermission):
		return datadir.Foreign(data, err)
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("there is no journal in %s; %s", data, datadir.Other(data, datadir.FindUnit()))
	}
	return fmt.Errorf("no journal in %s: %w", data, err)
}

func opened(j *sqlite.Journal, err error) (bus.Journal, error) {
	if err != nil {
		return nil, err
	}
	return j, nil
}
