package oracle

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"curfew/internal/importer"
)

// A table is a file of /etc/cron.d. A line of it is about midnight and runs ": NAME".
type table struct {
	name, text string
	mode       os.FileMode // 0: 0644
	owner      int
	link       bool // the file is elsewhere, and a link leads to it
}

const midnight = "0 0 * * * root : NAME\n"

// tables are rules A.1 to A.3: what cron takes for a table, and what turns one off, and its bounds.
func tables() []table {
	const long = 998
	x := func(n int) string { return strings.Repeat("x", n) }
	return []table{
		{name: "plain", text: midnight},
		{name: "UPPER-case_9", text: midnight},
		{name: "0", text: midnight},
		{name: "private", text: midnight, mode: 0o600},
		{name: "executable", text: midnight, mode: 0o755},
		{name: "unreadable", text: midnight, mode: 0o200},
		{name: "linked", text: midnight, link: true},
		{name: "linked-to-others", text: midnight, link: true, owner: ann},
		{name: "group-writes", text: midnight, mode: 0o664},
		{name: "all-write", text: midnight, mode: 0o666},
		{name: "of-ann", text: midnight, owner: ann},
		{name: "a.b", text: midnight},
		{name: "a.sh", text: midnight},
		{name: "a~", text: midnight},
		{name: ".x", text: midnight},
		{name: "x.dpkg-old", text: midnight},
		{name: "a+b", text: midnight},
		{name: "a b", text: midnight},
		{name: "ä", text: midnight},
		// One bad line turns the file off.
		{name: "minute", text: midnight + "60 * * * * root true\n"},
		{name: "minute-above", text: "60 * * * * root true\n" + midnight},
		{name: "step", text: midnight + "5/15 * * * * root true\n"},
		{name: "unknown-user", text: midnight + "0 0 1 1 * nobody-here true\n"},
		{name: "no-command", text: midnight + "0 0 1 1 * root\n"},
		{name: "blank-command", text: midnight + "0 0 1 1 * root \n"},
		{name: "no-user", text: midnight + "0 0 1 1 *\n"},
		{name: "four-fields", text: midnight + "0 0 1 1\n"},
		{name: "word", text: midnight + "@never root true\n"},
		{name: "exported", text: "export A=b\n" + midnight},
		{name: "two-names", text: "A B=c\n" + midnight},
		{name: "behind-quotes", text: "A=\"x\"y\n" + midnight},
		{name: "open-quote", text: "A=\"x\n" + midnight},
		{name: "no-value", text: "A=\n" + midnight},
		{name: "no-mailto", text: "MAILTO=\n" + midnight},
		{name: "empty-mailto", text: "MAILTO=\"\"\n" + midnight},
		{name: "dash", text: "-* * * * * root true\n" + midnight},
		{name: "goes-on", text: midnight + "0 0 1 1 * root true \\\n  and more\n"},
		{name: "unended", text: midnight + "0 0 1 1 * root true"},
		{name: "unended-comment", text: midnight + "# the end"},
		{name: "unended-setting", text: midnight + "A=b"},
		{name: "unended-blank", text: midnight + "  "},
		// Lines.
		{name: "indented", text: " \t # comment\n \t" + midnight},
		{name: "indented-setting", text: "  A = b\n" + midnight},
		{name: "indented-reboot", text: "\t@reboot root true\n" + midnight},
		{name: "tabs", text: "0\t0  *\t\t* *\troot \t: NAME\n"},
		{name: "carried", text: "0 0 * * * root : NAME\r\n"},
		{name: "carried-blank", text: "\r\n" + midnight},
		{name: "carried-setting", text: "A=b\r\n" + midnight},
		{name: "quoted-name", text: "\"A\" = 'b c'\n" + midnight},
		{name: "blank-lines", text: "\n\n   \n" + midnight},
		{name: "only-comments", text: "# nothing\n"},
		{name: "empty", text: ""},
		{name: "minutely-word", text: "@minutely root : NAME\n"},
		{name: "long-command", text: midnight + "0 0 1 1 * root " + x(long) + "\n"},
		{name: "longest-command", text: midnight + "0 0 1 1 * root " + x(long+1) + "\n"},
		{name: "too-long-command", text: midnight + "0 0 1 1 * root " + x(long+2) + "\n"},
		{name: "far-too-long-command", text: midnight + "0 0 1 1 * root " + x(2*long) + "\n"},
		{name: "long-setting", text: "A=" + x(long-2) + "\n" + midnight},
		{name: "too-long-setting", text: "A=" + x(long+2) + "\n" + midnight},
		{name: "long-quoted-setting", text: "A=\"" + x(long) + "\"\n" + midnight},
		{name: "many-lines", text: midnight + strings.Repeat("# x\n", 20_000)},
		{name: "long-field", text: midnight + strings.Repeat("1,", 30) + "1 0 1 1 * root true\n"},
		{name: "too-long-field", text: midnight + strings.Repeat("1,", 60) + "1 0 1 1 * root true\n"},
		{name: "accents", text: midnight + "0 0 1 1 * root /opt/Überall/läuft\n"},
	}
}

