package api

import (
	"fmt"

	"curfew/internal/datadir"
)

// NoDaemon says that no daemon serves a data folder.
type NoDaemon struct {
	Data string
	Had  bool          // a daemon has used it before
	Node bool          // that was a node of a fleet
	Unit *datadir.Unit // the daemon of the machine that systemd runs; nil: there is none
}

var _ error = (*NoDaemon)(nil)

func noDaemon(data string) *NoDaemon {
	e := &NoDaemon{Data: data, Had: datadir.HasJournal(data), Unit: datadir.FindUnit()}
	fleet, err := datadir.Elsewhere(data)
	e.Node = fleet != "" || err != nil // a mark that is damaged is one
	return e
}

// Error says first how to name the right folder: a daemon started on the wrong one would run every job a second time.
func (e *NoDaemon) Error() string {
	if e.Unit != nil && e.Unit.Data == e.Data {
		return fmt.Sprintf("the daemon of %s is not running. It is that of %s: `systemctl enable --now curfew` starts it; "+
			"if that fails, `systemctl status curfew` says why", e.Data, datadir.UnitName)
	}
	is := fmt.Sprintf("no daemon has ever run on %s", e.Data)
	start := "To start a first one, see `curfew start --help`"
	if e.Had || e.Node {
		is = fmt.Sprintf("the daemon of %s is not running", e.Data)
		command := "start --config FILE"
		if e.Node {
			command += " --fleet SERVERS --realm NAME"
		}
		start = "Otherwise start it: " + datadir.Command(command, e.Data)
	}
	return fmt.Sprintf("%s. %s. %s", is, datadir.Other(e.Data, e.Unit), start)
}
