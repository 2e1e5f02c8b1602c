package oracle

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"curfew/tests/internal/world"
	"curfew/tests/patience"
)

// A root is a folder that programs have for a machine of their own. They run in namespaces of mounts, processes and
// networks: nothing of the machine's tables runs, and with the first process all others end.
type root struct {
	t      *testing.T
	dir    string
	hidden []string // programs of this machine that are not there
}

// Variables for a process of this test that goes into a root before it becomes another program: the root, and what is
// hidden there, separated by colons.
const (
	rootVariable   = "CURFEW_ORACLE_ROOT"
	hiddenVariable = "CURFEW_ORACLE_HIDDEN"
)

// Users of the root. The first is root.
const (
	passwords = "root:x:0:0:root:/root:/bin/sh\nann:x:1234:1234::/home/ann:/bin/sh\n"
	groups    = "root:x:0:\nann:x:1234:\n"
	shadows   = "root:*:1::::::\nann:*:1::::::\n"
	ann       = 1234
)

// newRoot makes a root in a time zone, with users, without tables, and with the program as /curfew.
func newRoot(t *testing.T, zone string) *root {
	t.Helper()
	program, err := world.Program()
	if err != nil {
		t.Fatal(err)
	}
	r := &root{t: t, dir: t.TempDir()}
	r.must(os.Chmod(r.dir, 0o755)) // all users look into it
	r.must(os.Chmod(filepath.Dir(r.dir), 0o755))
	for _, dir := range []string{
		"dev", "proc", "usr", "run", "root", "home/ann", "etc/cron.d", "etc/pam.d", "etc/security", "var/spool/cron/crontabs",
	} {
		r.must(os.MkdirAll(r.path(dir), 0o755))
	}
	for _, dir := range []string{"tmp", "out"} {
		r.must(os.Mkdir(r.path(dir), 0o755))
		r.must(os.Chmod(r.path(dir), 0o777|os.ModeSticky))
	}
	r.must(os.Chown(r.path("home/ann"), ann, ann))
	r.must(os.Symlink("../run", r.path("var/run")))
	r.must(os.Symlink("/usr/share/zoneinfo/"+zone, r.path("etc/localtime")))
	for _, name := range []string{"bin", "sbin", "lib", "lib64", "lib32"} {
		if to, err := os.Readlink("/" + name); err == nil {
			r.must(os.Symlink(to, r.path(name)))
		} else if _, err := os.Stat("/" + name); err == nil {
			r.must(os.Mkdir(r.path(name), 0o755))
		}
	}
	for name, text := range map[string]string{
		"etc/passwd": passwords, "etc/group": groups, "etc/shadow": shadows, "etc/crontab": "", "etc/environment": "",
		"etc/security/limits.conf": "", "etc/security/pam_env.conf": "",
		"dev/null": "", "dev/zero": "", "dev/urandom": "",
	} {
		r.write(name, text)
	}
	for _, name := range []string{"cron", "other"} {
		r.write("etc/pam.d/"+name, "auth required pam_permit.so\naccount required pam_permit.so\nsession required pam_permit.so\n")
	}
	r.copy("/etc/ld.so.cache", "etc/ld.so.cache")
	r.copy(program, "curfew")
	return r
}

func (r *root) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

func (r *root) path(name string) string { return filepath.Join(r.dir, name) }

func (r *root) write(name, text string) {
	r.t.Helper()
	r.must(os.WriteFile(r.path(name), []byte(text), 0o644))
}

func (r *root) copy(from, name string) {
	r.t.Helper()
	data, err := os.ReadFile(from)
	r.must(err)
	r.program(name, data)
}

// program writes a program. No process begins meanwhile: it would have the file open for writing, too, and so the program
// could not be run.
func (r *root) program(name string, data []byte) {
	r.t.Helper()
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	r.must(os.WriteFile(r.path(name), data, 0o755))
}

// command is a program that runs in the root, with these variables only. It is killed when the test ends.
func (r *root) command(env []string, program string, args ...string) *exec.Cmd {
	r.t.Helper()
	self, err := os.Executable()
	r.must(err)
	c := exec.CommandContext(r.t.Context(), self, append([]string{program}, args...)...)
	c.Env = append(env, rootVariable+"="+r.dir, hiddenVariable+"="+strings.Join(r.hidden, ":"))
	c.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWNS | syscall.CLONE_NEWPID | syscall.CLONE_NEWNET | syscall.CLONE_NEWIPC,
		Pdeathsig:  syscall.SIGKILL,
	}
	c.WaitDelay = patience.Limit
	return c
}

// enter makes this process the first one of a root, if it is told to, and then another program.
func enter() {
	dir := os.Getenv(rootVariable)
	if dir == "" {
		return
	}
	runtime.LockOSThread()
	fmt.Fprintln(os.Stderr, "cannot enter the root:", become(dir))
	os.Exit(1)
}

func become(dir string) error {
	hidden := strings.FieldsFunc(os.Getenv(hiddenVariable), func(c rune) bool { return c == ':' })
	if err := errors.Join(os.Unsetenv(rootVariable), os.Unsetenv(hiddenVariable)); err != nil {
		return err
	}
	if err := syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("keep mounts private: %w", err)
	}
	for _, name := range []string{"usr", "bin", "sbin", "lib", "lib64", "lib32", "dev/null", "dev/zero", "dev/urandom"} {
		to := filepath.Join(dir, name)
		if info, err := os.Lstat(to); err != nil || info.Mode()&os.ModeSymlink != 0 {
			continue // this machine has none, or it leads into /usr
		}
		if err := syscall.Mount("/"+name, to, "", syscall.MS_BIND|syscall.MS_REC, ""); err != nil {
			return fmt.Errorf("mount %s: %w", name, err)
		}
	}
	for _, name := range hidden {
		if err := syscall.Mount("/dev/null", filepath.Join(dir, name), "", syscall.MS_BIND, ""); err != nil {
			return fmt.Errorf("hide %s: %w", name, err)
		}
	}
	if err := syscall.Mount("proc", filepath.Join(dir, "proc"), "proc", 0, ""); err != nil {
		return fmt.Errorf("mount proc: %w", err)
	}
	if err := syscall.Chroot(dir); err != nil {
		return fmt.Errorf("chroot: %w", err)
	}
	if err := os.Chdir("/"); err != nil {
		return err
	}
	return syscall.Exec(os.Args[1], os.Args[1:], os.Environ())
}
