package cliagent

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// flags are the arguments of a command, without the prompt.
type flags []string

// flags are what the CLI is called with. Of a command for the shell they are its words.
func (s Spec) flags() flags {
	if len(s.Argv) == 0 {
		return strings.Fields(s.Command)
	}
	return s.places()
}

// value is what follows a flag, as the next argument or behind "="; the last flag of that name counts, as CLIs have it.
func (f flags) value(name string) (string, bool) {
	for i, arg := range slices.Backward(f) {
		if arg == name && i+1 < len(f) {
			return f[i+1], true
		}
		if v, ok := strings.CutPrefix(arg, name+"="); ok {
			return v, true
		}
	}
	return "", false
}

// match reports whether the CLI is called with every flag that is wanted.
func (f flags) match(want map[string]string) bool {
	for name, pattern := range want {
		v, ok := f.value(name)
		if !ok {
			return false
		}
		if p, err := compile(pattern); err != nil || !p.MatchString(v) {
			return false
		}
	}
	return true
}

func checkFlags(name string, want map[string]string) error {
	if len(want) > maxFields {
		return fmt.Errorf("%s: a rule has more than %d flags", name, maxFields)
	}
	for _, flag := range slices.Sorted(maps.Keys(want)) {
		if !strings.HasPrefix(flag, "-") {
			return fmt.Errorf("%s: flags.%s is not a valid flag; write it as in argv, such as --mode", name, flag)
		}
		if err := checkPattern(name+": flags."+flag, want[flag]); err != nil {
			return err
		}
	}
	return nil
}
