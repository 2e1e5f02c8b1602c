package api

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"syscall"

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

// unheard is the error of a daemon that cannot be asked at a URL. Where nothing listens on this machine, which has a unit,
// it says what shows why: the service is stopped, or another program had its address before.
func unheard(base string, err error, u *datadir.Unit) error {
	at, parsed := url.Parse(base)
	here := parsed == nil && (at.Hostname() == "localhost" || net.ParseIP(at.Hostname()).IsLoopback())
	if u == nil || !here || !errors.Is(err, syscall.ECONNREFUSED) {
		return fmt.Errorf("the daemon at %s cannot be asked: %w", base, err)
	}
	return fmt.Errorf("the daemon at %s cannot be asked: %w. `systemctl status curfew` shows whether this machine's daemon runs, "+
		"and its log whether it has that address", base, err)
}
