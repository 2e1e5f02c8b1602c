package live

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"curfew/actors"
	"curfew/internal/config"
	"curfew/internal/contract"
	"curfew/messages"
	"curfew/tests/internal/world"
)

// situation is the end of an agent CLI as it was captured, and what has to follow. Its tokens and texts are made up.
type situation struct {
	name, preset   string
	args           string        // of the job
	waits          time.Duration // for so long at least, uncounted, before the next attempt; 0: it does not
	exit, calls    int
	class, gate    string         // gate: open, closed, or quota
	usage          messages.Usage // calls, tokens in, tokens out; zero: the CLI does not say
	says           string         // the beginning of the error, after the type's name
	stdout, stderr string
}

const situations = "../testdata/clis"

func readSituations(t *testing.T) (all []situation) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(situations, "*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no captured outputs in %s (%v)", situations, err)
	}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		s := situation{name: strings.ReplaceAll(strings.TrimSuffix(filepath.Base(file), ".txtar"), ".", "_")}
		for _, f := range archive.Files {
			switch f.Name {
			case "stdout":
				s.stdout = string(f.Data)
			case "stderr":
				s.stderr = string(f.Data)
			default:
				t.Fatalf("%s has a file %s", file, f.Name)
			}
		}
		for line := range strings.Lines(string(archive.Comment)) {
			key, value, _ := strings.Cut(strings.TrimSpace(line), ":")
			value = strings.TrimSpace(value)
			switch key {
			case "preset":
				s.preset = value
			case "args":
				s.args = ", args: " + value
			case "waits":
				s.waits, err = time.ParseDuration(value)
			case "exit":
				s.exit, err = strconv.Atoi(value)
			case "calls":
				s.calls, err = strconv.Atoi(value)
			case "class":
				s.class = value
			case "gate":
				s.gate = value
			case "usage":
				_, err = fmt.Sscan(value, &s.usage.Calls, &s.usage.InputTokens, &s.usage.OutputTokens)
			case "says":
				s.says = value
			default:
				if !strings.HasPrefix(line, "#") {
					t.Fatalf("%s has a line %q", file, line)
				}
			}
			if err != nil {
				t.Fatalf("%s: %v", file, err)
			}
		}
		all = append(all, s)
	}
	return all
}

// programs are what the presets call.
var programs = map[string]string{"claude-code": "claude"}

// install writes a program that prints the outputs and counts its calls. What a preflight asks it answers with yes.
func (s situation) install(t *testing.T, dir string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	name := s.preset
	if programs[name] != "" {
		name = programs[name]
	}
	script := fmt.Sprintf("#!/bin/sh\ncd %q\n[ \"$1\" = login ] && exit\necho >>calls\ncat stdout\ncat stderr >&2\nexit %d\n", dir, s.exit)
	for file, text := range map[string]string{name: script, "stdout": s.stdout, "stderr": s.stderr} {
		world.WriteProgram(t, filepath.Join(dir, file), text)
	}
}

func (s situation) job(dir string) string {
	more := s.args
	if s.preset == "opencode" {
		more += ", model: a/b"
	}
	return fmt.Sprintf(`  - name: %[1]s
    actor: cli-agent
    session: %[1]s
    schedule: "0 0 1 1 *"
    timezone: UTC
    env: {PATH: "%[2]s:/usr/bin:/bin"}
    retry: {attempts: 3, initial: 1ms, max: 1ms}
    with: {preset: %[3]s, prompt: say hi%[4]s}
`, s.name, dir, s.preset, more)
}

// TestPresets runs every captured end of an agent CLI through the runtime, with the preset as it is shipped: the class
// of the failure, the gate, the calls, the cost, and the reason that people read.
func TestPresets(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	all := readSituations(t)
	file := "lanes: {cli-agent: 4}\nsessions:\n"
	for _, s := range all {
		file += "  " + s.name + ": {}\n"
	}
	file += "jobs:\n"
	for _, s := range all {
		s.install(t, filepath.Join(dir, s.name))
		file += s.job(filepath.Join(dir, s.name))
	}
	site := newTypesSite(t, dir, file)
	for _, s := range all {
		site.runNow(s.name)
	}
	for _, s := range all {
		t.Run(s.name, func(t *testing.T) { s.check(t, site, filepath.Join(dir, s.name)) })
	}
	recs := world.CheckJournal(t, site.stop())
	for _, s := range all {
		s.checkWaits(t, recs)
	}
}

// checkWaits looks for the pause of a run that tried nothing.
func (s situation) checkWaits(t *testing.T, recs []messages.Record) {
	if s.waits == 0 {
		return
	}
	for _, r := range recs {
		if w, ok := r.Body.(messages.WakeScheduled); ok && w.Job == s.name {
			if pause := w.Due.Sub(r.At); pause < s.waits || pause > s.waits*3/2 {
				t.Errorf("%s is tried again after %s; want %s, and up to half of it more", s.name, pause, s.waits)
			}
			return
		}
	}
	t.Errorf("%s is not tried again", s.name)
}

// check waits until the run of a situation has ended or is held, and looks at what became of it.
func (s situation) check(t *testing.T, in *site, dir string) {
	var run contract.Run
	done := map[messages.Status]bool{messages.StatusSucceeded: true, messages.StatusFailed: true, messages.StatusHeld: true}
	world.Eventually(t, s.name+" to end", func() bool {
		list, err := in.api.Runs(t.Context(), contract.RunQuery{Job: s.name, Page: contract.Page{Limit: 1}})
		if err != nil {
			t.Fatal(err)
		}
		run = list.Items[0]
		return done[run.Status] || s.waits > 0 && run.Status == messages.StatusBackingOff
	})
	last := run.Attempts[len(run.Attempts)-1]
	class, text := "", ""
	if last.Class != nil {
		class, text = string(*last.Class), *last.Error
	}
	session, err := in.api.Session(t.Context(), s.name)
	if err != nil {
		t.Fatal(err)
	}
	gate := string(session.State)
	if session.Reason != nil && gate == "closed" && *session.Reason == messages.ReasonQuota {
		gate = "quota"
	}
	calls := strings.Count(world.Contents(t, filepath.Join(dir, "calls")), "\n")
	if class != s.class || gate != s.gate || calls != s.calls {
		t.Errorf("class %q, gate %s, %d calls; want %q, %s, %d: %s", class, gate, calls, s.class, s.gate, s.calls, text)
	}
	if u := last.Usage; u == nil && s.usage != (messages.Usage{}) || u != nil && *u != s.usage {
		t.Errorf("it cost %+v, want %+v", u, s.usage)
	}
	said := strings.TrimPrefix(text, "cli-agent: ")
	if !strings.Contains(said, s.says) || (s.says == "") != (said == "") {
		t.Errorf("it says %q, want %q", said, s.says)
	}
}

// TestPresetsAreMeasured: a captured success, and one that quotes an expired sign-in, is there for every preset.
func TestPresetsAreMeasured(t *testing.T) {
	have := map[string]bool{}
	for _, s := range readSituations(t) {
		have[s.name] = true
	}
	kinds := &actors.Registry{}
	registerTypes(kinds)
	presets, err := config.Presets(t.TempDir(), kinds)
	if err != nil || len(presets) == 0 {
		t.Fatalf("%d presets (%v)", len(presets), err)
	}
	for _, p := range presets {
		for _, name := range []string{p.Name + "_ok", p.Name + "_quote", p.Name + "_401"} {
			if !have[name] && !have[name+"_key"] {
				t.Errorf("%s has no captured output %s.txtar", situations, name)
			}
		}
	}
}
