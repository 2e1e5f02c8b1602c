package engine

import (
	"context"
	"fmt"
	"os"
	"strings"

	"curfew/actors"
	"curfew/actors/env/httpx"
	"curfew/actors/env/procs"
	"curfew/actors/system/gate"
	"curfew/actors/system/refresher"
	"curfew/internal/config"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// refresh starts the refresher, which brings credentials to sessions without a person.
func (d *duties) refresh(context.Context, recovered) (err error) {
	r := d.r
	d.sources = r.Config().Credentials
	d.refresher, err = refresher.Start(refresher.Config{
		Sessions: r.refreshing(d.sources), State: r.sessionState, Fatal: r.fail,
		Reader: r.reader("refresher", r.log.Last(), refresher.Topics...),
		Login: func(ctx context.Context, session, token, by string, expires messages.Instant) error {
			_, err := r.gate.Login(ctx, session, gate.SignIn{Token: token, By: by, ExpiresAt: expires})
			return err
		},
		Current: r.gate.Current, Vouch: r.gate.Vouch, Secrets: r.secrets, Publish: r.publish, Now: r.o.Now,
		Logger: r.o.Logger,
	})
	return err
}

// refreshing are the sessions that get credentials without a person.
func (r *Runtime) refreshing(all []config.Credential) (sessions []refresher.Session) {
	for _, c := range all {
		if s := r.sourcesOf(c); s.Source != nil || s.Kept != nil {
			sessions = append(sessions, s)
		}
	}
	return sessions
}

// sourcesOf is a session with the sources of its credentials, as the job file names them.
func (r *Runtime) sourcesOf(c config.Credential) refresher.Session {
	s := refresher.Session{Name: c.Session}
	switch {
	case len(c.Command) > 0:
		exec := procs.New(procs.Options{Attempt: actors.Attempt{EnvValues: c.Values}})
		s.Source = refresher.Command{Exec: exec, Args: c.Command, Dir: c.Dir, Pass: c.Pass}
	case c.OAuth2 != nil:
		o := &refresher.OAuth2{
			TokenURL: c.OAuth2.TokenURL, ClientID: c.OAuth2.ClientID, Scopes: c.OAuth2.Scopes,
			First: firstToken(c.OAuth2), Bring: howToRenew(c.OAuth2), HTTP: httpx.Plain(), Secrets: r.secrets,
			Keep: r.renewalFile(c.Session),
		}
		if name := c.OAuth2.ClientSecretEnv; name != "" {
			o.Secret = variable(name)
		}
		o.InBody = c.OAuth2.Auth == config.AuthBody || c.OAuth2.Auth == "" && o.Secret == nil
		s.Source = o
	}
	switch {
	case c.File != "":
		s.Kept = refresher.File{Path: c.File, Key: "token_file"}
	case c.Env != "":
		s.Kept = refresher.Env(c.Env)
	case c.SystemdCredential != "":
		s.Kept = refresher.Systemd(c.SystemdCredential)
	}
	return s
}

// firstToken reads the first refresh token.
func firstToken(o *config.OAuth2) func() (string, error) {
	if o.RefreshTokenFile != "" {
		return refresher.File{Path: o.RefreshTokenFile, Key: "refresh_token_file"}.Read
	}
	return variable(o.RefreshTokenEnv)
}

// howToRenew tells a person how to replace a refresh token that is spent.
func howToRenew(o *config.OAuth2) string {
	if o.RefreshTokenFile != "" {
		return "put a new one into " + o.RefreshTokenFile
	}
	return "set " + o.RefreshTokenEnv + " to a new one and start Curfew again"
}

// variable reads a secret from the daemon's environment.
func variable(name string) func() (string, error) {
	return func() (string, error) {
		v := strings.TrimSpace(os.Getenv(name))
		if v == "" {
			return "", fmt.Errorf("oauth2: the variable %s is not set in the daemon's environment", name)
		}
		return v, nil
	}
}

// sessionState is a session as it is now.
func (r *Runtime) sessionState(ctx context.Context, name string) (s policy.SessionView, err error) {
	err = r.View(ctx, func(m *policy.Machine) { s, _ = m.Session(name) })
	return s, err
}
