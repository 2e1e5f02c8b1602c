//go:build darwin || freebsd || netbsd || openbsd || dragonfly

package procs

import (
	"errors"
	"syscall"
)

// members is the leader's group, as one, if anybody of it has not ended: more cannot be seen here.
func (f *family) members([]running) []running {
	if err := syscall.Kill(-f.leader, 0); errors.Is(err, syscall.ESRCH) {
		return nil
	}
	return []running{{pid: f.leader, group: f.leader, name: "process group"}}
}
