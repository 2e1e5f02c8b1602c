package cliagent_test

import (
	"strings"
	"testing"
	"time"

	"curfew/actors"
	"curfew/actors/actorstest"
	"curfew/actors/cliagent"
	"curfew/messages"
)

func any1(rules ...cliagent.Rule) *cliagent.When { return &cliagent.When{Any: rules} }

// TestRules pins what the rules of a job make of an end: the class, the pause and the detail, and what people are told.
func TestRules(t *testing.T) {
	code1 := []int{1}
	is401 := cliagent.Rule{JSON: map[string]any{"error.code": 401}}
	inJSON := cliagent.Rule{JSON: map[string]any{"ok": false}, Flags: map[string]string{"--mode": "^json$"}}
	for _, tt := range []struct {
		name   string
		spec   cliagent.Spec
		class  messages.Class
		detail messages.Detail
		after  time.Duration
		err    string
	}{
		{
			"only this stream",
			cliagent.Spec{Command: "echo login; exit 1", ExpiredWhen: any1(cliagent.Rule{Stderr: "login"})},
			transient, "", 0, "exit status 1: login",
		},
		{
			"everything in a rule",
			cliagent.Spec{Command: "echo login; exit 2", ExpiredWhen: any1(cliagent.Rule{ExitCode: code1, Stdout: "login"})},
			transient, "", 0, "exit status 2: login",
		},
		{
			"the line that matched",
			cliagent.Spec{Command: "echo 'a login b'; echo last; exit 1", ExpiredWhen: any1(cliagent.Rule{ExitCode: code1, Stdout: "login"})},
			expired, "", 0, "exit status 1: a login b (expired_when rule 1)",
		},
		{
			"a field",
			cliagent.Spec{Command: `echo '{"error":{"code":401,"message":"no such key"}}' >&2; exit 1`, ExpiredWhen: any1(is401)},
			expired, "", 0, "exit status 1: no such key (expired_when rule 1)",
		},
		{
			"another value",
			cliagent.Spec{Command: `echo '{"error":{"code":403,"message":"no right"}}' >&2; exit 1`, ExpiredWhen: any1(is401)},
			transient, "", 0, "exit status 1: no right",
		},
		{
			"one of the values",
			cliagent.Spec{Command: `echo '{"ok":false,"n":"b"}'; exit 1`, ExpiredWhen: any1(cliagent.Rule{JSON: map[string]any{"ok": false, "n": []any{"^a$", "^b$"}}})},
			expired, "", 0, "exit status 1: b (expired_when rule 1)",
		},
		{
			"quota",
			cliagent.Spec{Command: "echo used up; exit 1", QuotaWhen: &cliagent.When{Pattern: []string{"used up"}}},
			"rate_limited", messages.DetailQuota, 0, `exit status 1: used up (quota_when.pattern "used up")`,
		},
		{
			"quota until",
			cliagent.Spec{Command: "echo used up for 5h; exit 1", QuotaWhen: &cliagent.When{Pattern: []string{"used up for (?P<after>[0-9hms]+)"}}},
			"rate_limited", messages.DetailQuota, 5 * time.Hour, `exit status 1: used up for 5h (quota_when.pattern "used up for (?P<after>[0-9hms]+)")`,
		},
		{
			"an expiry outranks it",
			cliagent.Spec{Command: "echo used up, login; exit 1", ExpiredWhen: &cliagent.When{Pattern: []string{"login"}}, QuotaWhen: &cliagent.When{Pattern: []string{"used up"}}},
			expired, "", 0, `exit status 1: used up, login (expired_when.pattern "login")`,
		},
		{
			"tried again",
			cliagent.Spec{Command: "echo busy; exit 1", RetryWhen: any1(cliagent.Rule{Stdout: "busy"})},
			transient, "", 0, "exit status 1: busy",
		},
		{
			"after a pause",
			cliagent.Spec{Command: "echo busy 90; exit 1", RetryWhen: any1(cliagent.Rule{Stdout: "busy (?P<after>[0-9]+)"})},
			"rate_limited", "", 90 * time.Second, "exit status 1: busy 90 (retry_when rule 1)",
		},
		{
			"a long pause is a quota",
			cliagent.Spec{Command: "echo busy 3600; exit 1", RetryWhen: any1(cliagent.Rule{Stdout: "busy (?P<after>[0-9]+)"})},
			"rate_limited", messages.DetailQuota, time.Hour, "exit status 1: busy 3600 (retry_when rule 1)",
		},
		{
			"not tried again",
			cliagent.Spec{Command: "echo wrong; exit 1", RetryWhen: any1(cliagent.Rule{Stdout: "busy"})},
			permanent, "", 0, "exit status 1: wrong (nothing in retry_when matches, so it is not tried again)",
		},
		{
			"a signal is tried again",
			cliagent.Spec{Command: "kill -9 $$", RetryWhen: any1(cliagent.Rule{Stdout: "busy"})},
			transient, "", 0, "killed by SIGKILL (often because memory ran out)",
		},
		{
			"so is one that a program has caught",
			cliagent.Spec{Command: "echo wrong; exit 143", RetryWhen: any1(cliagent.Rule{Stdout: "busy"})},
			transient, "", 0, "exit status 143 (as of a program killed by SIGTERM): wrong",
		},
		{
			"a failure with 0",
			cliagent.Spec{Command: `echo '{"error":{"message":"boom"}}'`, FailedWhen: any1(cliagent.Rule{JSON: map[string]any{"error.message": "."}})},
			transient, "", 0, "exit status 0: boom (failed_when rule 1)",
		},
		{
			"a success",
			cliagent.Spec{Command: `echo '{"error":{"message":"boom"}}'; echo done`, FailedWhen: any1(cliagent.Rule{JSON: map[string]any{"error.message": "."}})},
			"", "", 0, "",
		},
		{
			"nothing was tried",
			cliagent.Spec{
				Command:  "echo 'login: another renews it, again in 80s' >&2; exit 1",
				WaitWhen: any1(cliagent.Rule{ExitCode: code1, Stderr: "another renews it, again in (?P<after>[0-9a-z]+)"}), ExpiredWhen: any1(cliagent.Rule{Stderr: "login"}),
			},
			transient, messages.DetailUnanswered, 80 * time.Second, "exit status 1: login: another renews it, again in 80s (wait_when rule 1)",
		},
		{
			"final",
			cliagent.Spec{Command: "echo no right; exit 1", FinalWhen: any1(cliagent.Rule{Stdout: "no right"}), RetryWhen: any1(cliagent.Rule{Stdout: "right"})},
			"permanent", "", 0, "exit status 1: no right (final_when rule 1)",
		},
		{
			"not final",
			cliagent.Spec{Command: "echo busy; exit 1", FinalWhen: any1(cliagent.Rule{Stdout: "no right"})},
			transient, "", 0, "exit status 1: busy",
		},
		{
			"another form of output",
			cliagent.Spec{Command: "echo '{\"ok\":false}'; exit 0 --mode text", FailedWhen: any1(inJSON)},
			"", "", 0, "",
		},
		{
			"the form of output",
			cliagent.Spec{Command: "echo '{\"ok\":false,\"error\":\"oh\"}'; exit 0 --mode text --mode json", FailedWhen: any1(inJSON)},
			transient, "", 0, "exit status 0: oh (failed_when rule 1)",
		},
		{
			"the form of output, in a word, and another one in the prompt",
			cliagent.Spec{
				Argv:   []string{"sh", "-c", "echo '{\"ok\":false,\"error\":\"oh\"}'", "--mode=json", "{prompt}"},
				Prompt: "--mode=text", FailedWhen: any1(inJSON),
			},
			transient, "", 0, "exit status 0: oh (failed_when rule 1)",
		},
		{
			"a form that only the prompt names",
			cliagent.Spec{Argv: []string{"sh", "-c", "echo '{\"ok\":false}'", "{prompt}"}, Prompt: "--mode=json", FailedWhen: any1(inJSON)},
			"", "", 0, "",
		},
		{
			"a success is not searched",
			cliagent.Spec{Command: "echo login", ExpiredWhen: &cliagent.When{Pattern: []string{"login"}}},
			"", "", 0, "",
		},
		{
			"the hint",
			cliagent.Spec{Command: "echo login; exit 1", ExpiredWhen: &cliagent.When{ExitCode: code1}, SignIn: "run x"},
			expired, "", 0, "exit status 1: login (expired_when.exit_code 1); run x",
		},
		{
			"much on the other stream",
			cliagent.Spec{Command: "echo login; seq 100 >&2; exit 1", ExpiredWhen: &cliagent.When{Pattern: []string{"^login"}}},
			expired, "", 0, `exit status 1: login (expired_when.pattern "^login")`,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := actorstest.Run(t, cliagent.New, tt.spec)
			text, class := outcome(err)
			var after time.Duration
			if err != nil {
				_, after = actors.Classify(err)
			}
			if class != tt.class || actors.DetailOf(err) != tt.detail || after != tt.after || strings.TrimPrefix(text, "cli-agent: ") != tt.err {
				t.Errorf("got %s %s %s %q", class, actors.DetailOf(err), after, text)
			}
		})
	}
}

