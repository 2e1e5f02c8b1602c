package cliagent

import (
	"maps"

	"curfew/actors"
)

var _ actors.Describer = Spec{}

// Members says what a job file may have in the block. A preset may fill in every member of it, at any depth.
func (Spec) Members() map[string]actors.Member {
	all := map[string]actors.Member{
		"preset":                {Needs: []string{"prompt"}, Examples: []any{"claude-code"}},
		"command":               {Required: true, Unless: []string{"argv", "preset"}, Most: MaxArgument},
		"argv":                  {Least: 1, Most: MaxArguments, Examples: []any{[]string{"tool", "run", "{prompt}"}}},
		"argv.*":                {Most: MaxArgument},
		"args.*":                {Most: MaxArgument},
		"prompt":                {Most: MaxPrompt, Examples: []any{"Prepare my day."}},
		"user":                  {Pattern: actors.UserName, Examples: []any{"www-data"}},
		"stdin":                 {Most: actors.MaxStdin},
		"model":                 {Most: maxModel},
		"asks_when":             {Most: MaxRules},
		"asks_when.*":           {Most: MaxPattern},
		"idle_timeout":          {Examples: []any{"15m"}},
		"sign_in":               {Most: maxSignIn},
		"usage.json":            {About: "Fields of the JSON objects that say it: a path, and a value, pattern or list.", Most: maxFields},
		"usage.flags":           {About: aboutFlags, Pattern: `^-`, Most: maxFields},
		"usage.flags.*":         {Most: MaxPattern},
		"usage.per_call":        {About: "Each such line of standard output tells of one call: they are added; else its last object tells of all.", Default: false},
		"usage.calls":           {About: "Where the number of calls is: paths, of which * is every member. They are added; with per_call and none, the lines are counted.", Most: maxFields},
		"usage.calls.*":         {Most: maxPath, Pattern: aPath},
		"usage.input_tokens":    {About: "Where the tokens are that went in: paths. They are added.", Most: maxFields, Examples: []any{[]string{"usage.input_tokens"}}},
		"usage.input_tokens.*":  {Most: maxPath, Pattern: aPath},
		"usage.output_tokens":   {About: "Where the tokens are that came out: paths. They are added.", Most: maxFields, Examples: []any{[]string{"usage.output_tokens"}}},
		"usage.output_tokens.*": {Most: maxPath, Pattern: aPath},

		"preflight.command": {About: "A command that succeeds if the CLI is signed in.", Most: MaxArgument},
		"preflight.timeout": {About: "How long it may take, at most 10m.", Default: "30s"},
		"preflight.spends":  {About: "It may renew the sign-in, so it is never run beside an attempt of the session.", Default: false},
	}
	for _, name := range []string{"expired_when", "quota_when", "failed_when", "retry_when", "final_when", "wait_when"} {
		maps.Copy(all, ends(name+"."))
	}
	return all
}

const aboutFlags = "What the CLI must have been called with: a flag, and a pattern of its value."

// aPath is a path of a usage: names with dots between them.
const aPath = `^[^.]+(\.[^.]+)*$`

// ends are the members of a [When].
func ends(at string) map[string]actors.Member {
	all := map[string]actors.Member{
		at + "exit_code":   {About: "Exit statuses.", Most: MaxRules},
		at + "exit_code.*": {Least: leastCode, Most: mostCode},
		at + "pattern":     {About: "Patterns (RE2) that are looked for in the end of the output.", Most: MaxRules},
		at + "pattern.*":   {Most: MaxPattern},
		at + "any":         {About: "Rules, of which each may look at more than one thing.", Most: MaxRules},
	}
	at += "any.*."
	maps.Copy(all, map[string]actors.Member{
		at + "exit_code":   {About: "Exit statuses, of which the process has one.", Most: MaxRules},
		at + "exit_code.*": {Least: leastCode, Most: mostCode},
		at + "stdout":      {About: "A pattern (RE2) in the end of standard output.", Most: MaxPattern},
		at + "stderr":      {About: "A pattern (RE2) in the end of standard error.", Most: MaxPattern},
		at + "pattern":     {About: "A pattern (RE2) in the end of either.", Most: MaxPattern},
		at + "json":        {About: "Fields of the last JSON object that was printed: a path such as error.code, and a value, pattern or list.", Most: maxFields},
		at + "flags":       {About: aboutFlags, Pattern: `^-`, Most: maxFields},
		at + "flags.*":     {Most: MaxPattern},
	})
	return all
}
