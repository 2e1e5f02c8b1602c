package engine

import (
	"maps"
	"os"
	"slices"
	"strings"

	"go.uber.org/zap"
)

// warnUnset logs the variables that the job file names, for secrets or for jobs to pass on, and that are not set in
// the daemon's environment, or empty where a secret is read, and returns them. Jobs run without them, and few
// programs say that they fail because a variable is missing.
func (r *Runtime) warnUnset() (unset []string) {
	c := r.Config()
	asked := c.Passed()
	names, needs := c.Secrets()
	for _, name := range names {
		if strings.TrimSpace(os.Getenv(name)) == "" {
			unset = append(unset, name)
			r.o.Logger.Warn("cron: a variable that the job file names is not set in the daemon's environment: "+needs[name],
				zap.String("variable", name))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(asked)) {
		if _, set := os.LookupEnv(name); set {
			continue
		}
		unset = append(unset, name)
		jobs := asked[name]
		r.o.Logger.Warn("cron: jobs pass on a variable that is not set in the daemon's environment; they run without it",
			zap.String("variable", name), zap.Strings("jobs", jobs[:min(len(jobs), maxNamed)]), zap.Int("of", len(jobs)))
	}
	slices.Sort(unset)
	return slices.Compact(unset)
}
