package config_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"

	"curfew/actors"
	"curfew/internal/config"
	"curfew/messages"
)

// The kinds of the tests: shaped like shell and agent, and one of a third party.
type (
	shellSpec struct {
		Command string `json:"command"`
		Dir     string `json:"dir"`
		Shell   string `json:"shell"`
		Stdin   string `json:"stdin"`
		User    string `json:"user"`

		Background string `json:"background"`
	}
	agentSpec struct {
		Prompt        string    `json:"prompt"`
		MaxIterations int       `json:"max_iterations"`
		WallClock     string    `json:"wall_clock"`
		Provider      *provider `json:"provider"`
	}
	provider struct {
		Kind      string `json:"kind"`
		APIKeyEnv string `json:"api_key_env"`
	}
	checkSpec struct {
		URL string `json:"url"`
	}
)

func (shellSpec) Kind() string { return "shell" }
func (agentSpec) Kind() string { return "agent" }
func (checkSpec) Kind() string { return "http-check" }

func (s shellSpec) Validate() error {
	if s.Command == "" {
		return errors.New("command is required")
	}
	return nil
}

func (s agentSpec) Validate() error {
	switch {
	case s.Prompt == "":
		return errors.New("prompt is required")
	case s.Provider != nil && s.Provider.Kind != "openai":
		return fmt.Errorf("provider.kind %q: not yet", s.Provider.Kind)
	default:
		return nil
	}
}

func (s agentSpec) OwnKey() bool { return s.Provider != nil }

func (s agentSpec) Uncounted() string {
	if s.Prompt == "uncounted" {
		return "nobody counts it; add a counter"
	}
	return ""
}

func (shellSpec) Uncounted() string { return "it says nothing; remove the key" }

func (s agentSpec) KeepsTime() bool { return s.WallClock != "" }

func (shellSpec) UsesDir() bool { return true }

func (s shellSpec) RunsAs() string { return s.User }

func (s checkSpec) Validate() error { return nil }

type idle[S actors.Spec] struct{ traits actors.Traits }

func (i idle[S]) Traits() actors.Traits { return i.traits }
func (idle[S]) Run(context.Context, actors.Run[S]) (actors.Output, error) {
	return actors.Output{}, nil
}

func kinds() *actors.Registry {
	r := new(actors.Registry)
	actors.Register(r, func(actors.Env) actors.Actor[shellSpec] { return idle[shellSpec]{} })
	actors.Register(r, func(actors.Env) actors.Actor[agentSpec] { return idle[agentSpec]{actors.Traits{Gated: true}} })
	actors.Register(r, func(actors.Env) actors.Actor[checkSpec] {
		retry := actors.DefaultRetry()
		retry.Attempts = 7
		return idle[checkSpec]{actors.Traits{Timeout: 9 * time.Second, Retry: &retry}}
	})
	return r
}

// TestFiles reads the job files of testdata: "check" prints what is wrong with a file, else "ok" and
// the warnings; "show" prints what became of it. "job" adds
// keys to a good shell job, from line 6 on.
func TestFiles(t *testing.T) {
	t.Setenv("TZ", "Europe/Vienna")
	datadriven.Walk(t, "testdata", func(t *testing.T, path string) {
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			input := unquote(d.Input)
			if d.Cmd == "job" {
				input = "jobs:\n  - name: j\n    actor: shell\n    schedule: '@hourly'\n    with: {command: x}\n" + indent(input)
			}
			c, err := config.Parse("f.yaml", []byte(input), "/srv/jobs", kinds())
			var invalid *config.Invalid
			switch {
			case errors.As(err, &invalid):
				return err.Error() + "\n"
			case err != nil:
				t.Fatal(err)
			case d.Cmd == "show":
				return show(t, c)
			}
			return "ok\n" + warnings(c)
		})
	})
}

// unquote lets a story name bytes that an editor would not keep.
func unquote(s string) string {
	return strings.NewReplacer(`<BOM>`, "\ufeff", `<FF>`, "\xff", `<CR>`, "\r", `<TAB>`, "\t").Replace(s)
}

func indent(s string) string { return "    " + strings.ReplaceAll(s, "\n", "\n    ") }

func warnings(c config.Config) string {
	var b strings.Builder
	for _, w := range c.Warnings {
		fmt.Fprintf(&b, "warning: %s\n", w)
	}
	return b.String()
}

func show(t *testing.T, c config.Config) string {
	t.Helper()
	var b strings.Builder
	line := func(v any) {
		raw, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%s\n", raw)
	}
	line(c.Runtime)
	for _, j := range c.Jobs {
		line(j)
	}
	fmt.Fprintf(&b, "notify %v, deny %v\n", c.Notify, c.DenyEnv)
	if len(c.Targets) > 0 {
		line(c.Targets)
		line(c.Healthchecks)
		line(c.Sentry)
	}
	return b.String() + warnings(c)
}

