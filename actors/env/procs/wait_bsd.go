//go:build darwin || freebsd || netbsd || openbsd || dragonfly

package procs

import (
	"errors"
	"syscall"

	"golang.org/x/sys/unix"
)

// attributes puts the process into a session of its own, and so into a group of its own: no terminal can stop it, nor
// be asked by it. There is no death signal here: if the daemon is killed, the process goes on.
func attributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }

// awaitExit returns when the process has ended, and leaves it to be reaped.
func awaitExit(pid int) {
	queue, err := unix.Kqueue()
	if err != nil {
		return // out of descriptors: the group is taken to have ended, and is killed
	}
	defer func() { _ = unix.Close(queue) }()
	var change unix.Kevent_t
	unix.SetKevent(&change, pid, unix.EVFILT_PROC, unix.EV_ADD|unix.EV_ONESHOT)
	change.Fflags = unix.NOTE_EXIT
	for {
		// An error that is not EINTR means that the process has ended already.
		_, err := unix.Kevent(queue, []unix.Kevent_t{change}, make([]unix.Kevent_t, 1), nil)
		if !errors.Is(err, unix.EINTR) {
			return
		}
	}
}
