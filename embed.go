package curfew

import (
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"go.uber.org/zap"

	"curfew/actors"
	"curfew/internal/api"
	"curfew/internal/config"
	"curfew/internal/daemon"
)

// Config says what a runtime is made of.
type Config struct {
	// Folder is the data folder: the journal, the run history, the tokens of sessions. It is made if it is not there, for
	// this user only. One runtime at a time uses a folder; several runtimes in one process have a folder each. Required.
	Folder string
	// Actors registers the actor types that jobs may name. Required.
	Actors func(kinds *actors.Registry)
	// Jobs are the jobs, together at most 1 MiB as JSON. A job of an earlier start that is not among them any more is
	// removed. There may be none: [Runtime.Reload] brings some.
	Jobs []Job
	// Settings are the other keys of a job file, such as "sessions", "targets", "notify" and "lanes", with the values
	// that they have there. Nil: all defaults.
	Settings map[string]any
	// JobFile is the path of a job file, in place of Jobs and Settings.
	JobFile string
	// Listen is where the API and the dashboard are on TCP, such as "127.0.0.1:7717"; the token of their callers is in the
	// file api.token of the folder. Empty: the API is on the folder's socket only.
	Listen string
	// Drain is how long attempts that run may go on when the runtime stops, before they are interrupted. 0: not at all.
	Drain time.Duration
	// Logger gets the log of the runtime, with secrets redacted. Nil: nothing is logged.
	Logger *zap.Logger
}

// A Job is a job in code. It is held to every rule of the job file, and has its defaults.
type Job struct {
	// Name is unique among the jobs, and at most 63 of a-z, 0-9, _ and -.
	Name string
	// Actor is the actor type. Empty: the type of With, if that is the Spec of one.
	Actor string
	// Schedule says when: "0 7 * * *", "@daily", "every 15m", "at 2027-01-15T12:00:00Z".
	Schedule string
	// With is the block of the actor type: its Spec, of which zero fields are left out, or a map[string]any.
	With any
	// Keys are any other keys that a job may have in a job file, such as "timezone": "Europe/Berlin" or "retry":
	// map[string]any{"attempts": 5}. A time.Duration is written as a job file has it.
	Keys map[string]any
}

// New makes a runtime, which has not been started. The error lists everything that is not valid, each with its job and its
// key. Relative paths in jobs begin at the working folder, or at that of the job file.
func New(c Config, with ...Option) (*Runtime, error) {
	switch {
	case c.Folder == "":
		return nil, errors.New("there is no Folder; name one that the runtime keeps its data in")
	case c.Actors == nil:
		return nil, errors.New("there are no Actors; register the actor types that jobs may name")
	case c.Drain < 0:
		return nil, fmt.Errorf("the Drain of %s is negative; leave it out to interrupt attempts at once", c.Drain)
	}
	if err := c.oneSource(); err != nil {
		return nil, err
	}
	folder, err := filepath.Abs(c.Folder)
	if err != nil {
		return nil, err
	}
	more, err := gather(with)
	if err != nil {
		return nil, err
	}
	kinds := &actors.Registry{}
	c.Actors(kinds)
	jobs, err := c.read(kinds)
	if err != nil {
		return nil, err
	}
	logger := c.Logger
	if logger == nil {
		logger = zap.NewNop()
	}
	o := daemon.Options{
		Kinds: kinds, Config: jobs, Data: folder, Log: logger, Drain: c.Drain, MCP: daemon.MCPOn, Guest: true,
		Readers: more.readers,
	}
	if c.Listen != "" {
		o.TCP = &api.TCPOptions{Address: c.Listen}
	}
	if c.JobFile != "" {
		o.Load = func() (config.Config, error) { return c.read(kinds) }
	}
	c.Jobs, c.Settings = nil, nil // the journal has them
	return newRuntime(c, o), nil
}

// read reads the jobs and settings.
func (c Config) read(kinds *actors.Registry) (read config.Config, err error) {
	if c.JobFile != "" {
		read, err = config.Load(c.JobFile, kinds)
	} else {
		read, err = c.values(kinds)
	}
	if err != nil {
		return read, err // it names its files
	}
	return read.Startable()
}

// values are the jobs and settings in code, read as a job file is.
func (c Config) values(kinds *actors.Registry) (config.Config, error) {
	dir, err := filepath.Abs(".")
	if err != nil {
		return config.Config{}, err
	}
	file := map[string]any{}
	for key, value := range c.Settings {
		if key == "jobs" {
			return config.Config{}, errors.New(`the key "jobs" is in Settings; jobs stand in Jobs`)
		}
		file[key] = value
	}
	jobs := make([]map[string]any, len(c.Jobs))
	for i, j := range c.Jobs {
		if jobs[i], err = j.keys(); err != nil {
			return config.Config{}, err
		}
	}
	file["jobs"] = jobs
	return config.Values(file, dir, kinds)
}

// keys are those of the job in a job file.
func (j Job) keys() (map[string]any, error) {
	if spec, ok := j.With.(actors.Spec); ok && j.Actor == "" {
		j.Actor = spec.Kind()
	}
	all := map[string]any{}
	for key, value := range map[string]any{"name": j.Name, "actor": j.Actor, "schedule": j.Schedule} {
		if value != "" {
			all[key] = value
		}
	}
	if j.With != nil {
		all["with"] = j.With
	}
	for key, value := range j.Keys {
		if _, taken := all[key]; taken {
			return nil, fmt.Errorf("job %s: Keys has the key %q, which the job has a field for", j.Name, key)
		}
		all[key] = value
	}
	return all, nil
}
