//go:build unix

package procs

import (
	"os"
	"slices"
	"syscall"
)

// inodes are the pipes among files: their numbers. A process that was given them hands them down to whom it starts,
// whatever environment, session and parents those have, unless they get other streams. So whoever has one open was
// started by that process, or by one that was. The kernel counts inodes of pipes and sockets up to 2^32 before a number
// comes again, and then to any of them; to take a stranger's for ours, it would have to get just one of the few that
// are looked for, after the boot and after the process was started that had it. Who was there before that can have been
// handed a pipe (the service manager, a message bus), so it is never taken for what the process started; nor is,
// without another hint, who has one under a high number, as the server of a terminal multiplexer has its clients'.
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

// share reports whether a pipe is among both.
func share(a, b []uint64) bool {
	return slices.ContainsFunc(a, func(inode uint64) bool { return slices.Contains(b, inode) })
}
