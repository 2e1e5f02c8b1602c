package config_test

import (
	"os"
	"strings"
	"testing"

	"curfew/actors/env/users"
	"curfew/internal/config"
)

const usersFile = `defaults: {shell: {with: {user: no-such-default}}}
jobs:
  - {name: a, actor: shell, schedule: "5 0 * * *", with: {command: x, user: no-such-user}}
  - {name: b, actor: shell, schedule: "5 0 * * *", with: {command: x, user: no-such-user}, enabled: false}
  - {name: c, actor: shell, schedule: "5 0 * * *", with: {command: x, user: nobody}}
  - {name: d, actor: shell, schedule: "5 0 * * *", with: {command: x, user: ME}}
  - {name: e, actor: shell, schedule: "5 0 * * *", with: {command: x}}
`

// TestUsers pins what is said of the users of jobs, to who checks a file and to who starts with it.
func TestUsers(t *testing.T) {
	me := users.Me().Name
	cfg, err := config.Parse("f.yaml", []byte(strings.ReplaceAll(usersFile, "ME", me)), "/srv/jobs", kinds())
	if err != nil {
		t.Fatal(err)
	}
	const (
		byDefault = `f.yaml:1:33: this machine has no user "no-such-default"`
		unknown   = `f.yaml:3:77: this machine has no user "no-such-user"`
		disabled  = `f.yaml:4:77: this machine has no user "no-such-user"`
	)
	denied := `f.yaml:5:77: user "nobody": only root may run processes as another user, and this is user ` + me
	if os.Geteuid() == 0 {
		denied = ""
	}
	for _, tt := range []struct {
		starting           bool
		problems, warnings []string
	}{
		{false, []string{byDefault, unknown}, []string{disabled, denied}},
		{true, []string{byDefault, unknown, denied}, []string{disabled}},
	} {
		problems, warnings := cfg.Users(tt.starting)
		if got, want := lines(problems), joined(tt.problems); got != want {
			t.Errorf("starting %v: got %s, want %s", tt.starting, got, want)
		}
		if got, want := lines(warnings), joined(tt.warnings); got != want {
			t.Errorf("starting %v: warnings %s, want %s", tt.starting, got, want)
		}
	}
}

func lines(ps []config.Problem) string {
	out := make([]string, len(ps))
	for i, p := range ps {
		out[i] = p.String()
	}
	return joined(out)
}

// joined leaves out empty lines.
func joined(all []string) string {
	return strings.Trim(strings.ReplaceAll(strings.Join(all, "\n"), "\n\n", "\n"), "\n")
}

// TestUserHasNoDir pins that a job with a user begins in that user's home, unless it says where.
func TestUserHasNoDir(t *testing.T) {
	for with, want := range map[string]string{
		"{command: x, user: nobody}":                `{"command":"x","user":"nobody"}`,
		"{command: x, user: nobody, dir: sub}":      `{"command":"x","dir":"/srv/jobs/sub","user":"nobody"}`,
		"{command: x, user: nobody, dir: /var/lib}": `{"command":"x","dir":"/var/lib","user":"nobody"}`,
		"{command: x}": `{"command":"x","dir":"/srv/jobs"}`,
	} {
		cfg, err := config.Parse("f.yaml", []byte("jobs: [{name: j, actor: shell, schedule: '@daily', with: "+with+"}]"), "/srv/jobs", kinds())
		if err != nil || string(cfg.Jobs[0].With) != want {
			t.Errorf("%s: got %s, %v", with, cfg.Jobs[0].With, err)
		}
	}
}

// TestNoHome: who checks a file hears that the home of a job's user is not there, unless the job says where it begins.
func TestNoHome(t *testing.T) {
	nobody, err := users.Find("nobody")
	if err != nil {
		t.Skip("not run: this machine has no user nobody")
	}
	if _, err := os.Stat(nobody.Home); err == nil {
		t.Skip("not run: the home of nobody is there")
	}
	for with, want := range map[string]string{
		"{command: 'true', user: nobody}":         "f.yaml:1:85: the folder " + nobody.Home + " does not exist; it is the home of the user, so give the job a dir",
		"{command: 'true', user: nobody, dir: /}": "",
	} {
		cfg, err := config.Parse("f.yaml", []byte("jobs: [{name: j, actor: shell, schedule: '5 0 * * *', with: "+with+"}]"), "/srv/jobs", kinds())
		if err != nil {
			t.Fatal(err)
		}
		if got := lines(cfg.Missing(func(string) (string, bool) { return "", false })); got != want {
			t.Errorf("%s: got %q, want %q", with, got, want)
		}
	}
}

// TestStartable pins that a file is refused to who runs it, also when it is read again, and a job from outside it as well.
func TestStartable(t *testing.T) {
	parse := func(user string) config.Config {
		cfg, err := config.Parse("f.yaml", []byte("jobs: [{name: j, actor: shell, schedule: '5 0 * * *', with: {command: x, user: "+user+"}}]"), "/srv/jobs", kinds())
		if err != nil {
			t.Fatal(err)
		}
		return cfg
	}
	const unknown = `f.yaml:1:80: this machine has no user "no-such-user"`
	if _, err := parse("no-such-user").Startable(); err == nil || err.Error() != unknown {
		t.Errorf("got %v", err)
	}
	good, err := parse(users.Me().Name).Startable()
	if err != nil || len(good.Jobs) != 1 {
		t.Fatalf("got %+v, %v", good, err)
	}
	const job = "{actor: shell, schedule: '5 0 * * *', with: {command: x, user: no-such-user}}"
	if _, _, err := good.Job("it", "k", []byte(job), nil); err == nil || err.Error() != `it:1:64: this machine has no user "no-such-user"` {
		t.Errorf("got %v", err)
	}
}
