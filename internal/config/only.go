package config

import (
	"slices"

	"curfew/messages"
)

// Only is the job file with these of its jobs: for whoever has the others elsewhere, and does not keep them twice. Its
// [Config.Dead] warns of none.
func (c Config) Only(jobs []string) Config {
	var kept []messages.Definition
	for _, d := range c.Jobs {
		if slices.Contains(jobs, d.Job) {
			kept = append(kept, d)
		}
	}
	c.Jobs, c.spots = kept, nil
	return c
}
