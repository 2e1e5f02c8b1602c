package config_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"curfew/actors"
	"curfew/actors/env/users"
	"curfew/internal/config"
)

// signInFile is a job file with sessions and jobs of the type of presetFile.
func signInFile(t *testing.T, sessions, jobs string) (config.Config, error) {
	t.Helper()
	var kinds actors.Registry
	actors.Register(&kinds, func(actors.Env) actors.Actor[presetSpec] { return presetActor{} })
	return config.Parse("jobs.yaml", []byte("sessions: "+sessions+"\nnotify: [log]\njobs:\n"+jobs), "/site", &kinds)
}

// signInJob is one job of it.
func signInJob(name, session, keys string) string {
	return fmt.Sprintf("  - {name: %s, actor: cli, session: %s, schedule: '@daily', timezone: UTC, %s}\n", name, session, keys)
}

// shownSignIns are the watches in a line each.
func shownSignIns(cfg config.Config) string {
	var out []string
	for _, s := range cfg.SignIns {
		for _, w := range s.Watches {
			line := fmt.Sprintf("%s: %s%s every %s", s.Session, w.File, w.Line, w.Every)
			if len(w.Command) > 0 {
				line += fmt.Sprintf(" in %s with %q %v", w.Dir, w.Pass, w.Values)
			}
			out = append(out, line)
		}
	}
	return strings.Join(out, "\n")
}

// TestSignedInWhen pins what a session's signed_in_when says, and what presets fill in for it.
func TestSignedInWhen(t *testing.T) {
	plain := signInJob("j", "s", "with: {argv: [x]}")
	tool := signInJob("j", "s", "with: {preset: tool}")
	nobody, err := users.Find("nobody")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, sessions, jobs, want string }{
		{"nothing", "{s: {}}", plain, ""},
		{"a file", "{s: {signed_in_when: {file: auth.json}}}", plain, "s: /site/auth.json every 1m0s"},
		{
			"files", "{s: {signed_in_when: {file: [/a, ~/b, '${C:-/c}/d', '${C}/e'], every: 1s}}}", plain,
			"s: /a every 1s\ns: ~/b every 1s\ns: ${C:-/c}/d every 1s\ns: ${C}/e every 1s",
		},
		{
			"a command", "{s: {signed_in_when: {command: test -e ok, env: [A, {B: c}]}}}", plain,
			`s: test -e ok every 1m0s in /site with ["A"] map[B:c]`,
		},
		{"words", "{s: {signed_in_when: {command: [./ask, now]}}}", plain, `s: /site/ask now every 1m0s in /site with [] map[]`},
		{"a preset", "{s: {}}", tool, "s: ${TOOL_HOME:-~/.tool}/auth.json every 5s\ns: ~/.tool.key every 5s"},
		{
			"a preset, and a place of the job's own", "{s: {}}", signInJob("j", "s", "env: {TOOL_HOME: /srv/tool, HOME: /srv}, with: {preset: tool}"),
			"s: /srv/tool/auth.json every 5s\ns: /srv/.tool.key every 5s",
		},
		{
			"a preset, and a home of the job's own", "{s: {}}", signInJob("j", "s", "env: {HOME: /srv/}, with: {preset: tool}"),
			"s: ${TOOL_HOME:-/srv/.tool}/auth.json every 5s\ns: /srv/.tool.key every 5s",
		},
		{
			"a preset, and a user of the job's own", "{s: {}}", signInJob("j", "s", "with: {preset: tool, user: nobody}"),
			"s: ${TOOL_HOME:-" + nobody.Home + "/.tool}/auth.json every 5s\ns: " + nobody.Home + "/.tool.key every 5s",
		},
		{
			"two jobs of one preset", "{s: {}}", tool + signInJob("k", "s", "with: {preset: tool}"),
			"s: ${TOOL_HOME:-~/.tool}/auth.json every 5s\ns: ~/.tool.key every 5s",
		},
		{
			"a preset that asks, and the job's variables", "{s: {}}", signInJob("j", "s", "env: [A, {B: c}], with: {preset: asks}"),
			`s: asks status every 1m0s in /site with ["A"] map[B:c]`,
		},
		{"the file has another way", "{s: {signed_in_when: {file: /mine}}}", tool, "s: /mine every 1m0s"},
		{"the file wants none", "{s: {signed_in_when: none}}", tool, ""},
		{"a backend", "{s: {backend: 'https://a.example'}}", tool, ""},
		{"no session", "{s: {}}", signInJob("j", "none", "with: {preset: tool}"), ""},
	} {
		cfg, err := signInFile(t, tt.sessions, tt.jobs)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
		} else if got := shownSignIns(cfg); got != tt.want || len(cfg.Warnings) != 0 {
			t.Errorf("%s:\ngot  %s %v\nwant %s", tt.name, got, cfg.Warnings, tt.want)
		}
	}
}

