package daemon

import (
	"context"
	"fmt"
	"strings"

	"curfew/internal/engine"
	"curfew/supervisor/policy"
)

// status is a line about the runtime for the service manager, which shows it beside the service. It fails when
// the log's writer does not answer.
func status(ctx context.Context, rt *engine.Runtime) (string, error) {
	const maxNamed = 3 // sessions
	var g policy.Glance
	if err := rt.View(ctx, func(m *policy.Machine) { g = m.Glance() }); err != nil {
		return "", err
	}
	var b strings.Builder
	running := len(rt.Running())
	if rt.Stopping() {
		fmt.Fprintf(&b, "stopping, %d attempts left", running)
	} else {
		fmt.Fprintf(&b, "%d jobs, %d attempts running", g.Jobs, running)
	}
	for i, s := range g.Sessions {
		if i == maxNamed {
			fmt.Fprintf(&b, ", and %d more", len(g.Sessions)-maxNamed)
			break
		}
		fmt.Fprintf(&b, ", %s %s", s.Name, s.State)
	}
	return b.String(), nil
}
