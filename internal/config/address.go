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

// Read returns the source of the address.
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

// String says where the address is kept, without showing it.
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

// trouble is why the address cannot be used at present; nil: it can be, as far as is known.
func (a Address) trouble(check func(string) error) error {
	text, err := a.Read()()
	if err != nil {
		return err
	}
	if err := check(text); err != nil {
		return fmt.Errorf("the address in %s %w", a, err)
	}
	return nil
}

// Trouble is why the target cannot be used at present; nil: it can be, as far as is known without asking it. The error
// contains no part of an address.
func (t Target) Trouble() error {
	switch t.Kind {
	case TargetService:
		return t.Address.trouble(targets.CheckService)
	case TargetWebhook:
		return t.Address.trouble(targets.CheckWebhook)
	case TargetFile:
	default:
		return nil
	}
	info, err := os.Stat(t.Path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		_, err = os.Stat(filepath.Dir(t.Path))
		return err
	case err == nil && !info.Mode().IsRegular():
		return fmt.Errorf("%s is not a regular file", t.Path)
	}
	return err
}

// Trouble is why the monitor cannot be asked at present; nil: it can be, as far as is known without asking it.
func (h Healthcheck) Trouble() error { return h.Address.trouble(targets.CheckWebhook) }

// Unreachable warns of targets, monitors and trackers that cannot be used on this machine and in this environment. The
// daemon may run in another environment.
func (c Config) Unreachable() (warnings []Problem) {
	warn := func(at place, format string, args ...any) {
		warnings = append(warnings, Problem{c.file, at.line, at.col, fmt.Sprintf(format, args...)})
	}
	for _, t := range c.Targets {
		if err := t.Trouble(); err != nil {
			warn(t.at, "target %s cannot be used: %v", t.Name, err)
		}
	}
	for _, h := range c.Healthchecks {
		if err := h.Trouble(); err != nil {
			warn(h.at, "the monitor of job %s cannot be used: %v", h.Job, err)
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

// Address says where a URL is kept; exactly one of the three is set.
type Address struct{ URL, Env, File string }

// address reads a URL, or where it is kept. Its problems do not repeat the URL.
func (b *builder) address(o object, key string, wrong func(string) string) (a Address) {
	if s, n := o.text(key); n != nil {
		if msg := wrong(s); msg != "" {
			b.at(n, "%s %s", key, msg)
		}
		b.literalURL(n, key, s)
		if key == string(TargetService) || hasSecret(s) {
			b.warn(n, "the URL holds a secret; %s_env or %s_file keeps it out of the file", key, key)
		}
		a.URL = s
	}
	a.Env = b.variable(o, key+"_env")
	if file, n := o.text(key + "_file"); n != nil {
		a.File = b.pathAt(n, key+"_file", file)
	}
	return a
}

// hasSecret reports whether a URL has a password or a query, which often are secrets.
func hasSecret(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.User != nil || u.RawQuery != "")
}
