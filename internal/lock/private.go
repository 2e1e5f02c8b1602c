package lock

import (
	"fmt"
	"os"
	"syscall"
)

// writers are the bits of a mode by which others than the owner may write.
const writers = 0o022

// Prepare makes the data folder if need be, for its owner only. One that another user owns, or that others may write
// to, is refused: they could put another journal, or other tokens, in the place of ours.
func Prepare(data string) error {
	if err := os.MkdirAll(data, 0o700); err != nil {
		return fmt.Errorf("lock: make the data folder: %w", err)
	}
	info, err := os.Stat(data)
	if err != nil {
		return fmt.Errorf("lock: look at the data folder: %w", err)
	}
	return private(data, info, os.Geteuid())
}

// private is the rule, for a process of that user. What root owns only root can change, besides those whom the mode lets.
func private(data string, info os.FileInfo, user int) error {
	owner, ok := info.Sys().(*syscall.Stat_t)
	switch {
	case !info.IsDir():
		return fmt.Errorf("lock: %s is no folder", data)
	case ok && int(owner.Uid) != user && owner.Uid != 0:
		return fmt.Errorf("lock: the data folder %s belongs to the user with id %d, and this is user %d: start as that user, "+
			"give the folder to this one (`chown -R %d %s`), or choose another --data", data, owner.Uid, user, user, data)
	case info.Mode().Perm()&writers != 0:
		return fmt.Errorf("lock: the data folder %s may be written by others than its owner (mode %04o): take that away with `chmod go-w %s`, or choose another --data",
			data, info.Mode().Perm(), data)
	}
	return nil
}
