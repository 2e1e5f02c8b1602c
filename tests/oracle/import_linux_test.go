package oracle

import (
	"bytes"
	"encoding/json"
	"errors"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"curfew/actors"
	"curfew/actors/shell"
	"curfew/internal/config"
	"curfew/internal/importer"
	"curfew/messages"
	"curfew/scheduler"
)

// imported is what `curfew import` makes of the tables of a root.
type imported struct {
	File    string            `json:"file"`
	Entries []*importer.Entry `json:"entries"`
	jobs    map[string]messages.Definition
}

// imports lets the program in the root import tables there, and reads the file that it writes as a daemon would.
func (r *root) imports(kind importer.Kind, args ...string) (all imported) {
	r.t.Helper()
	args = append([]string{"import", string(kind)}, args...)
	c := r.command([]string{"PATH=/usr/bin:/bin", "HOME=/root"}, "/curfew", append(args, "-o", "json")...)
	var stderr bytes.Buffer
	c.Stderr = &stderr
	out, err := c.Output()
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 1) { // 1: no job could be written
		r.t.Fatalf("%v: %v\n%s", args, err, &stderr)
	}
	if err := json.Unmarshal(out, &all); err != nil {
		r.t.Fatalf("%v: %v\n%s%s", args, err, out, &stderr)
	}
	r.must(all.read(r.dir))
	return all
}

// read reads the job file that was written, if one was.
func (all *imported) read(folder string) error {
	all.jobs = map[string]messages.Definition{}
	if all.File == "" {
		return nil
	}
	defs, err := definitions([]byte(all.File), folder)
	for _, d := range defs {
		all.jobs[d.Job] = d
	}
	return err
}

// definitions are the jobs of a file.
func definitions(file []byte, folder string) ([]messages.Definition, error) {
	kinds := &actors.Registry{}
	actors.Register(kinds, shell.New)
	cfg, err := config.Parse("jobs.yaml", file, folder, kinds)
	return cfg.Jobs, err
}

// systemLine is a line of a system table: when, a user, a command.
var systemLine = regexp.MustCompile(`^(?:@\S+|(?:\S+[ \t]+){4}\S+)[ \t]+(\S+)[ \t](.*)$`)

// line is the user of an entry, and what cron notes as its command: up to the first %, of which \% is none.
func line(e *importer.Entry) (user, command string) {
	m := systemLine.FindStringSubmatch(e.Text)
	if m == nil {
		return "", ""
	}
	const escaped = "\x00"
	text, _, _ := strings.Cut(strings.ReplaceAll(m[2], `\%`, escaped), "%")
	return m[1], strings.ReplaceAll(text, escaped, "%")
}

// unbounded is a number of slots that no comparison here has.
const unbounded = 1 << 20

// slots are when a job of the written file starts between two times, at most so often, if it is there and enabled.
func (all imported) slots(t *testing.T, e *importer.Entry, from, to time.Time, most int) (out []time.Time) {
	t.Helper()
	d, there := all.jobs[e.Job]
	if d.Disabled != !e.Enabled && there {
		t.Errorf("%s: the file and the report differ in whether it is enabled", e.Job)
	}
	if !there || d.Disabled {
		return nil
	}
	s, err := scheduler.Parse(d.Timetable, d.Job)
	if err != nil {
		t.Fatal(err)
	}
	for at := from; len(out) < most; at = out[len(out)-1] {
		next, ok := s.Next(at)
		if !ok || !next.Before(to) {
			break
		}
		out = append(out, next.UTC())
	}
	return out
}

// compare finds entries whose job starts at another time than cron starts the line, and returns how many starts are the
// same. A job that is not enabled starts never, and nor may cron start it. The exception is a range backwards beside
// something that cron does run: then a person is asked what is meant.
func compare(t *testing.T, all imported, saw watched, from, to time.Time) (same int) {
	t.Helper()
	if len(all.Entries) == 0 {
		t.Error("nothing was imported")
	}
	for _, e := range all.Entries {
		_, command := line(e)
		want := saw.of(command)
		if !e.Enabled && strings.Contains(strings.Join(e.Notes, " "), "which ends before it begins") {
			continue
		}
		got := all.slots(t, e, from, to, unbounded)
		if difference := first(want, got); difference != "" {
			t.Errorf("%s:%d: %s\n%s\n%s", e.Source, e.Line, e.Text, difference, strings.Join(e.Notes, "\n"))
			continue
		}
		same += len(want)
	}
	return same
}

// first is the first time that one side has and the other has not.
func first(cron, job []time.Time) string {
	for n := range max(len(cron), len(job)) {
		switch {
		case n >= len(job) || n < len(cron) && cron[n].Before(job[n]):
			return "at " + cron[n].String() + " cron starts it, and the job does not"
		case n >= len(cron) || job[n].Before(cron[n]):
			return "at " + job[n].String() + " the job starts, and cron does not start it"
		}
	}
	return ""
}
