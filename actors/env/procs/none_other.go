//go:build !unix

package procs

import (
	"context"
	"errors"

	"go.uber.org/zap"

	"curfew/actors"
)

// ErrNone means that nothing can be run here: a process with all that it leaves behind can be ended on Unix alone.
var ErrNone = errors.New("procs: curfew runs no processes on this platform")

// New makes an [actors.Exec] that refuses every command.
func New(Options) actors.Exec { return none{} }

type none struct{}

var _ actors.Exec = none{}

// Run refuses the command.
func (none) Run(context.Context, actors.Command) (actors.Result, error) {
	return actors.Result{ExitCode: -1}, ErrNone
}

// A Ledger has no notes, since there are no processes.
type Ledger struct{}

// OpenLedger refuses.
func OpenLedger(string, *zap.Logger) (*Ledger, error) { return nil, ErrNone }

// Unnoted is none.
func (*Ledger) Unnoted() (n int, why error) { return 0, nil }

// EndOrphans finds none.
func (*Ledger) EndOrphans(context.Context) error { return nil }

// Reap has nothing to reap.
func Reap(context.Context) {}

func nameOf(int) string { return "" }