// TestSignedInWhenShown: what a preset fills in for the session is among what it has filled in for the job.
func TestSignedInWhenShown(t *testing.T) {
	cfg, err := signInFile(t, "{s: {}, own: {signed_in_when: none}}", signInJob("j", "s", "with: {preset: tool}")+signInJob("k", "own", "with: {preset: tool}"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, job := range []string{"j", "k"} {
		for _, key := range cfg.Filled[job].Keys {
			if strings.HasPrefix(key.Key, "sessions.") {
				got = append(got, job+" "+key.Key+" "+key.Value)
			}
		}
	}
	const want = `j sessions.s.signed_in_when {"every":"5s","file":["${TOOL_HOME:-~/.tool}/auth.json","~/.tool.key"]}`
	if strings.Join(got, "\n") != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestSignedInWhenTwoPresets: two CLIs that share a session are both watched, and it is said that this is a bad idea.
func TestSignedInWhenTwoPresets(t *testing.T) {
	cfg, err := signInFile(t, "{s: {}}", signInJob("j", "s", "with: {preset: tool}")+signInJob("k", "s", "with: {preset: asks}"))
	if err != nil {
		t.Fatal(err)
	}
	if n := len(cfg.SignIns[0].Watches); n != 3 {
		t.Errorf("%d watches: %s", n, shownSignIns(cfg))
	}
	const want = `session "s" has jobs of the presets tool and asks: a sign-in to one of them lets both try; give each CLI a session of its own`
	if len(cfg.Warnings) != 1 || cfg.Warnings[0].Message != want {
		t.Errorf("the warnings are %v, want %s", cfg.Warnings, want)
	}
}

// TestSignedInWhenInvalid pins what is refused, with its place.
func TestSignedInWhenInvalid(t *testing.T) {
	for _, tt := range []struct{ session, want string }{
		{"{backend: 'https://a.example', signed_in_when: {file: /a}}", "1:46: signed_in_when needs a session without a backend: with one, refresh or token_file brings a token"},
		{"{signed_in_when: {}}", "1:32: signed_in_when needs exactly one of file, command"},
		{"{signed_in_when: {file: /a, command: b}}", "1:32: signed_in_when needs exactly one of file, command"},
		{"{signed_in_when: yes please}", "1:32: signed_in_when must be a mapping with file or command, or none, not \"yes please\""},
		{"{signed_in_when: {file: /a, every: 500ms}}", "1:50: every must be at least 1s, not 500ms"},
		{"{signed_in_when: {file: /a, every: 25h}}", "1:50: every must be at most 24h, not 25h"},
		{"{signed_in_when: {file: /a, env: [A]}}", "1:43: env is for a command; a file has none"},
		{"{signed_in_when: {file: []}}", "1:39: file must be a path, or a list of 1 to 8"},
		{"{signed_in_when: {file: [1]}}", "1:40: file must be a path"},
		{"{signed_in_when: {file: ~bob/a}}", "1:39: file can have ~/ or ${VARIABLE} only at its beginning"},
		{"{signed_in_when: {file: /a/$HOME}}", "1:39: file can have ~/ or ${VARIABLE} only at its beginning"},
		{"{signed_in_when: {file: '${A-b}/c'}}", "1:39: file must begin with a path, ~/, ${VARIABLE} or ${VARIABLE:-~/folder}"},
		{"{signed_in_when: {file: '${A:-b}/c'}}", "1:39: file must have a path behind :-, such as ${VARIABLE:-~/folder}"},
		{"{signed_in_when: {file: /a, files: /a}}", `1:43: unknown key "files" in signed_in_when; did you mean "file"?`},
	} {
		_, err := signInFile(t, "{s: "+tt.session+"}", signInJob("j", "s", "with: {argv: [x]}"))
		got := ""
		if err != nil {
			got, _, _ = strings.Cut(strings.TrimPrefix(err.Error(), "jobs.yaml:"), "\n")
		}
		if got != tt.want {
			t.Errorf("%s:\ngot  %s\nwant %s", tt.session, got, tt.want)
		}
	}
}

// TestHomePath pins what the beginning of a path becomes.
func TestHomePath(t *testing.T) {
	vars := map[string]string{"HOME": "/home/ada", "DIR": "/srv/x", "REL": "x", "EMPTY": ""}
	lookup := func(name string) (string, bool) { v, ok := vars[name]; return v, ok }
	for path, want := range map[string]string{
		"/a/b":               "/a/b",
		"~/b":                "/home/ada/b",
		"${DIR}/b":           "/srv/x/b",
		"${DIR:-~/.x}/b":     "/srv/x/b",
		"${NONE:-~/.x}/b":    "/home/ada/.x/b",
		"${EMPTY:-/etc/x}/b": "/etc/x/b",
		"${NONE}/b":          "${NONE}/b: the variable NONE is not set",
		"${REL}/b":           "x/b is not a whole path",
	} {
		got, err := config.HomePath(path, lookup)
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s: got %s, want %s", path, got, want)
		}
	}
	if _, err := config.HomePath("~/b", func(string) (string, bool) { return "", false }); err == nil || errors.Unwrap(err) != nil {
		t.Errorf("without a home: %v", err)
	}
}
