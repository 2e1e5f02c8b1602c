//go:build unix

package cli

import (
	"os"
	"strconv"
	"syscall"
)

// ownedBy reports whether a file belongs to the user of that number; 0 is root.
func ownedBy(info os.FileInfo, uid string) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && strconv.FormatUint(uint64(stat.Uid), 10) == uid
}
