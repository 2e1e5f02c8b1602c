package daemon

import (
	"fmt"

	"curfew/internal/datadir"
)

// checkOwner says why a daemon may not use the data folder; nil: it may.
func checkOwner(o Options) error {
	if o.Fleet == nil {
		fleet, err := datadir.Elsewhere(o.Data)
		if err != nil || fleet == "" {
			return err
		}
		return fmt.Errorf("the data folder %s is that of a node of the fleet %q, whose journal is on its servers. Start it as a node, "+
			"with --fleet SERVERS --realm %s; or choose another folder with --data. To go on without the fleet, "+
			"bring its journal here: `curfew journal import --help`", o.Data, fleet, fleet)
	}
	if datadir.HasJournal(o.Data) {
		return fmt.Errorf("the data folder %s has a journal of its own, %s, and a node needs a folder without: else a start without "+
			"--fleet would run every job a second time. Choose another one with --data, or move that file away when its journal "+
			"is in the fleet", o.Data, datadir.Journal)
	}
	fleet, err := datadir.Fleet(o.Data)
	if err != nil || fleet == "" || fleet == o.Fleet.Realm.Realm {
		return err
	}
	return fmt.Errorf("the data folder %s is that of a node of the fleet %q, not %q: choose another folder with --data, "+
		"or --realm %s", o.Data, fleet, o.Fleet.Realm.Realm, fleet)
}
