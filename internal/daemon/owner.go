package daemon

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"curfew/internal/datadir"
)

// A data folder that a node of a fleet has used has a file with the name of its realm. It belongs to nobody else: a daemon
// on its own would begin with an empty journal there, and run every job a second time; and in another realm its run history
// would be of records that do not exist.

// checkOwner says why a daemon may not use the data folder; nil: it may.
func checkOwner(o Options) error {
	was, err := os.ReadFile(filepath.Join(o.Data, datadir.Realm))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("of which fleet the data folder is a node's could not be read: %w", err)
	}
	realm := strings.TrimSpace(string(was))
	switch {
	case o.Fleet == nil:
		_, err := os.Stat(filepath.Join(o.Data, datadir.Journal))
		if err == nil {
			return nil // the journal of the fleet was brought here
		}
		return fmt.Errorf("the data folder %s is that of a node of the fleet %q, whose journal is on its servers. Start it as a node, "+
			"with --fleet SERVERS --realm %s; or choose another folder with --data. To go on without the fleet, "+
			"bring its journal here: `curfew journal import --help`", o.Data, realm, realm)
	case o.Fleet.Realm.Realm != realm:
		return fmt.Errorf("the data folder %s is that of a node of the fleet %q, not %q: choose another folder with --data, "+
			"or --realm %s", o.Data, realm, o.Fleet.Realm.Realm, realm)
	}
	return nil
}

// own marks the data folder as that of a node of the realm. It comes when the realm is open, so that a mistaken name of
// one that is not there leaves no mark.
func own(data, realm string) error {
	path := filepath.Join(data, datadir.Realm)
	if was, err := os.ReadFile(path); err == nil && strings.TrimSpace(string(was)) == realm {
		return nil
	}
	if err := os.WriteFile(path, []byte(realm+"\n"), 0o600); err != nil {
		return fmt.Errorf("the data folder could not be marked as that of a node of the fleet %q: %w", realm, err)
	}
	return nil
}
