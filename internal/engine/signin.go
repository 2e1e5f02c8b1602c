package engine

import (
	"context"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"curfew/actors"
	"curfew/actors/env/procs"
	"curfew/actors/env/users"
	"curfew/actors/system/gate"
	"curfew/actors/system/signin"
	"curfew/internal/config"
	"curfew/internal/datadir"
	"curfew/supervisor/policy"
)

// notice starts the reader that notices sign-ins to sessions without a backend. Every node of a fleet has one: somebody
// signs in where a program has lost its sign-in, whichever node decides.
func (r *Runtime) notice() error {
	all := r.Config().SignIns
	sessions := make([]signin.Session, len(all))
	for i, c := range all {
		sessions[i] = r.watches(c)
	}
	memory := ""
	if r.o.Tokens != "" {
		memory = filepath.Join(filepath.Dir(r.o.Tokens), datadir.SignIns)
	}
	started, err := signin.Start(signin.Config{
		Sessions: sessions, State: r.sessionState, Fatal: r.fail, Reader: r.reader("signin", r.log.Last(), signin.Topics...),
		SignIn: func(ctx context.Context, session, by string) error {
			_, err := r.gate.Login(ctx, session, gate.SignIn{By: by})
			return err
		},
		Turn: r.host.TakeAlone, Memory: memory, Secrets: r.secrets, Now: r.o.Now, Logger: r.o.Logger,
	})
	if err == nil {
		r.signIns.Store(started)
		r.noticed = all
	}
	return err
}

// watches are the files and questions of a session, as the job file and its presets name them.
func (r *Runtime) watches(c config.SignedInWhen) signin.Session {
	s := signin.Session{Name: c.Session}
	var problems []string
	for _, w := range c.Watches {
		if len(w.Command) > 0 {
			exec := procs.New(procs.Options{Attempt: actors.Attempt{EnvValues: w.Values}, Deny: r.settings().DenyEnv, Secrets: r.secrets})
			ask := signin.Command(exec, actors.Command{Path: w.Command[0], Args: w.Command[1:], Dir: w.Dir, Pass: w.Pass})
			s.Watches = append(s.Watches, signin.Watch{Name: w.Line, Ask: ask, Every: w.Every})
			continue
		}
		path, err := config.HomePath(w.File, users.Lookup)
		switch {
		case err != nil:
			problems = append(problems, "signed_in_when.file: "+err.Error())
		case !slices.ContainsFunc(s.Watches, func(o signin.Watch) bool { return o.Ask == nil && o.Name == path }):
			s.Watches = append(s.Watches, signin.Watch{Name: path, Every: w.Every})
		}
	}
	s.Problem = strings.Join(problems, "; ")
	return s
}

// SignInsWatched are the files and commands that show a sign-in to the session; none: only a person's word does. That is
// so of a session that a person has signed out, too: what another program has there opens it no more.
func (r *Runtime) SignInsWatched(s policy.SessionView) []string {
	reader := r.signIns.Load()
	if reader == nil || s.SignedOut() {
		return nil
	}
	names := reader.Watched(s.Name)
	for i, name := range names {
		names[i] = r.Redact(name)
	}
	return names
}

// SignInTrouble is why a sign-in to the session may go unnoticed; empty: it does not.
func (r *Runtime) SignInTrouble(session string) string {
	if reader := r.signIns.Load(); reader != nil {
		return reader.Trouble(session)
	}
	return ""
}

// noticeAnew lets the reader of sign-ins go on with other files and questions, if they are others. What was seen is
// remembered.
func (r *Runtime) noticeAnew(next *settings) error {
	if reflect.DeepEqual(r.noticed, next.SignIns) {
		return nil
	}
	r.signIns.Load().Stop()
	return r.notice()
}
