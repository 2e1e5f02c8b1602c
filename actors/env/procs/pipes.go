//go:build unix

package procs

import (
	"os"
	"slices"
	"syscall"
)

// inodes returns the pipes among files, by their numbers. A process that was given them hands them down to those that
// it starts, whatever environment, session and parents those have, unless they get other streams. So a process that has
// one open was started by it, or by a descendant of it. The kernel counts the inodes of pipes and sockets up to 2^32
// before a number is used again, for any of them; to be taken for ours, a foreign pipe would have to get one of the few
// numbers that are looked for, after the boot and after the process was started that had it. A process that is older
// can have been handed a pipe (the service manager, a message bus), so it is never taken for one that the process
// started; nor is, without another sign, a process that has one under a high number, as the server of a terminal
// multiplexer has its clients'.
func inodes(files []*os.File) (out []uint64) {
	for _, f := range files {
		info, err := f.Stat()
		if err != nil {
			continue
		}
		if is, ok := info.Sys().(*syscall.Stat_t); ok && info.Mode()&os.ModeNamedPipe != 0 {
			out = append(out, is.Ino)
		}
	}
	return out
}

// share reports whether both lists have a pipe in common.
func share(a, b []uint64) bool {
	return slices.ContainsFunc(a, func(inode uint64) bool { return slices.Contains(b, inode) })
}