// TestNotNow pins that the pause after an attempt that tried nothing is 60 to 90 s, and another one for another run.
func TestNotNow(t *testing.T) {
	seen := map[time.Duration]bool{}
	for _, run := range []messages.RunID{"a", "b", "c"} {
		spec := cliagent.Spec{Command: "echo busy; exit 1", WaitWhen: &cliagent.When{Pattern: []string{"busy"}}}
		_, err := actorstest.Run(t, cliagent.New, spec, actorstest.WithAttempt(func(a *actors.Attempt) { a.Run = run }))
		_, after := actors.Classify(err)
		if after < time.Minute || after > 90*time.Second || seen[after] {
			t.Errorf("run %s waits %s; others %v", run, after, seen)
		}
		seen[after] = true
	}
}

// TestIdle pins that a program which prints nothing is ended as one that has timed out.
func TestIdle(t *testing.T) {
	second := actors.Duration(time.Second)
	_, err := actorstest.Run(t, cliagent.New, cliagent.Spec{Command: "echo begun; exec sleep 1000", IdleTimeout: &second})
	if text, class := outcome(err); class != messages.ClassTimeout || text != "cli-agent: it printed nothing for 1s, so it was ended (idle_timeout)" {
		t.Errorf("got %s %q", class, text)
	}
}

