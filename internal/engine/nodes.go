package engine

import (
	"context"

	"curfew/actors/system/orphans"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// Fleet is what a node knows of its fleet besides the log.
type Fleet struct {
	Realm     string // the name of its journal
	Decider   string // the node that decides; empty: none does at the moment, or it is not known
	Connected bool   // to the servers of the journal, and they answer
	Usurped   bool   // another process is this node: nothing runs here until it has gone
	Behind    uint64 // appends of the journal that this node has not taken in yet
}

// Fleet is what is known of the fleet; false if the runtime is on its own.
func (r *Runtime) Fleet(ctx context.Context) (f Fleet, ok bool) {
	if r.o.Fleet == nil {
		return f, false
	}
	return r.o.Fleet(ctx), true
}

// Reached reports whether what keeps the journal answers. It asks nobody.
func (r *Runtime) Reached() bool { return r.o.Reached == nil || r.o.Reached() }

// fleet reports whether this runtime is a node of a fleet.
func (r *Runtime) fleet() bool { return r.o.Node != "" }

// Retire says that this process of the node stops, so that it gets no new attempts. It waits until that is recorded.
func (r *Runtime) Retire(ctx context.Context) (err error) {
	var self *messages.NodeJoined
	err = r.View(ctx, func(m *policy.Machine) {
		for _, n := range m.Nodes() {
			if n.Node == r.o.Node && n.Lost.IsZero() {
				self = &n.NodeJoined
			}
		}
	})
	incarnation, _ := r.o.Seen()
	if err != nil || self == nil || self.Incarnation != incarnation { // the others do not know of this process
		return err
	}
	f := *self
	f.Stopping = true
	_, err = r.Commit(ctx, "", f)
	return err
}

// lastOurs reports whether an attempt that was in flight at the journal's end was the runtime's before this one. In a
// fleet those of a node are its own: whoever decides learns that the node was started anew, and the [orphans.Reporter]
// does the rest. Those of no node are of a runtime that was on its own with the journal.
func (r *Runtime) lastOurs(node string) bool { return !r.fleet() || node == "" }

// alone is the facts that no node is there or will come back, if the runtime goes on without a fleet with the journal of
// one.
func (r *Runtime) alone(ctx context.Context) (lost []messages.Fact, err error) {
	if !r.o.Alone {
		return nil, nil
	}
	err = r.View(ctx, func(m *policy.Machine) {
		for _, n := range m.Nodes() {
			if n.Reason != messages.LossAlone {
				lost = append(lost, messages.NodeLost{Node: n.Node, Reason: messages.LossAlone})
			}
		}
	})
	return lost, err
}

// lookForOrphans starts what reports the attempts of nodes that are gone.
func (d *duties) lookForOrphans(context.Context, recovered) (err error) {
	r := d.r
	d.orphans, err = orphans.Start(orphans.Config{
		Reader: r.reader("orphans", r.log.Last(), orphans.Topics...),
		Orphans: func(ctx context.Context) (all []policy.Orphan, err error) {
			err = r.View(ctx, func(m *policy.Machine) { all = m.Orphans() })
			return all, err
		},
		Decides: r.log.Leads, Publish: r.publish, Fatal: r.fail,
	})
	return err
}
