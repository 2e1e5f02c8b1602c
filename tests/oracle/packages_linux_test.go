package oracle

import (
	"bytes"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"curfew/internal/importer"
)

var withPackages = flag.String("packages", "", "with -cron: a folder with packages of Debian, each unpacked into a folder of its name")

// from400 is when the comparison of 400 days begins, for the command line.
const from400 = "2026-06-01T00:00:00Z"

// TestDebianPackages imports what packages of Debian bring along. Their crontabs: no slot differs from what cron does in
// 400 days, by the rules, nor from what cron itself does in the days of both changes of the clock; and no job fails where
// cron minds nothing. The programs of the packages are not there, so that every line comes to what its tests say; those
// that are on every machine run, and find no disk.
func TestDebianPackages(t *testing.T) {
	needCron(t)
	if *withPackages == "" {
		t.Skip("NOT RUN: it reads packages of Debian, which tests/live/debian.sh gets")
	}
	r := newCron(t, "Europe/Berlin")
	r.write("etc/passwd", passwords+"logcheck:x:1235:1234::/var/lib/logcheck:/bin/sh\n")
	for _, folder := range []string{"etc/cron.hourly", "etc/cron.daily", "etc/cron.weekly", "etc/cron.monthly", "var/lib/logcheck"} {
		r.must(os.MkdirAll(r.path(folder), 0o755))
	}
	r.unpack(*withPackages)
	r.verified("cron.d", "/etc/crontab", "/etc/cron.d")
	r.verified("systemd", "/units")

	all := r.imports(importer.CronD, "/etc/crontab", "/etc/cron.d", "--user", "logcheck")
	for _, e := range all.Entries {
		if user, _ := line(e); user == "logcheck" && !e.Enabled {
			t.Errorf("%s: not enabled for a daemon of that user: %v", e.Text, e.Notes)
		}
	}
	all = r.imports(importer.CronD, "/etc/crontab", "/etc/cron.d")
	for _, at := range changes(t, "Europe/Berlin") {
		from, to := at.Add(-24*time.Hour), at.Add(24*time.Hour)
		saw := r.watch(watch{from: from, to: to})
		// @reboot is no slot
		saw.starts = slices.DeleteFunc(saw.starts, func(s start) bool { return strings.Contains(s.command, "logcheck -R") })
		t.Logf("%s: %d starts as cron's", at.Format(time.DateOnly), compare(t, all, saw, from, to))
	}
	r.ends(all)
	for _, e := range r.imports(importer.Systemd, "/units").Entries {
		t.Logf("| `%s` | `%s` | %s |", filepath.Base(e.Source), e.Text, outcome(e))
	}

	r.must(os.MkdirAll(r.path("run/systemd/system"), 0o755))
	for _, e := range r.imports(importer.CronD, "/etc/cron.d").Entries {
		if strings.Contains(e.Text, "/run/systemd/system") && e.Enabled {
			t.Errorf("%s: enabled where systemd runs a timer in its stead", e.Text)
		}
	}
}

// everywhere is the package that every Debian has, so that its lines do not ask whether it is there.
const everywhere = "e2fsprogs"

func outcome(e *importer.Entry) string {
	if e.Outcome == importer.Moved {
		return string(e.Outcome)
	}
	return fmt.Sprintf("%s: %s", e.Outcome, e.Notes[0])
}

// unpack puts the crontabs of the packages where cron reads them, and their units into /units. Their programs are hidden
// if this machine has them.
func (r *root) unpack(packages string) {
	r.t.Helper()
	for pattern, to := range map[string]string{
		"*/etc/crontab": "etc", "*/etc/cron.d/*": "etc/cron.d", "*/lib/systemd/system/*.timer": "units",
	} {
		paths, err := filepath.Glob(filepath.Join(packages, pattern))
		r.must(err)
		if len(paths) == 0 {
			r.t.Fatalf("no %s in %s", pattern, packages)
		}
		r.must(os.MkdirAll(r.path(to), 0o755))
		for _, path := range paths {
			if name := filepath.Base(path); name != ".placeholder" {
				r.copy(path, filepath.Join(to, name))
			}
		}
	}
	r.must(filepath.WalkDir(packages, func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		of, name, _ := strings.Cut(strings.TrimPrefix(path, packages+"/"), "/")
		here, err := os.Stat("/" + name)
		if err == nil && of != everywhere && here.Mode().IsRegular() && here.Mode()&0o111 != 0 && !strings.HasPrefix(name, "etc/") {
			r.hidden = append(r.hidden, name)
		}
		return nil
	}))
}

// verified imports sources as a person would, compares them for 400 days, and lets check read the file.
func (r *root) verified(kind string, sources ...string) {
	r.t.Helper()
	file := "/" + kind + ".yaml"
	args := append([]string{"import", kind}, sources...)
	r.runs(append(args, "--to", file, "--verify", "--from", from400, "--days", "400")...)
	r.runs("check", file)
}

// runs runs the program in the root, logs the last line that it says, and wants it to succeed.
func (r *root) runs(args ...string) {
	r.t.Helper()
	out, err := r.command([]string{"PATH=/usr/bin:/bin", "HOME=/root"}, "/curfew", args...).CombinedOutput()
	if err != nil {
		r.t.Errorf("curfew %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	lines := bytes.Split(bytes.TrimSpace(out), []byte("\n"))
	r.t.Logf("curfew %s: %s", strings.Join(args, " "), lines[len(lines)-1])
}

// ends runs every line by cron and by Curfew. cron takes no notice of how they end, so no job may fail.
func (r *root) ends(all imported) {
	r.t.Helper()
	sunday := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC) // and the first of a month
	saw := r.watch(watch{from: sunday.Add(-2 * time.Hour), to: sunday.Add(24 * time.Hour), real: true})
	d := r.daemon(all.File)
	for _, e := range all.Entries {
		user, command := line(e)
		if user != "root" {
			r.t.Logf("| `%s` | `%s` | %s | |", filepath.Base(e.Source), e.Text, outcome(e))
			continue
		}
		byCron, started := saw.status(command)
		status := d.run(e)
		if !started || status != 0 {
			r.t.Errorf("%s: exit status %d, which is reported; by cron %d, which nobody minds (started: %v)", e.Text, status, byCron, started)
		}
		r.t.Logf("| `%s` | `%s` | %s | exit status %d by cron, %d by Curfew |", filepath.Base(e.Source), e.Text, outcome(e), byCron, status)
	}
}
