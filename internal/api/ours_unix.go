//go:build unix

package api

import (
	"os"
	"syscall"
)

// ours reports whether a file belongs to the user of this process.
func ours(info os.FileInfo) bool {
	owner, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(owner.Uid) == os.Getuid()
}
