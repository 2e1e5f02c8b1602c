package realm

import "context"

const AgainEvery = againEvery

// Unanswered is what is logged when nobody answers who has this node's name.
func (r *Realm) Unanswered() string {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return r.meets(ctx, keyOf(r.o.Node.Name), r.o.Node, &rival{})
}