// TestCronTables: a job of a table that comes over is enabled if, and only if, cron starts it.
func TestCronTables(t *testing.T) {
	t.Parallel()
	r := newCron(t, "UTC")
	for _, f := range tables() {
		name := "etc/cron.d/" + f.name
		if f.link {
			r.must(os.Symlink("/etc/elsewhere-"+f.name, r.path(name)))
			name = "etc/elsewhere-" + f.name
		}
		r.write(name, strings.ReplaceAll(f.text, "NAME", f.name))
		r.must(os.Chown(r.path(name), f.owner, 0))
		if f.mode != 0 {
			r.must(os.Chmod(r.path(name), f.mode))
		}
	}
	r.must(os.Mkdir(r.path("etc/cron.d/folder"), 0o755))
	r.must(os.Symlink("/nowhere", r.path("etc/cron.d/dangling")))

	saw := r.watch(watch{from: begin.Add(-2 * time.Minute), to: begin.Add(2 * time.Minute)})
	all := r.imports(importer.CronD, "/etc/cron.d")
	on := 0
	for _, f := range tables() {
		starts := slices.ContainsFunc(saw.starts, func(s start) bool { return strings.TrimSpace(s.command) == ": "+f.name })
		enabled := slices.ContainsFunc(all.Entries, func(e *importer.Entry) bool {
			return e.Source == "/etc/cron.d/"+f.name && strings.HasSuffix(e.Text, ": "+f.name) && e.Enabled
		})
		if starts != enabled {
			t.Errorf("%s: cron starts it: %v; the job is enabled: %v", f.name, starts, enabled)
		}
		if starts {
			on++
		}
	}
	if on == 0 || on == len(tables()) {
		t.Errorf("cron starts %d of %d", on, len(tables()))
	}
	if t.Failed() {
		t.Logf("cron's log:\n%s", saw.log)
	}
}

// TestCronUserTables: the same of the tables of users, which have no column for the user, and which cron takes only with
// the mode 0600 and from their owner.
func TestCronUserTables(t *testing.T) {
	t.Parallel()
	r := newCron(t, "UTC")
	for _, f := range []struct {
		user, text string
		owner      int
		mode       os.FileMode
		starts     bool
	}{
		{"root", "0 0 * * * root : x\n", 0, 0o600, true},
		{"ann", "A=b\n0 0 * * * : x\n@reboot true\n", ann, 0o600, true},
		{"ann", "0 0 * * * : x\n60 * * * * true\n", ann, 0o600, false},
		{"ann", "0 0 * * * : x\n0 0 1 1 *\n", ann, 0o600, true},
		{"ann", "0 0 * * * : x\n0 0 1 1 * \n", ann, 0o600, true},
		{"ann", "0 0 * * * : x\n0 0 1 1 * " + strings.Repeat("x", 998) + "\n", ann, 0o600, true},
		{"ann", "0 0 * * * : x\n0 0 1 1 *    " + strings.Repeat("x", 999) + "\n", ann, 0o600, false},
		{"ann", "0 0 * * * : x\n", 0, 0o600, true},
		{"root", "0 0 * * * root : x\n", ann, 0o600, false},
		{"ann", "0 0 * * * : x\n", ann, 0o644, false},
		{"ann", "0 0 * * * : x\n", ann, 0o660, false},
		{"nobody-here", "0 0 * * * : x\n", 0, 0o600, false},
	} {
		name := "/var/spool/cron/crontabs/" + f.user
		r.must(os.WriteFile(r.path(name), []byte(f.text), 0o600))
		r.must(os.Chown(r.path(name), f.owner, 0))
		r.must(os.Chmod(r.path(name), f.mode))
		saw := r.watch(watch{from: begin.Add(-2 * time.Minute), to: begin.Add(2 * time.Minute)})
		starts := slices.ContainsFunc(saw.starts, func(s start) bool { return strings.HasSuffix(s.command, ": x") })
		enabled := r.imports(importer.Crontab, name, "--user", f.user).Entries[0].Enabled
		if starts != f.starts || enabled != starts {
			t.Errorf("%s's %q, mode %04o, of %d: cron starts it: %v; the job is enabled: %v\n%s",
				f.user, f.text[:min(len(f.text), 60)], f.mode, f.owner, starts, enabled, saw.log)
		}
		r.must(os.Remove(r.path(name)))
	}
}
