package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"curfew/internal/api"
	"curfew/internal/cli/sheet"
	"curfew/messages"
)

func (t *terminal) session() *cobra.Command {
	return t.group("session", "Look at sessions, sign in and out",
		list(t, "List sessions", (*api.Client).Sessions, showSessions),
		one(t, "show", "Show a session", t.sessionNames, (*api.Client).Session, showSession),
		t.sessionLogin(),
		one(t, "logout", "Make a session forget its token", t.sessionNames, (*api.Client).Logout, showChange),
		t.sessionExpire(),
	)
}

func (t *terminal) sessionLogin() *cobra.Command {
	var file string
	var force, check bool
	c := &cobra.Command{
		Use: "login NAME", Short: "Give a session a new token: from standard input, a hidden prompt or a file, never from an argument",
		Long: "Give a session a new token: from standard input, a hidden prompt or a file, never from an argument.\n\n" +
			"A session without a backend keeps no token: sign in with the tool that its jobs run, and then say so\nwith this command. The next run tells whether it is true.",
		Args: cobra.ExactArgs(1), ValidArgsFunction: t.first(t.sessionNames),
	}
	c.Flags().StringVar(&file, "token-file", "", "read the token from this file")
	c.Flags().BoolVar(&force, "force", false, "take the token even if it looks expired or is the one that was refused")
	c.Flags().BoolVar(&check, "check", false, "ask the backend first (needs probe: in the job file); a refused token changes nothing")
	c.RunE = func(c *cobra.Command, args []string) error {
		return ask(t, func(client *api.Client) (change api.Reply[api.SessionChange], err error) {
			session, err := client.Session(c.Context(), args[0])
			if err != nil {
				return change, err // before anybody types a token
			}
			token := api.Secret("")
			if session.Body.Backend == nil && file != "" {
				return change, usagef("session %s has no backend, and keeps no token; sign in with the tool that its jobs run, then leave --token-file out", args[0])
			}
			if session.Body.Backend != nil {
				if token, err = t.token(c.Context(), args[0], file); err != nil {
					return change, err
				}
			}
			return client.Login(c.Context(), args[0], api.Login{Token: token, Force: force, Check: check})
		}, showLogin)
	}
	return c
}

// showLogin prints a session after a sign-in. One without a backend has been given nothing, which has to be
// said: its jobs' tools must have been signed in.
func showLogin(s *sheet.Sheet, n api.SessionChange) {
	showChange(s, n)
	if n.State == messages.StateProbing {
		s.Line("  %s", why(s, n.Session))
	}
	if n.Backend == nil {
		s.Line("  it keeps no token: what counts is the sign-in of the tool that its jobs run; the next run tells")
	}
}

func (t *terminal) sessionExpire() *cobra.Command {
	var e api.Expire
	c := &cobra.Command{
		Use: "expire NAME", Short: "Say that a session's token is no longer accepted", Args: cobra.ExactArgs(1),
		ValidArgsFunction: t.first(t.sessionNames),
	}
	c.Flags().StringVar(&e.Source, "source", "", "who noticed (default: you)")
	c.Flags().StringVar(&e.Reason, "reason", "", `why, for people to read (default "expired by hand")`)
	c.Flags().Uint64Var(&e.Generation, "generation", 0, "the generation that was refused; 0: the current one")
	c.RunE = func(c *cobra.Command, args []string) error {
		return ask(t, func(client *api.Client) (api.Reply[api.SessionChange], error) {
			return client.Expire(c.Context(), args[0], e)
		}, showChange)
	}
	return c
}

// showChange prints a session after a command, in one line.
func showChange(s *sheet.Sheet, n api.SessionChange) {
	if !n.Applied {
		s.Line("session %s: nothing changed; it is %s at generation %d", n.Name, n.State, n.Generation)
		return
	}
	held := ""
	if n.Held > 0 {
		held = fmt.Sprintf(", %s held", count(n.Held, "run"))
	}
	s.Line("session %s: %s at generation %d%s", n.Name, n.State, n.Generation, held)
}
