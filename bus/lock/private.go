package lock

import (
	"fmt"
	"os"
)

// writers are the bits of a mode by which others than the owner may write.
const writers = 0o022

// Prepare makes the data folder, for its owner only, if it does not exist. A folder that belongs to another user, or
// that others may write to, is refused: they could replace the journal or the tokens.
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

// private is the rule for a process of that user. A folder of root is accepted, since only root can change it.
func private(data string, info os.FileInfo, user int) error {
	owner, ok := ownerOf(info)
	switch {
	case !info.IsDir():
		return fmt.Errorf("lock: %s is not a folder; choose another --data", data)
	case ok && owner != user && owner != 0:
		return fmt.Errorf("lock: the data folder %s belongs to the user with id %d, and this is user %d: start as that user, "+
			"give the folder to this one (`chown -R %d %s`), or choose another --data", data, owner, user, user, data)
	case info.Mode().Perm()&writers != 0:
		return fmt.Errorf("lock: other users may write to the data folder %s (mode %04o): forbid it with `chmod go-w %s`, or choose another --data",
			data, info.Mode().Perm(), data)
	}
	return nil
}
