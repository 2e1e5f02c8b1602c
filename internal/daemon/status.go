package daemon

import (
	"context"
	"fmt"
	"strings"

	"curfew/internal/engine"
	"curfew/supervisor/policy"
)

// glance is a line about the runtime, for whoever looks at its service. It fails when the log's writer
// does not answer.
func glance(ctx context.Context, r *engine.Runtime) (string, error) {
	const most = 3 // sessions that are named
	var g policy.Glance
	if err := r.View(ctx, func(m *policy.Machine) { g = m.Glance() }); err != nil {
		return "", err
	}
	var b strings.Builder
	running := len(r.Running())
	if r.Stopping() {
		fmt.Fprintf(&b, "stopping, %d attempts left", running)
	} else {
		fmt.Fprintf(&b, "%d jobs, %d attempts running", g.Jobs, running)
	}
	for i, s := range g.Sessions {
		if i == most {
			fmt.Fprintf(&b, ", and %d more", len(g.Sessions)-most)
			break
		}
		fmt.Fprintf(&b, ", %s %s", s.Name, s.State)
	}
	return b.String(), nil
}
