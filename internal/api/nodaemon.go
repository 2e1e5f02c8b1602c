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

// Error is one sentence that ends with the command that is next. It says first how to name the right folder: a daemon started
// on the wrong one would run every job a second time.
func (e *NoDaemon) Error() string {
	if e.Unit != nil && e.Unit.Data == e.Data {
		return fmt.Sprintf("the daemon of %s is not running. It is that of %s: `systemctl enable --now curfew` starts it; "+
			"if that fails, `systemctl status curfew` says why", e.Data, datadir.UnitName)
	}
	other := datadir.Other(e.Data, e.Unit)
	switch {
	case e.Node:
		return fmt.Sprintf("the daemon of %s is not running; %s; otherwise start it: %s", e.Data, other,
			datadir.Command("start --config FILE --fleet SERVERS --realm NAME", e.Data))
	case e.Had:
		return fmt.Sprintf("the daemon of %s is not running; %s; otherwise start it: %s", e.Data, other,
			datadir.Command("start --config FILE", e.Data))
	case e.Unit != nil:
		return fmt.Sprintf("no daemon has ever run on %s; %s", e.Data, other)
	default:
		return fmt.Sprintf("no daemon has ever run on %s; %s; otherwise start one: `curfew start --config FILE`", e.Data, other)
	}
}
