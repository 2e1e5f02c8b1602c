package oracle

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"curfew/internal/contract"
	"curfew/internal/importer"
	"curfew/messages"
	"curfew/tests/internal/world"
)

// probe is a program of the root that writes down what it was given: its arguments, folder, mask, standard input, and
// variables but for those that shells keep for themselves.
const probe = `#!/bin/sh
{
	printf 'argument <%s>\n' "$@"
	echo "folder $(pwd)"
	echo "mask $(umask)"
	echo "input <$(cat; echo .)>"
	env | sort | grep -v -e '^_=' -e '^SHLVL='
} >"/out/$1"
`

// jobTable is rules A.3 to A.7: one job for each, once in a year. HOME moves at the end.
var jobTable = "LONG=" + strings.Repeat("x", 1100) + `
0 0 1 1 * root /probe plain
A = b c  
"Q"='  inner  '
PATHS=$HOME/bin:~/x
S=it's
E=""
HASH=b # no comment
0 0 1 1 * root /probe settings
A=later
0 0 1 1 * root /probe later # a comment of the shell
PATH=/usr/local/bin:/usr/bin:/bin:/opt/none
LOGNAME=nobody
USER=nobody
MAILTO=ann
CRON_TZ=Asia/Tokyo
TZ=Asia/Tokyo
LANG=de_AT.UTF-8
RANDOM_DELAY=5
0 0 1 1 * root /probe names
0 0 1 1 * root /probe percent \% 100\%
0 0 1 1 * root /probe quoted "\%" '\%d'
0 0 1 1 * root /probe input%one%%three
0 0 1 1 * root /probe input-ended%one%
0 0 1 1 * root /probe input-escaped%100\% of $HOME` + " `id` \"x\" '" + `
0 0 1 1 * root /probe input-empty%
0 0 1 1 * root /probe input-newline%%
0 0 1 1 * root read a; /probe input-shared "$a" # rest%one%two
0 0 1 1 * root [ -d / ] && /probe guarded%in
0 0 1 1 * root [ -d /nowhere ] && /probe never
0 0 1 1 * root /probe before; [ -d /nowhere ] && /probe never
0 0 1 1 * root /probe commented; [ -d / ] && exit 5 # why
0 0 1 1 * root test -x /probe -a \! -d /nowhere && /probe tested && exit 4
0 0 1 1 * root /probe status; exit 3
0 0 1 1 * root /probe killed; kill -9 $$
0 0 1 1 * root no-such-program
0 0 1 1 * root 	  /probe blanks   two
SHELL=/bin/bash
0 0 1 1 * root /probe bash "${BASH_VERSION:+yes}"; [[ a == a ]]
0 0 1 1 * root [[ -d / ]] && /probe bash-guarded
0 0 1 1 * root /probe bash-input%one%two
SHELL=/bin/sh
HOME=/home/ann
0 0 1 1 * root /probe home
`

// more are variables that Curfew gives a job besides those of cron: docs/moving.md.
var more = []string{"CURFEW_", "LANG=", "LANGUAGE=", "LC_", "TZ=", "USER=", "TMPDIR=", "SSL_CERT_"}

// unlike are lines whose job ends in another way than the line, and why.
var unlike = map[string]string{
	"[ -d /nowhere ] && /probe never":                "a test that says no is no failure",
	"/probe before; [ -d /nowhere ] && /probe never": "nor is one at the end of a list",
}

// TestCronJobs runs each line by cron, and its job by the daemon: the same arguments, folder, mask, standard input and
// variables, and the same exit status, but for a test that says no.
func TestCronJobs(t *testing.T) {
	t.Parallel()
	r := newCron(t, "UTC")
	r.program("probe", []byte(probe))
	r.write("etc/cron.d/jobs", jobTable)
	r.sessions()
	newYear := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	saw := r.watch(watch{from: newYear.Add(-2 * time.Minute), to: newYear.Add(2 * time.Minute), real: true})
	byCron := r.outputs()
	all := r.imports(importer.CronD, "/etc/cron.d")
	if len(saw.starts) != len(all.Entries) || len(byCron) == 0 {
		t.Fatalf("cron ran %d of %d lines; %d have written\n%s", len(saw.starts), len(all.Entries), len(byCron), saw.log)
	}

	d := r.daemon(all.File)
	for _, e := range all.Entries {
		if !e.Enabled {
			t.Errorf("%s: not enabled: %v", e.Text, e.Notes)
			continue
		}
		_, command := line(e)
		want, started := saw.status(command)
		if !started {
			t.Errorf("%s: cron has not started it", e.Text)
			continue
		}
		if got := d.run(e); got != want && (got != 0 || unlike[command] == "") {
			t.Errorf("%s: exit status %d, by cron %d", e.Text, got, want)
		}
	}
	byCurfew := r.outputs()
	for name := range byCron {
		lines, has := strings.CutSuffix(byCron[name], everybody)
		if !has {
			t.Errorf("%s: cron gave it no variable of /etc/environment", name)
		}
		if difference := differs(lines, byCurfew[name]); difference != "" {
			t.Errorf("%s: %s\nby cron:\n%s\nby Curfew:\n%s", name, difference, byCron[name], byCurfew[name])
		}
		delete(byCurfew, name)
	}
	for name, text := range byCurfew {
		t.Errorf("%s: Curfew ran it, and cron did not:\n%s", name, text)
	}
	t.Logf("%d lines, %d outputs", len(all.Entries), len(byCron))
}

