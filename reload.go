package curfew

import (
	"context"
	"errors"
	"fmt"

	"curfew/internal/config"
	"curfew/internal/engine"
)

// Reload goes on by other jobs and settings, without a restart: those of c, all of them, in place of those that the
// runtime has. It returns when that is durable. A job that is new begins with its next slot. One that has changed goes on
// as it is now, but an attempt that runs ends as it began. One that is not among them any more is removed: its runs end as
// cancelled, and an attempt that runs is told to stop. What is as before is left alone. docs/reload.md has the rest.
//
// What is not valid changes nothing: the error is as that of [New]. After another error, such as that of a journal that
// does not answer for 20 s, some of it may hold already, and the same call again completes it; until a call succeeds, each
// error says so, also of what is not valid. If the runtime cannot go on
// at all, for the disk is full, it ends, which [Runtime.Wait] says: then the next New completes it, with what it gets.
//
// With a JobFile that file is read again. Whatever else c says must be what New got; Actors is not looked at. Calls of
// several goroutines are made one after the other, and the last one is what holds.
//
// The next start goes by what its New gets: a program that takes in jobs by Reload keeps them, and gives them to New
// again.
func (r *Runtime) Reload(ctx context.Context, c Config) error {
	if err := c.reloads(r.c); err != nil {
		return err
	}
	e := r.running.Load()
	if e == nil {
		return ErrNotRunning
	}
	_, err := e.ReloadFrom(ctx, func() (config.Config, error) { return c.read(r.o.Kinds) })
	if errors.Is(err, engine.ErrStopping) {
		return fmt.Errorf("%w: it is stopping", ErrNotRunning)
	}
	return err
}

// reloads is an error if more than jobs and settings are others than those that the runtime was made of.
func (c Config) reloads(was Config) error {
	for _, field := range []struct {
		name string
		same bool
	}{
		{"Folder", c.Folder == was.Folder},
		{"JobFile", c.JobFile == was.JobFile},
		{"Listen", c.Listen == was.Listen},
		{"Drain", c.Drain == was.Drain},
		{"Logger", c.Logger == was.Logger},
	} {
		if !field.same {
			return fmt.Errorf("the %s is not the one that the runtime was made with, and cannot change while it runs; "+
				"stop it and make another", field.name)
		}
	}
	return c.oneSource()
}

// oneSource is an error if jobs and settings come from code and from a file.
func (c Config) oneSource() error {
	if c.JobFile != "" && (len(c.Jobs) > 0 || len(c.Settings) > 0) {
		return errors.New("there is a JobFile, and there are Jobs or Settings; use either")
	}
	return nil
}
