package cliagent_test

import (
	"strings"
	"testing"

	"curfew/actors/cliagent"
)

// TestUncounted pins of which jobs nobody counts the tokens, and what they are told to write. What is told ends it.
func TestUncounted(t *testing.T) {
	tokens := []string{"usage.input_tokens"}
	json := map[string]string{"--mode": "^json$"}
	argv := []string{"tool", "{args}", "{prompt}"}
	for _, tt := range []struct {
		name string
		spec cliagent.Spec
		want string // in the warning; empty: there is none
	}{
		{"nobody knows", cliagent.Spec{Command: "tool"}, "add that to with, such as usage: {input_tokens: [usage.input_tokens], output_tokens: [usage.output_tokens]}"},
		{"somebody knows", cliagent.Spec{Command: "tool", Usage: &cliagent.Usage{InputTokens: tokens}}, ""},
		{"a preset that does not know", cliagent.Spec{Preset: "copilot", Argv: argv}, "preset copilot has no usage; "},
		{"calls alone", cliagent.Spec{Command: "tool", Usage: &cliagent.Usage{Calls: []string{"n"}}}, "usage names no tokens; "},
		{"not called so", cliagent.Spec{Preset: "pi", Argv: argv, Usage: &cliagent.Usage{OutputTokens: tokens, Flags: json}}, "only if it is called with --mode ^json$; add args: [--mode, json] to with"},
		{"called so", cliagent.Spec{Preset: "pi", Argv: argv, Args: []string{"--mode", "json"}, Usage: &cliagent.Usage{OutputTokens: tokens, Flags: json}}, ""},
		{"called otherwise", cliagent.Spec{Preset: "pi", Argv: argv, Args: []string{"--mode", "text"}, Usage: &cliagent.Usage{OutputTokens: tokens, Flags: json}}, "; give --mode the value json in args"},
		{"a line", cliagent.Spec{Command: "tool", Usage: &cliagent.Usage{OutputTokens: tokens, Flags: json}}, "only if it is called with --mode ^json$; add it to what is called"},
		{"any value", cliagent.Spec{Argv: argv, Usage: &cliagent.Usage{OutputTokens: tokens, Flags: map[string]string{"--json": "."}}}, "only if it is called with --json .; add it to what is called"},
	} {
		if got := tt.spec.Uncounted(); tt.want == "" && got != "" || !strings.Contains(got, tt.want) {
			t.Errorf("%s: %q, not %q", tt.name, got, tt.want)
		}
	}
}
