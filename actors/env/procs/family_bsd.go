//go:build darwin || freebsd || netbsd || openbsd || dragonfly

package procs

import "syscall"

// members is the leader's group, as one, if anybody of it has not ended: more cannot be seen here.
func (f *family) members([]running) []running {
	if err := syscall.Kill(-f.leader, 0); err != nil { // also if none but the leader is there, which has ended
		return nil
	}
	return []running{{pid: f.leader, group: f.leader, name: "process group"}}
}
