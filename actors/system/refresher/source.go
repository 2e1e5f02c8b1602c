package refresher

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"curfew/actors"
	"curfew/actors/env/procs"
	"curfew/actors/env/tokens"
)

// A Source makes new tokens.
type Source interface {
	// Token returns a new token, and when it expires; the zero time: by its own exp. The error holds no secret, as far
	// as the source can tell.
	Token(ctx context.Context) (token string, expires time.Time, err error)
}

// A Keeper is a source that has to keep something for its next token, such as a rotated refresh token.
type Keeper interface {
	// Settle writes what could not be written so far. The error says what is lost and what to do.
	Settle() error
	// Forget drops what it keeps, because a person has signed out.
	Forget() error
}

// A Brought is a source that depends on what a person has brought.
type Brought interface {
	// Brought reports whether asking is of use: false if the server called it spent, and a person has brought nothing
	// new.
	Brought() bool
}

// maxToken bounds what a source may print, in bytes; the gate's own bound is lower.
const maxToken = 64 << 10

// maxReason bounds what a failing source says, in bytes.
const maxReason = 512

// Command is a source that runs a program whose standard output is the token. What it prints on standard error is for
// people; a status other than 0 is a failure.
type Command struct {
	Exec actors.Exec
	Args []string // the program and its arguments
	Dir  string
	Pass []string // names of the daemon's variables that it may see besides the usual ones
}

var _ Source = Command{}

// Token runs the program.
func (c Command) Token(ctx context.Context) (string, time.Time, error) {
	got, err := c.Exec.Run(ctx, actors.Command{
		Path: c.Args[0], Args: c.Args[1:], Dir: c.Dir, Pass: c.Pass, MaxOutput: maxToken, Apart: true,
	})
	switch {
	case err != nil:
		return "", time.Time{}, fmt.Errorf("refresh command: %w", err)
	case got.ExitCode != 0:
		got.Output = "" // a part of the token may be in it
		return "", time.Time{}, fmt.Errorf("refresh command: %w", procs.Exited(got))
	}
	if strings.TrimSpace(got.Stdout) == "" {
		return "", time.Time{}, errors.New("refresh command: it printed no token on standard output")
	}
	token, life, err := tokens.Read(got.Stdout)
	if err != nil {
		return "", time.Time{}, fmt.Errorf("refresh command: what it printed on standard output: %w", err)
	}
	if life == 0 {
		return token, time.Time{}, nil
	}
	return token, time.Now().Add(life), nil
}
