package engine

import (
	"os"

	"curfew/internal/config"
)

// MissingPrograms are programs that jobs of the file run, and that this process does not find now, at most most of them.
// It looks in the file system, so that a program which was installed meanwhile is there.
func (r *Runtime) MissingPrograms(most int) (missing []config.Program) {
	for _, p := range r.settings().programs {
		if len(missing) == most {
			break
		}
		if p.Why(os.LookupEnv) != "" {
			missing = append(missing, p)
		}
	}
	return missing
}
