package cli

import "os"

// controlling is the terminal that a program was started in, if it has one.
const controlling = "/dev/tty"

// hasTerminal reports whether this process has a terminal that controls it. When that is closed, the kernel takes it
// away from all its processes, and sends them HUP.
func hasTerminal() bool {
	f, err := os.OpenFile(controlling, os.O_RDWR, 0)
	if err != nil {
		return false
	}
	_ = f.Close()
	return true
}
