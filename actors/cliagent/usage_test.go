package cliagent_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"curfew/actors"
	"curfew/actors/actorstest"
	"curfew/actors/cliagent"
	"curfew/messages"
)

// The two forms in which CLIs say it: once at the end, and in a line of each call.
var (
	atEnd = cliagent.Usage{
		JSON: map[string]any{"type": "^result$"}, Calls: []string{"calls"},
		InputTokens: []string{"usage.in", "usage.cached"}, OutputTokens: []string{"models.*.out"},
	}
	perCall = cliagent.Usage{
		JSON: map[string]any{"type": "^step$"}, PerCall: true, InputTokens: []string{"in"}, OutputTokens: []string{"out"},
	}
)

func TestUsage(t *testing.T) {
	const (
		result = `{"type":"result","calls":2,"usage":{"in":10,"cached":200},"models":{"a.b":{"out":3},"c":{"out":4}}}`
		steps  = `{"type":"step","in":10,"out":1}` + "\n" + `{"type":"text","in":1,"out":1}` + "\n" + `{"type":"step","in":20,"out":2}` + "\n"
	)
	said := messages.Usage{Calls: 2, InputTokens: 210, OutputTokens: 7}
	added := messages.Usage{Calls: 2, InputTokens: 30, OutputTokens: 3}
	most := messages.Usage{InputTokens: 1_000_000_000_000}
	perTurn := perCall
	perTurn.Calls = []string{"calls"}
	wanted := atEnd
	wanted.Flags = map[string]string{"--format": "^json$"}
	for _, tt := range []struct {
		name   string
		usage  *cliagent.Usage
		stdout string
		want   messages.Usage
	}{
		{"one object", &atEnd, result, said},
		{"over several lines", &atEnd, "{\n  \"type\": \"result\",\n  \"usage\": {\"in\": 10}\n}\n", messages.Usage{InputTokens: 10}},
		{"the last line", &atEnd, `{"type":"result","calls":9}` + "\n" + result + "\n", said},
		{"the last of a list", &atEnd, `[{"type":"result","calls":9},` + result + `]`, said},
		{"another object", &atEnd, strings.Replace(result, "result", "other", 1), messages.Usage{}},
		{"a text that quotes it", &atEnd, "It says: " + result, messages.Usage{}},
		{"a text", &atEnd, "All is well.\n", messages.Usage{}},
		{"nothing", &atEnd, "", messages.Usage{}},
		{"no numbers", &atEnd, `{"type":"result","usage":{"in":"10","cached":null},"calls":true}`, messages.Usage{}},
		{"wrong numbers", &atEnd, `{"type":"result","usage":{"in":-10,"cached":1.5},"calls":1e30,"models":{"a":{"out":7}}}`, messages.Usage{OutputTokens: 7}},
		{"the most", &atEnd, `{"type":"result","usage":{"in":1000000000000,"cached":1000000000000}}`, most},
		{"not called so", &wanted, result, messages.Usage{}},
		{"nobody knows", nil, result, messages.Usage{}},

		{"a line of each call", &perCall, steps, added},
		{"a line of more calls", &perTurn, `{"type":"step","in":10,"calls":3}` + "\n" + steps, messages.Usage{Calls: 3, InputTokens: 40, OutputTokens: 3}},
		{"the last line has no end", &perCall, strings.TrimSuffix(steps, "\n"), added},
		{"a call that was refused", &perCall, steps + `{"type":"step","in":0,"out":0}` + "\n", added},
		{"a line that is too long", &perCall, `{"type":"step","in":5,"text":"` + strings.Repeat("x", actors.MaxSplit) + "\"}\n" + steps, added},
		{"more than is kept", &perCall, steps + strings.Repeat(strings.Repeat("x", 1<<16)+"\n", 40), added},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for _, end := range []string{"0", "1"} {
				if out, _ := prints(t, tt.stdout, "cat out; exit "+end, tt.usage); out.Usage != tt.want {
					t.Errorf("with exit status %s it cost %+v, not %+v", end, out.Usage, tt.want)
				}
			}
		})
	}
}

