//go:build unix

package cli

import (
	"errors"
	"time"

	"golang.org/x/sys/unix"
)

// hungUp waits for at most so long until nobody reads an open pipe any more, and reports whether that is so.
func hungUp(fd uintptr, patience time.Duration) (bool, error) {
	fds := []unix.PollFd{{Fd: int32(fd)}}
	_, err := unix.Poll(fds, int(patience.Milliseconds()))
	if errors.Is(err, unix.EINTR) {
		return false, nil
	}
	return err == nil && fds[0].Revents&(unix.POLLERR|unix.POLLHUP) != 0, err
}

// takes reports whether an open file can be written to within patience, without blocking.
func takes(fd uintptr, patience time.Duration) bool {
	fds := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLOUT}}
	for {
		n, err := unix.Poll(fds, int(patience.Milliseconds()))
		if errors.Is(err, unix.EINTR) {
			continue // this happens often, and makes the wait a little longer
		}
		return err != nil || n > 0 && fds[0].Revents&(unix.POLLERR|unix.POLLHUP|unix.POLLNVAL) == 0
	}
}