// maxWork is how much memory a file may make its reader ask for, all in all. It stands for the time that it may take, which
// depends on what else the machine does. The most that was seen is 43 MiB, of 10,000 expressions that are read before one is too many.
const maxWork = 64 << 20

// TestBounds feeds files that are too much: each must be one clear error, with bounded work.
func TestBounds(t *testing.T) {
	many := func(n int, format string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format, i)
		}
		return b.String()
	}
	laughs := "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
	for i := 1; i < 10; i++ {
		laughs += fmt.Sprintf("a%d: &a%d [%s*a%d]\n", i, i, strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 9), i-1)
	}
	staircase := ""
	for i := range 200 {
		staircase += strings.Repeat(" ", i) + "k:\n"
	}
	tests := []struct{ name, data, want string }{
		{"size", strings.Repeat("# x\n", config.MaxFileSize/4) + "x", "f.yaml:1:1: the file is longer than 1048576 bytes (1 MiB)"},
		{"a billion laughs", laughs, "the aliases of the file expand to more than 10000 values"},
		{"brackets", strings.Repeat("[", 500_000), "f.yaml:1:65: nested deeper than 64 levels"},
		{"braces", strings.Repeat("{a: ", 200_000), "nested deeper than 64 levels"},
		{"dashes", strings.Repeat("- ", 500_000) + "a", "nested deeper than 64 levels"},
		{"columns", staircase, "nested deeper than 64 levels"},
		{"keys", many(80_000, "k%d: 1\n"), "f.yaml:4097:1: more than 4096 keys in one mapping"},
		{"flow keys", "{" + many(80_000, "k%d: 1, ") + "}", "more than 4096 keys in one mapping"},
		{"anchors", many(300, "- &a%d x\n"), "f.yaml:257:3: more than 256 anchors"},
		{"anchors in a row", strings.Repeat("&a ", 300_000) + "x", "more than 256 anchors"},
		{"tags", strings.Repeat("!a ", 300_000) + "x", "f.yaml:1:1: a YAML tag is not supported"},
		{"question marks", strings.Repeat("? ", 500_000), `f.yaml:1:1: a "?" key is not supported`},
		{"documents", strings.Repeat("--- x\n", 100_000), "f.yaml:2:1: a second YAML document"},
		{
			"patterns", "sessions:\n" + many(200, "  s%d: {backend: 'https://a.example.com', expired_when: ["+strings.Repeat("{body: '(a|b)+c'}, ", 63)+"{status: 401}]}\n") +
				"jobs:\n- {name: a, actor: shell, schedule: '@daily', with: {command: x}}\n",
			"more than 2000 patterns in expired_when and quota_when",
		},
		{
			"schedules", "jobs:\n" + many(800, "- {name: a%d, actor: shell, with: {command: x}, schedule: ["+strings.Repeat("'0 0 1 1 *', ", 14)+"'@daily']}\n"),
			"the schedules of the file have more than 10000 expressions together",
		},
		{"problems", "jobs:\n" + strings.Repeat("- x\n", 10_000), "f.yaml:2:3: a job must be a mapping, not \"x\""},
		{"sessions", "sessions:\n" + many(1001, "  s%d: {}\n"), "sessions has more than 1000 entries"},
		{"env", "jobs:\n- {name: a, actor: shell, schedule: '@daily', with: {command: x}, env: [" + many(257, "V%d,") + "]}", "env has more than 256 variables"},
		{"long key", "jobs: []\n" + strings.Repeat("x", 1000) + ": 1", "unknown key"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := config.Parse("f.yaml", []byte(tt.data), "/", kinds())
			var invalid *config.Invalid
			if !errors.As(err, &invalid) || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("%.200v, want %q", err, tt.want)
			}
			if len(invalid.Problems) > config.MaxProblems {
				t.Errorf("%d problems at once", len(invalid.Problems))
			}
			runtime.ReadMemStats(&after)
			if work := after.TotalAlloc - before.TotalAlloc; work > maxWork && !raced {
				t.Errorf("%d bytes were asked for", work)
			}
		})
	}
}

func TestLoad(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "curfew.yaml")
	if _, err := config.Load(path, kinds()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
	const file = "jobs:\n- {name: a, actor: shell, schedule: '@daily', with: {command: x, dir: sub}}\n"
	if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := config.Load(path, kinds())
	if err != nil {
		t.Fatal(err)
	}
	if want := fmt.Sprintf(`{"command":"x","dir":%q}`, filepath.Join(dir, "sub")); string(c.Jobs[0].With) != want {
		t.Errorf("with is %s, want %s", c.Jobs[0].With, want)
	}
	if err := os.Truncate(path, config.MaxFileSize+10); err != nil {
		t.Fatal(err)
	}
	if _, err := config.Load(path, kinds()); err == nil || !strings.HasPrefix(err.Error(), path+":1:1: the file is longer than") {
		t.Errorf("a huge file: %v", err)
	}
}

