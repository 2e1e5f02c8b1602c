package users

import "golang.org/x/sys/unix"

// capable reports whether root has kept the rights that it takes to run processes as another user, and to end them. In
// a container it may have been started without them.
func capable() bool {
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var sets [2]unix.CapUserData
	if err := unix.Capget(&header, &sets[0]); err != nil {
		return true // the start of the process will tell
	}
	const needed = 1<<unix.CAP_SETUID | 1<<unix.CAP_SETGID | 1<<unix.CAP_KILL
	return sets[0].Effective&needed == needed
}
