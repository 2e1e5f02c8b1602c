package cliagent

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"curfew/actors"
)

var _ actors.Uncounter = Spec{}

// exampleTokens are the paths that most CLIs would need; people change them.
const exampleTokens = "input_tokens: [usage.input_tokens], output_tokens: [usage.output_tokens]"

// Uncounted says why nothing of what the CLI prints is counted as tokens.
func (s Spec) Uncounted() string {
	switch {
	case s.Usage == nil && s.Preset != "":
		return fmt.Sprintf("preset %s has no usage; if its CLI says in JSON what it used, add to with where, such as usage: {%s}", s.Preset, exampleTokens)
	case s.Usage == nil:
		return fmt.Sprintf("Curfew does not know where the CLI says what it used; add that to with, such as usage: {%s}", exampleTokens)
	case len(s.Usage.InputTokens)+len(s.Usage.OutputTokens) == 0:
		return "usage names no tokens; add to it where they are, such as " + exampleTokens
	}
	for _, flag := range slices.Sorted(maps.Keys(s.Usage.Flags)) {
		pattern := s.Usage.Flags[flag]
		if !s.flags().match(map[string]string{flag: pattern}) {
			return fmt.Sprintf("the CLI says what it used only if it is called with %s %s; %s", flag, pattern, s.addFlag(flag, pattern))
		}
	}
	return ""
}

// jsonValue is the value by which nearly every CLI is asked for JSON.
const jsonValue = "json"

// addFlag says what to write so that the CLI is called with a flag.
func (s Spec) addFlag(flag, pattern string) string {
	p, err := compile(pattern)
	if err != nil || !strings.HasPrefix(pattern, "^") || !p.MatchString(jsonValue) || !slices.Contains(s.Argv, argsPlace) {
		return "add it to what is called"
	}
	if slices.Contains(s.Args, flag) {
		return fmt.Sprintf("give %s the value %s in args", flag, jsonValue)
	}
	return fmt.Sprintf("add args: [%s, %s] to with", flag, jsonValue)
}
