// Package users knows the accounts of the machine, and whether this program may run processes as one of them.
package users

import "errors"

// DefaultShell is the shell of an account that has none.
const DefaultShell = "/bin/sh"

// Errors of [Find] and [Account.Allowed].
var (
	ErrUnknown = errors.New("this machine has no such user")
	ErrDenied  = errors.New("only root may run processes as another user")
)

// An Account is a user of the machine.
type Account struct {
	Name   string
	Home   string // empty: unknown
	Shell  string // empty: unknown
	UID    uint32
	GID    uint32   // of its first group
	Groups []uint32 // all of its groups
}

// Variables are what a process of the account has in its environment: names and values. What is unknown is left out;
// for a shell there is a default. Cron gives them to its jobs, too.
func (a Account) Variables() [][2]string {
	shell := a.Shell
	if shell == "" {
		shell = DefaultShell
	}
	all := [][2]string{{"HOME", a.Home}, {"USER", a.Name}, {"LOGNAME", a.Name}, {"SHELL", shell}}
	known := all[:0]
	for _, v := range all {
		if v[1] != "" {
			known = append(known, v)
		}
	}
	return known
}
