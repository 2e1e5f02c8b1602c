//go:build unix

package procs

import (
	"fmt"
	"os"
	"syscall"

	"curfew/actors/env/users"
)

// identity is the user that a command names; nil: it names none, and its process runs as the daemon does.
type identity struct{ users.Account }

// become finds the user, as the machine has it now, and whether a process may run as it.
func become(name string) (*identity, error) {
	if name == "" {
		return nil, nil
	}
	a, err := users.Find(name)
	if err != nil {
		return nil, err
	}
	if err := a.Allowed(); err != nil {
		return nil, fmt.Errorf("user %q: %w", name, err)
	}
	return &identity{a}, nil
}

// credential is what the process is to be; nil: what the daemon is.
func (i *identity) credential() *syscall.Credential {
	if i == nil || i.Own() {
		return nil
	}
	return &syscall.Credential{Uid: i.UID, Gid: i.GID, Groups: i.Groups}
}

// give gives the ends of pipes to the user, so that the process can open them again, as /dev/stdin or /dev/stderr.
func (i *identity) give(far []*os.File) {
	if i.credential() == nil {
		return
	}
	for _, f := range far {
		_ = f.Chown(int(i.UID), -1) // if the system cannot, they are still open
	}
}

// inWords is what an error says of it: the system's error does not tell which file the user may not open.
func (i *identity) inWords(dir string) string {
	if i == nil {
		return ""
	}
	return fmt.Sprintf(" as user %s in %s", i.Name, dir)
}

// variables say who the process is.
func (i *identity) variables() [][2]string {
	if i == nil {
		return users.Me().Variables()
	}
	return i.Variables()
}