// TestMachineZone: what is not certain of the machine's zone is said, once, where a job depends on it.
func TestMachineZone(t *testing.T) {
	const job = "- {name: %s, actor: shell, schedule: '@daily', %swith: {command: x}}\n"
	two := "jobs:\n" + fmt.Sprintf(job, "a", "") + fmt.Sprintf(job, "b", "")
	for _, tt := range []struct{ tz, file, zone, says string }{
		{"Asia/Tokyo", two, "Asia/Tokyo", ""},
		{"JST-9", two, "Asia/Tokyo", `f:2:37: TZ is the rule "JST-9"; it is taken for Asia/Tokyo, which has the same clock; jobs without a timezone run by that clock`},
		{"Berlin", two, "", `f:2:37: TZ is "Berlin", which is not a valid time zone; did you mean Europe/Berlin?; or give the job a timezone`},
		{"Berlin", "jobs:\n" + fmt.Sprintf(job, "a", "timezone: Europe/Vienna, "), "Europe/Vienna", ""},
		{"UTC", "jobs:\n" + fmt.Sprintf(job, "a", "timezone: europe/vienna, "), "", `f:2:57: unknown time zone "europe/vienna"; did you mean Europe/Vienna?`},
	} {
		t.Setenv("TZ", tt.tz)
		c, err := config.Parse("f", []byte(tt.file), "/", kinds())
		said := strings.TrimSuffix(strings.TrimPrefix(warnings(c), "warning: "), "\n")
		if err != nil {
			said = err.Error()
		} else if c.Jobs[0].Timezone != tt.zone {
			t.Errorf("TZ=%s: %s, want %s", tt.tz, c.Jobs[0].Timezone, tt.zone)
		}
		if said != tt.says {
			t.Errorf("TZ=%s: said %q\nwant %q", tt.tz, said, tt.says)
		}
	}
}

// TestDefinitionDoesNotDependOnTheOrderOfKeys: tidying a file must not redefine a job.
func TestDefinitionDoesNotDependOnTheOrderOfKeys(t *testing.T) {
	read := func(with string) messages.Definition {
		c, err := config.Parse("f", []byte("jobs:\n- {name: a, actor: shell, schedule: '@daily', with: {"+with+"}}\n"), "/", kinds())
		if err != nil {
			t.Fatal(err)
		}
		return c.Jobs[0]
	}
	a, b := read("command: 'a < b', dir: /x"), read("dir: /x/, command: 'a < b'")
	if string(a.With) != string(b.With) || string(a.With) != `{"command":"a < b","dir":"/x"}` {
		t.Errorf("%s and %s", a.With, b.With)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("jobs:\n- {name: a, actor: shell, schedule: '@daily', with: {command: x}}\n")
	f.Add("a: &a {b: *a, <<: *a}\n? x\n--- !t |\n")
	r := kinds()
	f.Fuzz(func(t *testing.T, data string) {
		c, err := config.Parse("f", []byte(data), "/", r)
		var invalid *config.Invalid
		if err == nil && len(c.Jobs) == 0 || err != nil && (!errors.As(err, &invalid) || len(invalid.Problems) == 0) {
			t.Errorf("%d jobs, %v", len(c.Jobs), err)
		}
	})
}

// What never runs again depends on when it is asked; the other warnings do not.
func TestDead(t *testing.T) {
	c, err := config.Parse("f", []byte(`jobs:
- {name: past, actor: shell, schedule: "at 2026-01-15T12:00:00Z", timezone: UTC, with: {command: x}}
- {name: future, actor: shell, schedule: "at 2027-01-15T12:00:00Z", with: {command: x}}
- {name: over, actor: shell, schedule: "@daily", end: 2026-03-01, timezone: UTC, with: {command: x}}
- {name: year, actor: shell, schedule: "0 0 0 1 1 * 2020", timezone: UTC, with: {command: x}}
- {name: soon, actor: shell, schedule: in 10 minutes, with: {command: x}}
- {name: boot, actor: shell, schedule: "@reboot", with: {command: x}}
`), "/", kinds())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range c.Dead(time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)) {
		got = append(got, p.String())
	}
	want := []string{
		"f:2:40: job past never runs again: once, on 2026-01-15 at 12:00:00 in UTC",
		"f:4:40: job over never runs again: every day at 00:00 in UTC, until 2026-03-01 at 23:59:59 in UTC",
		"f:5:40: job year never runs again: on day 1 of the month in January of 2020 at 00:00 in UTC",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q\nwant %q", got, want)
	}
}
