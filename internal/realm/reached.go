package realm

import (
	"context"
	"encoding/json"
)

// Reached reports whether the servers answer what most of them must agree on: one that is connected may have lost the
// others. A silence is noticed when a lease has lapsed.
func (r *Realm) Reached() bool {
	if t := r.presence.Load(); t != nil {
		return t.Valid()
	}
	return !r.silent.Load()
}

// Usurped reports whether another process is this node. This one waits until that has gone: nothing runs here.
func (r *Realm) Usurped() bool { return r.usurped.Load() }

// heard notes what the servers have answered to a question about the lease of this node's presence.
func (r *Realm) heard(key string, err error) {
	if key != keyDecider {
		r.silent.Store(err != nil)
		r.usurped.Store(false)
	}
}

// rival is who else has the lease of a node's presence.
type rival struct {
	incarnation uint64
	revision    uint64 // of its lease, when it was met first
}

// What is logged of a rival. One that has crashed has the lease for some seconds.
const (
	sayPerhaps = "realm: another process is this node, or was it a moment ago: waiting until it is gone"
	sayUsurped = "realm: another process is this node, and goes on: nothing runs here until it has gone; " +
		"stop it, or start one of the two with another --node"
)

// meets looks who has the lease of this node's presence, which self waits for, and returns what is to be logged of it. Who
// is no former presence of this process, and renews the lease, is another process; that holds until the lease is free, also
// when nobody answers who has it now.
func (r *Realm) meets(ctx context.Context, key string, self Node, other *rival) string {
	var n Node
	value, revision, err := r.leases.Holder(ctx, key)
	switch {
	case err != nil || value == nil || json.Unmarshal(value, &n) != nil:
	case n.Incarnation >= r.o.Node.Incarnation && n.Incarnation <= self.Incarnation:
	case n.Incarnation != other.incarnation:
		*other = rival{n.Incarnation, revision}
	case revision != other.revision:
		r.silent.Store(false)
		r.usurped.Store(true)
	}
	if r.Usurped() {
		return sayUsurped
	}
	return sayPerhaps
}
