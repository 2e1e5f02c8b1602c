package engine

import (
	"context"

	"curfew/actors/system/orphans"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// fleet reports whether this runtime is a node of a fleet.
func (r *Runtime) fleet() bool { return r.o.Node != "" }

// lastOurs reports whether an attempt that was in flight at the journal's end was the runtime's before this one. In a
// fleet those of a node are its own: whoever decides learns that the node was started anew, and the [orphans.Reporter]
// does the rest. Those of no node are of a runtime that was on its own with the journal.
func (r *Runtime) lastOurs(node string) bool { return !r.fleet() || node == "" }

// alone is the facts that no other node is there, if the runtime goes on without a fleet with the journal of one.
func (r *Runtime) alone(ctx context.Context) (lost []messages.Fact, err error) {
	if !r.o.Alone {
		return nil, nil
	}
	err = r.View(ctx, func(m *policy.Machine) {
		for _, n := range m.Nodes() {
			if n.Lost.IsZero() {
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
