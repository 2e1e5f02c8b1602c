//go:build !unix

package users

import "fmt"

// Find takes every name as one that the machine may have: nothing runs as another user on this platform, and a job file
// that is checked here is for another machine.
func Find(name string) (Account, error) { return Account{Name: name}, nil }

// Own reports whether this program runs as the account: it is not known.
func (Account) Own() bool { return false }

// Allowed returns why this program cannot run processes as the account. The error wraps [ErrDenied].
func (Account) Allowed() error { return fmt.Errorf("%w, and this platform has none", ErrDenied) }

// Me is the account of this program: it is not known.
func Me() Account { return Account{} }
