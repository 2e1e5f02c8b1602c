package cliagent_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"curfew/actors"
	"curfew/actors/cliagent"
)

// seq is what the program of that name prints.
func seq(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintln(&b, i+1)
	}
	return b.String()
}

func TestValidate(t *testing.T) {
	const many = 200
	args := func(args ...string) cliagent.Spec { return cliagent.Spec{Argv: args, Prompt: "hello"} }
	rules := func(codes []int, patterns ...string) cliagent.Spec {
		return cliagent.Spec{Command: "a", ExpiredWhen: &cliagent.When{ExitCode: codes, Pattern: patterns}}
	}
	before := func(p cliagent.Preflight) cliagent.Spec { return cliagent.Spec{Command: "a", Preflight: &p} }
	within := func(d time.Duration) cliagent.Spec {
		return before(cliagent.Preflight{Command: "a", Timeout: (*actors.Duration)(&d)})
	}
	const tooLong = "argv: an argument may have 65536 bytes and all together 262144, with the prompt; give a long prompt on standard input"
	for _, tt := range []struct {
		spec cliagent.Spec
		want string
	}{
		{cliagent.Spec{Command: "./agent"}, ""},
		{cliagent.Spec{Command: "./agent", Prompt: strings.Repeat("a", cliagent.MaxPrompt)}, ""},
		{args("agent", "-p", "{prompt}"), ""},
		{cliagent.Spec{Command: "./agent", Stdin: strings.Repeat("a", actors.MaxStdin)}, ""},
		{cliagent.Spec{Argv: []string{"agent", "{prompt}"}, Prompt: "hello", Stdin: "a"}, ""},
		{rules([]int{1, 255}, "Please run /login"), ""},
		{before(cliagent.Preflight{Command: "agent status"}), ""},
		{within(90 * time.Second), ""},
		{cliagent.Spec{Preset: "p", Prompt: "hello", Argv: []string{"a"}, Preflight: &cliagent.Preflight{Spends: true}}, ""},
		{before(cliagent.Preflight{Spends: true}), "preflight.command is required"},

		{cliagent.Spec{}, "command, argv or a preset is required"},
		{cliagent.Spec{Command: " "}, "command is required"},
		{cliagent.Spec{Command: "a", Argv: []string{"a"}}, "argv: give either command or argv, not both"},
		{cliagent.Spec{Command: "a\x00"}, "command must not contain NUL"},
		{cliagent.Spec{Command: strings.Repeat("a", cliagent.MaxArgument+1)}, "command is longer than 65536 bytes; put it into a file"},
		{cliagent.Spec{Command: "a {prompt}", Prompt: "hello"}, "command must not contain {prompt}, since sh would interpret the prompt; read it from standard input, or use argv"},
		{cliagent.Spec{Command: "a", Prompt: strings.Repeat("a", cliagent.MaxPrompt+1)}, "prompt is longer than 262144 bytes"},
		{cliagent.Spec{Command: "a", Dir: "\x00"}, "dir must not contain NUL"},
		{cliagent.Spec{Command: "a", Stdin: strings.Repeat("a", actors.MaxStdin+1)}, "stdin is longer than 262144 bytes; put it into a file"},
		{cliagent.Spec{Command: "a", Prompt: "hello", Stdin: "a"}, "stdin: the prompt goes to the standard input; put the text into the prompt, or {prompt} into an argument of argv"},
		{cliagent.Spec{Preset: "pi", Argv: []string{"pi", "{prompt}"}, Prompt: "hello", Stdin: "a"}, "stdin: a preset decides what its CLI reads there; put the text into the prompt, or write command or argv without a preset"},
		{args(""), "argv must be a program and at most 255 arguments"},
		{args(make([]string, 1, 2)...), "argv must be a program and at most 255 arguments"},
		{args(append([]string{"a"}, make([]string, cliagent.MaxArguments)...)...), "argv must be a program and at most 255 arguments"},
		{args("{prompt}"), "argv must begin with a program; put {prompt} into an argument"},
		{args("a", "\x00"), "argv: argument 1 must not contain NUL"},
		{args("a", strings.Repeat("a", cliagent.MaxArgument+1)), tooLong},
		{args("a", strings.Repeat("{prompt}", cliagent.MaxArgument)), tooLong},
		{args(strings.Split(strings.Repeat(strings.Repeat("a", 2<<10)+" ", many), " ")...), tooLong},
		{cliagent.Spec{Argv: []string{"a", "{prompt}"}}, "prompt is required, since argv has {prompt}"},
		{cliagent.Spec{Argv: []string{"a", "{prompt}"}, Prompt: "\x00"}, "prompt must not contain NUL, since it becomes an argument"},
		{cliagent.Spec{Argv: []string{"a", "{prompt}"}, Prompt: strings.Repeat("a", cliagent.MaxArgument+1)}, tooLong},

		{rules(nil), "expired_when needs an exit_code, a pattern or a rule in any"},
		{rules([]int{0}), "expired_when.exit_code 0 must be 1 to 255; a success closes nothing"},
		{rules([]int{256}), "expired_when.exit_code 256 must be 1 to 255; a success closes nothing"},
		{rules(make([]int, cliagent.MaxRules+1)), "expired_when.exit_code has more than 32 codes"},
		{rules(nil, make([]string, cliagent.MaxRules+1)...), "expired_when.pattern has more than 32 patterns"},
		{rules(nil, "("), "expired_when.pattern \"(\": error parsing regexp: missing closing ): `(`"},
		{rules(nil, `(?=x)`), "expired_when.pattern \"(?=x)\": error parsing regexp: invalid or unsupported Perl syntax: `(?=`"},
		{rules(nil, "x*"), `expired_when.pattern "x*" matches everything; every failure would match`},
		{rules(nil, strings.Repeat("a", cliagent.MaxPattern+1)), `expired_when.pattern "` + strings.Repeat("a", 40) + `"… is longer than 512 bytes`},

		{before(cliagent.Preflight{}), "preflight.command is required"},
		{within(0), "preflight.timeout must be 1ms to 10m, such as 30s, not 0s"},
		{within(11 * time.Minute), "preflight.timeout must be 1ms to 10m, such as 30s, not 11m"},
	} {
		if got, _ := outcome(tt.spec.Validate()); got != tt.want {
			t.Errorf("got  %s\nwant %s", got, tt.want)
		}
	}
}
