package config

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	"curfew/actors/system/notifier/targets"
)

// Read reads the address where it stands.
func (a Address) Read() targets.Address {
	switch {
	case a.Env != "":
		return targets.FromEnv(a.Env)
	case a.File != "":
		return targets.FromFile(a.File)
	default:
		return targets.Plain(a.URL)
	}
}

// String says where a target's address stands, without telling it.
func (a Address) String() string {
	switch {
	case a.Env != "":
		return "the variable " + a.Env
	case a.File != "":
		return "the file " + a.File
	default:
		return fmt.Sprintf("the job file (%d bytes)", len(a.URL))
	}
}

// trouble is why an address cannot be used as it stands there now; nil if nothing is known against it.
func (a Address) trouble(check func(string) error) error {
	text, err := a.Read()()
	if err != nil {
		return err
	}
	if err := check(text); err != nil {
		return fmt.Errorf("what stands in %s %w", a, err)
	}
	return nil
}

// Trouble is why nothing can be brought to the target as things are; nil if nothing is known against it. Nobody is
// asked over the network. The error holds no part of an address.
func (t Target) Trouble() error {
	switch t.Kind {
	case TargetService:
		return t.Address.trouble(targets.CheckService)
	case TargetWebhook:
		return t.Address.trouble(targets.CheckWebhook)
	}
	info, err := os.Stat(t.Path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		_, err = os.Stat(filepath.Dir(t.Path))
		return err
	case err == nil && !info.Mode().IsRegular():
		return fmt.Errorf("%s is no file", t.Path)
	}
	return err
}

// Trouble is why the monitor cannot be asked as things are; nil if nothing is known against it.
func (h Healthcheck) Trouble() error { return h.Address.trouble(targets.CheckWebhook) }

// place is where something of a job file stands.
type place struct{ line, col int }

// Unreachable warns of targets, monitors and trackers that cannot be reached as things are on this machine and in this
// environment. The daemon may have another one.
func (c Config) Unreachable() (warnings []Problem) {
	warn := func(at place, format string, args ...any) {
		warnings = append(warnings, Problem{c.file, at.line, at.col, fmt.Sprintf(format, args...)})
	}
	for _, t := range c.Targets {
		if err := t.Trouble(); err != nil {
			warn(t.at, "target %s cannot be reached: %v", t.Name, err)
		}
	}
	for _, h := range c.Healthchecks {
		if err := h.Trouble(); err != nil {
			warn(h.at, "the monitor of job %s cannot be reached: %v", h.Job, err)
		}
	}
	if s := c.Sentry; s.Named {
		dsn, err := targets.FromEnv(s.DSNEnv)()
		if err == nil {
			err = targets.CheckDSN(dsn)
		}
		if err != nil {
			warn(s.at, "error reports go to the log only: %v", err)
		}
	}
	return warnings
}

// Address says where a URL stands: one of the three is set.
type Address struct{ URL, Env, File string }

// address is a URL by itself, or where it stands. What is wrong with it is said without repeating it.
func (b *builder) address(o object, key string, wrong func(string) string) (a Address) {
	if s, n := o.text(key); n != nil {
		if msg := wrong(s); msg != "" {
			b.at(n, "%s %s", key, msg)
		}
		b.literal(n, key, s)
		if key == string(TargetService) || hasSecret(s) {
			b.warn(n, "the URL holds a secret; %s_env or %s_file keeps it out of the file", key, key)
		}
		a.URL = s
	}
	a.Env = b.variable(o, key+"_env")
	if file, n := o.text(key + "_file"); n != nil {
		a.File = b.path(file)
	}
	return a
}

// hasSecret reports whether a URL has a password or a query, where secrets stand.
func hasSecret(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.User != nil || u.RawQuery != "")
}
