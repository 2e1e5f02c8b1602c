package realm

import (
	"context"
	"fmt"

	"go.uber.org/zap"

	"curfew/bus/sleep"
)

// letOlder waits as long as a node is there that has older rules: such a node cannot follow what newer rules decide, so
// those with the oldest rules decide. One that is drained, or stops, is not waited for.
func (r *Realm) letOlder(ctx context.Context) {
	said := ""
	for ctx.Err() == nil {
		older, err := r.older(ctx)
		switch {
		case err == nil && older == nil:
			return
		case ctx.Err() != nil:
		case err != nil:
			if text := err.Error(); text != said {
				r.log.Error("realm: which nodes are there cannot be asked for, so this node does not decide", zap.Error(err))
				said = text
			}
		case said != older.Name:
			r.log.Info("realm: a node with older rules decides as long as it is there; use the same curfew on it in the end",
				zap.String("node", older.Name), zap.Int("its_rules", older.Rules), zap.Int("rules", r.o.Node.Rules))
			said = older.Name
		}
		_ = sleep.For(ctx, tryEvery)
	}
}

// older is a node that has older rules and may decide; nil: there is none.
func (r *Realm) older(ctx context.Context) (*Node, error) {
	if r.o.Node.Rules == 0 {
		return nil, nil
	}
	there, err := r.look(ctx)
	if err != nil {
		return nil, err
	}
	closed := map[string]bool{}
	if r.o.Known != nil {
		known, err := r.o.Known(ctx)
		if err != nil {
			return nil, fmt.Errorf("realm: the nodes that the log knows: %w", err)
		}
		for _, k := range known {
			closed[k.Node] = !k.Open()
		}
	}
	for _, n := range there {
		if n.Rules < r.o.Node.Rules && !closed[n.Name] {
			return &n, nil
		}
	}
	return nil, nil
}
