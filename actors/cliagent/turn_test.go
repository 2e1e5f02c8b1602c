package cliagent_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"curfew/actors"
	"curfew/actors/actorstest"
	"curfew/actors/cliagent"
)

// places are turns that show in files who has them.
type places struct {
	dir  string
	busy bool  // somebody works, so nobody is alone
	err  error // of all
}

func (p places) enter(name string) (func(), error) {
	if p.err != nil {
		return nil, p.err
	}
	path := filepath.Join(p.dir, name)
	return func() { _ = os.Remove(path) }, os.WriteFile(path, nil, 0o600)
}

func (p places) Take(context.Context) (func(), error) { return p.enter("turn") }
func (p places) Work(context.Context) (func(), error) { return p.enter("work") }
func (p places) TakeAlone(context.Context) (func(), error) {
	if p.busy {
		return nil, p.err
	}
	return p.enter("alone")
}

// TestPreflightTakesTurn pins that attempts of one session ask one at a time, and run side by side; that a preflight
// which spends is alone, and is left out while another attempt works; and that the CLI works in its place.
func TestPreflightTakesTurn(t *testing.T) {
	stopped := errors.New("stopped while it waited")
	for _, tt := range []struct {
		name, ask string
		spends    bool
		turns     places
		want      error
	}{
		{"a turn", "test -e turn && test ! -e work", false, places{}, nil},
		{"beside others", "test -e turn", false, places{busy: true}, nil},
		{"alone", "test -e alone && test ! -e work", true, places{}, nil},
		{"alone, and others work", "exit 1", true, places{busy: true}, nil},
		{"stopped", "exit 1", false, places{err: stopped}, stopped},
		{"stopped alone", "exit 1", true, places{err: stopped, busy: true}, stopped},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.turns.dir = t.TempDir()
			_, err := actorstest.Run(t, cliagent.New, cliagent.Spec{
				Command: "test -e work && test ! -e turn && test ! -e alone", Dir: tt.turns.dir,
				Preflight: &cliagent.Preflight{Command: tt.ask, Spends: tt.spends},
			}, actorstest.WithEnv(func(e *actors.Env) { e.Turns = tt.turns }))
			if !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
			if left, err := os.ReadDir(tt.turns.dir); err != nil || len(left) != 0 {
				t.Errorf("a turn was not given back: %v, %v", left, err)
			}
		})
	}
}