// TestUsageOnStdout pins that standard error counts nothing, and is in the way of no line that counts, wherever the two
// come between each other.
func TestUsageOnStdout(t *testing.T) {
	const warns = `{"type":"step","in":7,"out":7}`
	for _, tt := range []struct {
		name, command string
		usage         *cliagent.Usage
	}{
		{"a line alone", "cat out; cat err >&2", &perCall},
		{"in the middle of a line", "head -c 12 out; cat err >&2; tail -c +13 out", &perCall},
		{"no line of standard output ends", "printf %s \"$(cat out)\"; cat err >&2", &perCall},
		{"an object at the end", "cat out; cat err >&2", &cliagent.Usage{JSON: perCall.JSON, Calls: []string{"out"}, InputTokens: []string{"in"}, OutputTokens: []string{"out"}}},
	} {
		out, err := prints(t, `{"type":"step","in":10,"out":1}`+"\n", "echo '"+warns+"' > err; "+tt.command, tt.usage)
		if want := (messages.Usage{Calls: 1, InputTokens: 10, OutputTokens: 1}); err != nil || out.Usage != want {
			t.Errorf("%s: %v, cost %+v, not %+v", tt.name, err, out.Usage, want)
		}
	}
}

// TestUsageOfExpiry pins that the attempt that finds the session expired has its cost, too.
func TestUsageOfExpiry(t *testing.T) {
	out, err := prints(t, `{"type":"result","calls":1,"status":401}`, "cat out; exit 1", &atEnd)
	if class, _ := actors.Classify(err); class != messages.ClassSessionExpired || out.Usage != (messages.Usage{Calls: 1}) {
		t.Errorf("%v, cost %+v", err, out.Usage)
	}
}

// TestUsageOfEnded pins that calls which were said before a process was ended count.
func TestUsageOfEnded(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	said := writer(func(p string) {
		if strings.Contains(p, "waits") {
			cancel(context.DeadlineExceeded)
		}
	})
	out, err := prints(t, `{"type":"step","in":10,"out":1}`+"\n", "cat out; echo waits; exec tail -f /dev/null", &perCall,
		actorstest.WithContext(ctx), actorstest.WithEnv(func(e *actors.Env) { e.Exec = watched{e.Exec, said} }))
	if want := (messages.Usage{Calls: 1, InputTokens: 10, OutputTokens: 1}); !errors.Is(err, context.Canceled) || out.Usage != want {
		t.Errorf("%v, cost %+v, not %+v", err, out.Usage, want)
	}
}

// prints runs a command in a folder with a file out.
func prints(t *testing.T, out, command string, usage *cliagent.Usage, more ...actorstest.Option) (actors.Output, error) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "out"), []byte(out), 0o600); err != nil {
		t.Fatal(err)
	}
	expired := any1(cliagent.Rule{JSON: map[string]any{"status": 401}})
	return actorstest.Run(t, cliagent.New, cliagent.Spec{Command: command, Dir: dir, Usage: usage, ExpiredWhen: expired}, more...)
}

func TestUsageIsValid(t *testing.T) {
	long := make([]string, 17)
	for i := range long {
		long[i] = "a"
	}
	for _, tt := range []struct {
		usage cliagent.Usage
		want  string // how the error begins; empty: there is none
	}{
		{atEnd, ""},
		{perCall, ""},
		{cliagent.Usage{}, ""}, // as a job takes out what a preset has
		{cliagent.Usage{InputTokens: long}, "usage.input_tokens has more than 16 paths"},
		{cliagent.Usage{OutputTokens: []string{"a..b"}}, `usage.output_tokens: "a..b" is not a valid path`},
		{cliagent.Usage{Calls: []string{strings.Repeat("a", 201)}}, "usage.calls: "},
		{cliagent.Usage{Calls: []string{"a"}, JSON: map[string]any{"type": "("}}, `usage.json.type "(": `},
		{cliagent.Usage{Calls: []string{"a"}, Flags: map[string]string{"json": "a"}}, "usage: flags.json is not a valid flag"},
	} {
		err := cliagent.Spec{Command: "true", Usage: &tt.usage}.Validate()
		if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.HasPrefix(err.Error(), tt.want)) {
			t.Errorf("%+v: %v, not %q", tt.usage, err, tt.want)
		}
	}
}
