package notifier

import (
	"maps"
	"slices"
	"sync"

	"curfew/actors/system/follow"
	"curfew/messages"
)

// desk is the targets as they are now, for all workers. A target that is gone stays known, with [noTarget] in its place,
// so that what waits for it is answered.
type desk struct {
	mu      sync.Mutex
	targets map[string]Target
	gone    map[string]bool
}

func newDesk(all map[string]Target) *desk {
	d := &desk{targets: maps.Clone(all), gone: map[string]bool{}}
	if d.targets == nil {
		d.targets = map[string]Target{}
	}
	return d
}

// known reports whether there is a worker for a target.
func (d *desk) known(name string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	_, ok := d.targets[name]
	return ok
}

// exists reports whether the job file has the target now.
func (d *desk) exists(name string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return !d.gone[name]
}

// target is the target of a worker as it is now; own is the one that it was made with.
func (d *desk) target(name string, own Target) Target {
	d.mu.Lock()
	defer d.mu.Unlock()
	if t, ok := d.targets[name]; ok {
		return t
	}
	return own
}

// set replaces the targets, and returns those that need a worker.
func (d *desk) set(all map[string]Target) (fresh []string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for name := range d.targets {
		if _, kept := all[name]; !kept {
			d.targets[name], d.gone[name] = noTarget{}, true
		}
	}
	for name, t := range all {
		if _, known := d.targets[name]; !known {
			fresh = append(fresh, name)
		}
		d.targets[name] = t
		delete(d.gone, name)
	}
	slices.Sort(fresh)
	return fresh
}

// Set replaces the targets. What is tried at the moment is tried at the old address to its end, and then at the new one.
// A target that is gone answers, to what waits for it, that it does not exist. New ones read what reader reads. After
// Stop it does nothing.
func (n *Notifier) Set(all map[string]Target, reader follow.Open) {
	n.mu.Lock()
	defer n.mu.Unlock()
	c := n.cfg
	c.Reader, c.Undelivered = reader, nil
	for _, name := range n.desk.set(all) {
		n.run(n.add(c, name, all[name]))
	}
}

// configured takes in where notifications and error reports go from that record of the log on.
func (w *worker) configured(f messages.RuntimeConfigured) {
	w.cfg.Notify, w.cfg.Reports = f.Notify, f.Reports
	if len(w.cfg.Notify) == 0 {
		w.cfg.Notify = []string{messages.TargetLog}
	}
}
