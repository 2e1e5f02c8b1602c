//go:build unix

package lock

import (
	"errors"
	"os"
	"syscall"
)

// Flags of an open: a link is refused with an error that [isLink] knows, and a pipe does not block.
const (
	noFollow = syscall.O_NOFOLLOW
	noWait   = syscall.O_NONBLOCK
)

func isLink(err error) bool { return errors.Is(err, syscall.ELOOP) }

// linked reports whether a file has more than one name.
func linked(info os.FileInfo) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	return ok && st.Nlink > 1
}

// ownerOf is the user that a file belongs to.
func ownerOf(info os.FileInfo) (uid int, ok bool) {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, false
	}
	return int(st.Uid), true
}

// tryLock locks an open file for this process alone, or as one of those that only look. It does not wait: [isBusy] knows
// the error if another process has the lock.
func tryLock(f *os.File, alone bool) error {
	how := syscall.LOCK_SH
	if alone {
		how = syscall.LOCK_EX
	}
	for {
		if err := syscall.Flock(int(f.Fd()), how|syscall.LOCK_NB); !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}

func isBusy(err error) bool { return errors.Is(err, syscall.EWOULDBLOCK) }

// isNoLock reports whether an error says that the file system does not lock such a file.
func isNoLock(err error) bool {
	return errors.Is(err, syscall.EBADF) || errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported)
}
