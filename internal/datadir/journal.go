package datadir

import (
	"fmt"
	"path/filepath"

	"curfew/bus"
	"curfew/bus/sqlite"
)

// OpenJournal opens the journal of a data folder for writing, and takes the lock of the folder.
func OpenJournal(data string) (bus.Journal, error) {
	return journal(sqlite.Open(filepath.Join(data, Journal)))
}

// OpenDamagedJournal is [OpenJournal] for people who accept that records are missing at the journal's end. If there are
// any it calls lost with them, and with the name of the copy that it made of the write-ahead log (empty: there was none).
func OpenDamagedJournal(data string, lost func(missing *bus.Corrupt, aside string)) (bus.Journal, error) {
	return journal(sqlite.OpenDamaged(filepath.Join(data, Journal), lost))
}

// ReadJournal opens the journal of a data folder for reading, with its daemon running or stopped. It changes nothing in
// the folder.
func ReadJournal(data string) (bus.Journal, error) {
	j, err := sqlite.OpenReadOnly(filepath.Join(data, Journal))
	if err != nil {
		return nil, fmt.Errorf("no journal in %s: %w", data, err)
	}
	return j, nil
}

func journal(j *sqlite.Journal, err error) (bus.Journal, error) {
	if err != nil {
		return nil, err
	}
	return j, nil
}
