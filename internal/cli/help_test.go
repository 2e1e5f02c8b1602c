package cli_test

import (
	"strings"
	"testing"

	"curfew/docs"
	"curfew/internal/cli"
)

// TestHelp: a command, a page and a word can be looked up without a daemon or a folder of pages.
func TestHelp(t *testing.T) {
	const group = "Show sessions, sign in and sign out\n"
	tests := []struct {
		args  string
		begin string
		has   []string
	}{
		{"help job run", "Run a job now", nil},
		{"help stale", "It could have started only when", nil},
		{"help Session Expired", "The sign-in of the attempt's session", []string{"(`curfew help sessions`)"}},
		{"help session", group, []string{"\n\nA sign-in that jobs share", "the gate of its session"}},
		{"help gate", "The door of a session.", nil},
		{"help canary", "The run that goes first", nil},
		{"help Generation", "The number of a session's sign-in", nil},
		{"help hold", "What a run waits for", nil},
		{"help held", "It waits for something", nil},
		{"help folded", "What becomes of a slot", nil},
		{"help slots", "One instant at which a job is due", nil},
		{"help lane", "How many attempts run at once", nil},
		{"help supervisor", "The part of the daemon", nil},
		{"help fact", "A record of the journal that says what happened", nil},
		{"help decisions", "A record of the journal that says what follows", nil},
		{"help journal", "", []string{"\n\nThe file in which the daemon writes down"}},
		{"help replay", "", []string{"\n\nTo derive all decisions of a journal again"}},
		{"help sessions", "# Sessions\n", []string{"design.md §7 (`curfew help design`)"}},
		{"help commands", "# Commands and their screens\n", nil},
		{"help", "Run cron jobs as supervised actors", []string{"\n  tutorial ", " max_tokens_per_day "}},
	}
	for _, c := range tests {
		code, out, errs := call("", strings.Fields(c.args)...)
		if code != cli.ExitOK || errs != "" || !strings.HasPrefix(out, c.begin) {
			t.Errorf("%s: exit %d, %q, %.200q", c.args, code, errs, out)
		}
		for _, want := range c.has {
			if !strings.Contains(out, want) {
				t.Errorf("%s does not say %q:\n%s", c.args, want, out)
			}
		}
		if strings.Contains(out, "](") || strings.Contains(out, "<!--") {
			t.Errorf("%s shows a link or a comment as it is written:\n%s", c.args, out)
		}
	}
	if code, out, errs := call("", "help", "nothing"); code != cli.ExitUsage || out != "" ||
		errs != "curfew: there is no command, page or word \"nothing\"; `curfew help` lists them\n" {
		t.Errorf("help nothing: exit %d, %q, %q", code, out, errs)
	}
}

// TestHelpMeant: what people ask for leads somewhere.
func TestHelpMeant(t *testing.T) {
	for asked, topic := range map[string]string{
		"expired": "session_expired", "logs": "run logs", "why": "explain", "login": "session login", "retries": "retries_exhausted",
		"agent-cli": "agent-clis", "Cron": "schedules", "statsu": "status", "sesion": "session", "secruity": "security",
		"shell": "jobfile", "http": "jobfile", "agent": "agents", "cli-agent": "agent-clis", // the types of actors
	} {
		code, _, errs := call("", "help", asked)
		if code != cli.ExitUsage || !strings.Contains(errs, "`curfew help "+topic+"`") {
			t.Errorf("help %s: exit %d, %q", asked, code, errs)
			continue
		}
		if code, _, errs := call("", append([]string{"help"}, strings.Fields(topic)...)...); code != cli.ExitOK {
			t.Errorf("help %s leads to %s: %q", asked, topic, errs)
		}
	}
}

// TestBare: the program alone prints its help, as git does; it has done nothing, which its exit status says.
func TestBare(t *testing.T) {
	_, help, _ := call("", "--help")
	if code, out, errs := call(""); code != cli.ExitUsage || out != help || errs != "" {
		t.Errorf("exit %d, %q, %q", code, out, errs)
	}
	if code, out, errs := call("", "-o", "json"); code != cli.ExitUsage || out != "" || !strings.Contains(errs, "curfew needs a command") {
		t.Errorf("for programs: exit %d, %q, %q", code, out, errs)
	}
}

// TestCommandMeant: a command that people look for elsewhere is named where it is.
func TestCommandMeant(t *testing.T) {
	for typed, want := range map[string]string{
		"logs r1": "curfew has no command \"logs\"; did you mean `curfew run logs`?", "job why x": "curfew job has no command \"why\"; did you mean `curfew explain`?",
		"job puase brief": "curfew job has no command \"puase\"; did you mean `curfew job pause`?", "jobs": "curfew has no command \"jobs\"; did you mean `curfew job`?",
		"stop":     "curfew has no command \"stop\"; Ctrl-C, a TERM or `systemctl stop curfew` stops the daemon",
		"run news": "curfew run has no command \"news\"; did you mean `curfew job run news`?", "run lst": "curfew run has no command \"lst\"; did you mean `curfew run list`?",
		"run status": "curfew run has no command \"status\"; did you mean `curfew status`?", "job logs": "curfew job has no command \"logs\"; did you mean `curfew run logs`?",
	} {
		if code, out, errs := call("", strings.Fields(typed)...); code != cli.ExitUsage || out != "" || errs != "curfew: "+want+"\n" {
			t.Errorf("%s: exit %d, %q, %q", typed, code, out, errs)
		}
	}
}

// TestHelpHasAll: every page and every word is found by its name.
func TestHelpHasAll(t *testing.T) {
	names := docs.Words()
	for _, p := range docs.Pages() {
		names = append(names, p.Name)
	}
	if len(names) < 80 {
		t.Errorf("only %d topics", len(names))
	}
	for _, name := range names {
		if code, out, errs := call("", "help", name); code != cli.ExitOK || len(out) < 20 || errs != "" {
			t.Errorf("help %s: exit %d, %q, %q", name, code, out, errs)
		}
	}
}
