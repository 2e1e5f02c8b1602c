package process

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Programs that the scripts of the packages call: those that ask or change the machine are stand-ins, which answer by
// variables, the others are its own.
var (
	standIns = map[string]string{
		"getent": "echo curfew:x:990:990::/home/curfew:/bin/sh", "useradd": "exit 1", "chmod": "exit 1", "install": "", "env": "exit 1",
		"runuser": `echo "job file: warning: no matter"; echo "$*"; exit "$CHECK"`,
		"systemctl": `case "$*" in
*is-enabled*) exit "$ENABLED" ;;
*is-active*) echo "$ACTIVE" ;;
*ExecStart*) echo "$EXEC" ;;
*User*) echo "$SERVICE" ;;
try-restart*) exit "$RESTART" ;;
esac`,
	}
	own = []string{"sed", "head", "cut", "grep"}
)

// TestAfterInstall: the packages' script says what is next unless the daemon is enabled or runs. One that runs is started
// again, but not by a job file that it would refuse; whatever becomes of that, the package is installed.
func TestAfterInstall(t *testing.T) {
	t.Parallel()
	fakes := t.TempDir()
	for name, text := range standIns {
		//nolint:gosec // a program is executable
		if err := os.WriteFile(filepath.Join(fakes, name), []byte("#!/bin/sh\n"+text+"\n"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range own {
		path, err := exec.LookPath(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(path, filepath.Join(fakes, name)); err != nil {
			t.Fatal(err)
		}
	}
	// What systemd says of ExecStart, which it does not quote.
	const (
		plain  = "{ path=/opt/ours ; argv[]=/opt/ours start --config /srv/jobs.yaml --data /srv/curfew ; ignore_errors=no }"
		blanks = "{ path=/opt/our own ; argv[]=/opt/our own start --data /srv/cur few --config=/srv/my - jobs.yaml ; ignore_errors=no }"
		signs  = "{ path=/opt/our$x ; argv[]=/opt/our$x start --config /srv/it's;/jobs.yaml --data /srv/curfew ; ignore_errors=no }"
	)
	const (
		next = `curfew: it runs jobs and agents on a schedule, and holds agents while their sign-in has lapsed
curfew: nothing runs yet. Edit /etc/curfew/jobs.yaml, then: systemctl enable --now curfew
curfew: then look whether all is well: curfew --data /var/lib/curfew doctor; to learn more: curfew help tutorial, man curfew
`
		again  = "curfew: the daemon was restarted, and is this version now\n"
		failed = "curfew: the package is installed, but the daemon did not start again. This shows why: journalctl -u curfew -n 20\n"
		wrong  = "curfew: the daemon goes on as the old version, since the new one would not start: " +
			"-u curfew -- env HOME=/home/curfew /opt/ours check --start /srv/jobs.yaml\n" +
			"curfew: mend that until `runuser -u curfew -- /opt/ours check --start /srv/jobs.yaml` finds nothing, then: systemctl restart curfew\n"
		wrongToo = "curfew: the daemon goes on as the old version, since the new one would not start: " +
			"-u curfew -- env HOME=/home/curfew /opt/our own check --start /srv/my - jobs.yaml\n" +
			"curfew: mend that until `runuser -u curfew -- '/opt/our own' check --start '/srv/my - jobs.yaml'` finds nothing, then: systemctl restart curfew\n"
		wrongSigns = "curfew: the daemon goes on as the old version, since the new one would not start: " +
			"-u curfew -- env HOME=/home/curfew /opt/our$x check --start /srv/it's;/jobs.yaml\n" +
			`curfew: mend that until ` + "`" + `runuser -u curfew -- '/opt/our$x' check --start '/srv/it'\''s;/jobs.yaml'` + "`" +
			" finds nothing, then: systemctl restart curfew\n"
	)
	for _, c := range []struct {
		name, exec                      string
		enabled, active, check, restart string // exit statuses, and what is-active says: nothing in a chroot, where it succeeds
		want                            string
	}{
		{"it runs", plain, "0", "active", "0", "0", again},
		{"it runs, and is not enabled", plain, "1", "active", "0", "0", again},
		{"it runs, and its file is wrong", plain, "0", "active", "2", "0", wrong},
		{"it runs, and its file cannot be checked", plain, "0", "active", "1", "0", again},
		{"it runs by paths with blanks, and its file is wrong", blanks, "0", "active", "2", "0", wrongToo},
		{"it runs by paths with signs of a shell, and its file is wrong", signs, "0", "active", "2", "0", wrongSigns},
		{"it does not start", plain, "0", "active", "0", "1", failed},
		{"it is stopped", plain, "0", "inactive", "2", "1", ""},
		{"it is new", plain, "1", "inactive", "2", "1", next},
		{"a chroot", plain, "1", "", "2", "1", next},
	} {
		script := exec.Command("/bin/sh", "../../deploy/linux/after-install.sh", "configure")
		script.Env = []string{"PATH=" + fakes, "ENABLED=" + c.enabled, "ACTIVE=" + c.active, "CHECK=" + c.check, "RESTART=" + c.restart, "SERVICE=curfew", "EXEC=" + c.exec}
		out, err := script.CombinedOutput()
		if err != nil || string(out) != c.want {
			t.Errorf("%s: %v\n%s\nwant\n%s", c.name, err, out, c.want)
		}
	}
}