// everybody is a variable of /etc/environment. It sorts behind all others.
const everybody = "ZZ_EVERYBODY=gets it\n"

// sessions lets cron open sessions as it does on Debian: PAM adds variables to those of the table.
func (r *root) sessions() {
	r.t.Helper()
	r.copy(ofCron("etc/pam.d/cron"), "etc/pam.d/cron")
	for name, kind := range map[string]string{"auth": "auth", "account": "account", "session-noninteractive": "session"} {
		r.write("etc/pam.d/common-"+name, kind+" required pam_permit.so\n")
	}
	r.write("etc/environment", everybody+"PATH=/of/everybody\n")
}

// outputs are what the probe has written, by its first argument. They are taken away.
func (r *root) outputs() map[string]string {
	r.t.Helper()
	paths, err := filepath.Glob(r.path("out/*"))
	r.must(err)
	all := map[string]string{}
	for _, path := range paths {
		all[filepath.Base(path)] = world.Contents(r.t, path)
		r.must(os.Remove(path))
	}
	return all
}

// differs is the first line of cron's that Curfew's job has not, or one that it has and may not.
func differs(cron, curfew string) string {
	want, got := strings.Split(cron, "\n"), strings.Split(curfew, "\n")
	for _, line := range want {
		if !slices.Contains(got, line) {
			return "missing: " + line
		}
	}
	for _, line := range got {
		extra := slices.ContainsFunc(more, func(name string) bool { return strings.HasPrefix(line, name) })
		if !extra && !slices.Contains(want, line) {
			return "more: " + line
		}
	}
	return ""
}

// A daemon is the program with the written file, in the root.
type daemon struct{ *root }

// daemon starts the program with a job file, as a service manager would: with variables that no job of cron gets.
func (r *root) daemon(file string) daemon {
	r.t.Helper()
	r.write("jobs.yaml", file)
	env := []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/", "LANG=C.UTF-8", "A=daemon", "Q=daemon", "INVOCATION_ID=1", "MAILTO=daemon"}
	c := r.command(env, "/curfew", "start", "--config", "/jobs.yaml", "--data", "/data", "--listen", "off")
	var log bytes.Buffer
	c.Stderr = &log
	r.must(c.Start())
	r.t.Cleanup(func() {
		_ = c.Process.Kill() // its namespace ends with it
		_ = c.Wait()
		if r.t.Failed() {
			r.t.Logf("the daemon's log:\n%s", &log)
		}
	})
	d := daemon{r}
	world.Eventually(r.t, "the daemon to answer", func() bool {
		_, err := d.ask("status")
		return err == nil
	})
	return d
}

// ask runs a command of the program on the daemon. Its error may be that the exit status is not 0.
func (d daemon) ask(args ...string) ([]byte, error) {
	return d.command([]string{"PATH=/usr/bin:/bin", "HOME=/root"}, "/curfew", append(args, "--data", "/data", "-o", "json")...).Output()
}

// run runs a job of the daemon, and returns its exit status; 128 and more: the number of a signal.
func (d daemon) run(e *importer.Entry) (status int) {
	d.t.Helper()
	out, err := d.ask("job", "run", e.Job, "--wait")
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		d.t.Fatalf("%s: %v\n%s", e.Text, err, out)
	}
	var r contract.Run
	d.must(json.Unmarshal(out, &r))
	if r.Status == messages.StatusSucceeded {
		return 0
	}
	if len(r.Attempts) != 1 || r.Attempts[0].Error == nil {
		d.t.Fatalf("%s: %s", e.Text, out)
	}
	reason := *r.Attempts[0].Error
	if strings.HasPrefix(reason, "killed by SIGKILL") {
		return 128 + int(syscall.SIGKILL)
	}
	if _, err := fmt.Sscanf(reason, "exit status %d", &status); err != nil {
		d.t.Fatalf("%s: it failed with %q", e.Text, reason)
	}
	return status
}
