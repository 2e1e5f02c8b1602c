package shell

import "curfew/actors"

var _ actors.Describer = Spec{}

// Members says what a job file may have in the block.
func (Spec) Members() map[string]actors.Member {
	return map[string]actors.Member{
		"command":              {Required: true, Most: MaxCommand, Examples: []any{"./backup.sh"}},
		"user":                 {Pattern: actors.UserName, Examples: []any{"www-data"}},
		"stdin":                {Most: actors.MaxStdin},
		"background":           {Words: []string{BackgroundEnd, BackgroundKeep}, Default: BackgroundEnd},
		"shell":                {Pattern: shellPattern, Default: actors.Shell, Examples: []any{"/bin/bash"}},
		"success_exit_codes":   {Most: maxExitCode + 1, Default: []int{0}, Examples: []any{[]int{0, 24}}},
		"success_exit_codes.*": {Most: maxExitCode},
	}
}
