package procs

import (
	"errors"
	"syscall"

	"golang.org/x/sys/unix"
)

// attributes puts the process into a session of its own, and so into a group of its own: no terminal can stop it, nor
// be asked by it. If the daemon dies, the process is killed.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setsid: true, Pdeathsig: syscall.SIGKILL}
}

// awaitExit returns when the process has ended, and leaves it to be reaped.
func awaitExit(pid int) {
	for {
		err := unix.Waitid(unix.P_PID, pid, nil, unix.WEXITED|unix.WNOWAIT, nil)
		if !errors.Is(err, unix.EINTR) {
			return
		}
	}
}
