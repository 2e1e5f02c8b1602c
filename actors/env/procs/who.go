//go:build unix

package procs

import (
	"bufio"
	"io"
	"os"
	"os/user"
	"strconv"
	"strings"
	"sync"
)

// The variables of a process if neither the daemon's environment nor the password file has them.
const (
	defaultPath  = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" // what systemd gives its services
	defaultShell = "/bin/sh"
)

// maxPasswd bounds what is read of the password file, in bytes.
const maxPasswd = 16 << 20

// identity is the daemon's user by the password file: names of variables and their values. Cron gives them to its jobs,
// too; the environment of a service often lacks them.
var identity = sync.OnceValue(func() [][2]string {
	uid := strconv.Itoa(os.Getuid())
	var me account
	if f, err := os.Open("/etc/passwd"); err == nil {
		me = lookUp(io.LimitReader(f, maxPasswd), uid)
		_ = f.Close()
	}
	if me.name == "" { // the file is not all that there is
		if u, err := user.LookupId(uid); err == nil {
			me = account{name: u.Username, home: u.HomeDir}
		}
	}
	return me.variables()
})

// account is a line of the password file.
type account struct{ name, home, shell string }

// lookUp finds the first account of that number.
func lookUp(passwd io.Reader, uid string) account {
	const fields = 7 // name:password:uid:gid:comment:home:shell
	lines := bufio.NewScanner(passwd)
	for lines.Scan() {
		if f := strings.Split(lines.Text(), ":"); len(f) == fields && f[2] == uid && f[0] != "" {
			return account{name: f[0], home: f[5], shell: f[6]}
		}
	}
	return account{}
}

// variables leaves out what is unknown; for a path and a shell there are defaults.
func (a account) variables() [][2]string {
	shell := a.shell
	if shell == "" {
		shell = defaultShell
	}
	all := [][2]string{{"HOME", a.home}, {"USER", a.name}, {"LOGNAME", a.name}, {"SHELL", shell}, {"PATH", defaultPath}}
	known := all[:0]
	for _, v := range all {
		if v[1] != "" {
			known = append(known, v)
		}
	}
	return known
}