// TestArguments pins where the model, further arguments and the prompt go.
func TestArguments(t *testing.T) {
	echo := []string{"sh", "-c", `printf '<%s>' "$@"`, "x"}
	argv := func(more ...string) []string { return append(echo[:len(echo):len(echo)], more...) }
	for _, tt := range []struct {
		spec cliagent.Spec
		want string
	}{
		{cliagent.Spec{Argv: argv("-m", "{model}", "{args}", "{prompt}"), Prompt: "hi", Model: "big", Args: []string{"--a", "b c"}}, "<-m><big><--a><b c><hi>"},
		{cliagent.Spec{Argv: argv("-m", "{model}", "{args}", "{prompt}"), Prompt: "hi", Preset: "x"}, "<hi>"},
		{cliagent.Spec{Argv: argv("-m", "{model}", "{args}", "{prompt}"), Prompt: "hi"}, "<-m><{model}><{args}><hi>"},
		{cliagent.Spec{Argv: argv("--model={model}", "-v", "{prompt}"), Prompt: "hi", Preset: "x"}, "<-v><hi>"},
		{cliagent.Spec{Argv: argv("--model={model}", "{prompt}"), Prompt: "{args} {model}", Model: "big"}, "<--model=big><{args} {model}>"},
		{cliagent.Spec{Argv: argv("{args}", "{prompt}"), Prompt: "hi", Args: []string{"{prompt}"}}, "<{prompt}><hi>"},
	} {
		out, err := actorstest.Run(t, cliagent.New, tt.spec)
		if err != nil || out.Text != tt.want {
			t.Errorf("%v: got %q, %v; want %q", tt.spec.Argv[len(echo):], out.Text, err, tt.want)
		}
	}
}
