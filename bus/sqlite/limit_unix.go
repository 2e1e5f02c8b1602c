//go:build unix

package sqlite

import "syscall"

// maxFiles is how many files this process may have open.
func maxFiles() (most uint64, known bool) {
	var limit syscall.Rlimit
	err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit)
	return uint64(limit.Cur), err == nil //nolint:unconvert // its type is another on some systems
}
