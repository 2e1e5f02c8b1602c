package engine

import (
	"fmt"
	"os"
	"runtime/debug"
	"strings"

	"go.uber.org/zap"

	"curfew/actors/env/httpx"
	"curfew/actors/system/notifier/targets"
	"curfew/messages"
)

// prepareSentry makes the target of error reports, if the variable with its DSN is set. Without it error reports go to
// the program's log only.
func (r *Runtime) prepareSentry(s *settings) (err error) {
	c := s.Config.Sentry
	if c.DSNEnv == "" { // there was no job file
		return nil
	}
	dsn := strings.TrimSpace(os.Getenv(c.DSNEnv))
	if dsn == "" {
		if c.Named {
			r.o.Logger.Warn("cron: error reports go to the log only: the variable with the DSN is not set",
				zap.String("variable", c.DSNEnv))
		}
		return nil
	}
	s.DenyEnv = append(s.DenyEnv, c.DSNEnv) // a job's process must not see it
	r.keepSecret(c.DSNEnv)
	s.Runtime.Reports = []string{messages.TargetSentry}
	s.sentry, err = targets.NewSentry(targets.SentryOptions{
		DSN: dsn, Environment: c.Environment, Release: release(), Redact: r.secrets.Redact, Client: httpx.Plain(),
		Now: r.wall, Logger: r.o.Logger,
	})
	if err != nil {
		return fmt.Errorf("the variable %s: %w", c.DSNEnv, err)
	}
	return nil
}

// closeSentry lets go of the error tracker, if error reports go to one.
func (r *Runtime) closeSentry() {
	if s := r.settings(); s != nil {
		s.closeSentry()
	}
}

func (s *settings) closeSentry() {
	if s.sentry != nil {
		s.sentry.Close()
	}
}

// release names this build for the error tracker.
func release() string {
	version := "unknown"
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		version = info.Main.Version
	}
	return "curfew@" + version
}

// keepSecret makes the value of a variable a secret that is redacted everywhere; of "Bearer KEY" also the key alone.
func (r *Runtime) keepSecret(variable string) {
	value := strings.TrimSpace(os.Getenv(variable))
	_, key, _ := strings.Cut(value, " ")
	r.secrets.Keep("variable "+variable, value, key)
}
