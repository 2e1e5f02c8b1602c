package cli

import (
	"github.com/spf13/cobra"

	"curfew/internal/api"
	"curfew/internal/cli/sheet"
	"curfew/internal/contract"
	"curfew/internal/words"
	"curfew/messages"
)

func (t *terminal) session() *cobra.Command {
	return t.group("session", "Show sessions, sign in and sign out",
		list(t, "List sessions", (*api.Client).Sessions, showSessions),
		one(t, "show", "Show a session", t.sessionNames, (*api.Client).Session, showSession),
		t.sessionLogin(),
		one(t, "logout", "Sign out of a session: forget its token", t.sessionNames, (*api.Client).Logout, showChange),
		t.sessionExpire(),
	)
}

func (t *terminal) sessionLogin() *cobra.Command {
	var file string
	var force, check bool
	c := &cobra.Command{
		Use: "login NAME", Short: "Sign in to a session: give it a new token",
		Long: "Sign in to a session: give it a new token. The token comes from standard input, a hidden prompt or a file,\n" +
			"never from an argument.\n\n" +
			"A session without a backend keeps no token: sign in with the tool that its jobs run, and then run this\n" +
			"command. The next run shows whether the sign-in works.",
		Args: exactlyOne, ValidArgsFunction: t.first(t.sessionNames),
	}
	c.Flags().StringVar(&file, "token-file", "", "read the token from this file")
	c.Flags().BoolVar(&force, "force", false, "accept the token even if it looks expired, or if the backend has refused it before")
	c.Flags().BoolVar(&check, "check", false, "ask the backend first (needs probe in the job file); a token that it refuses changes nothing")
	c.RunE = func(c *cobra.Command, args []string) error {
		return ask(t, func(client *api.Client) (change api.Reply[contract.SessionChange], err error) {
			session, err := client.Session(c.Context(), args[0])
			if err != nil {
				return change, err // before anybody types a token
			}
			token := contract.Secret("")
			if session.Body.Backend == nil && file != "" {
				return change, usagef("session %s has no backend and keeps no token; sign in with the tool that its jobs run, then repeat this without --token-file", args[0])
			}
			if session.Body.Backend != nil {
				if token, err = t.token(c.Context(), args[0], file); err != nil {
					return change, err
				}
			}
			return client.Login(c.Context(), args[0], contract.Login{Token: token, Force: force, Check: check})
		}, showLogin)
	}
	return c
}

// showLogin prints a session after a sign-in. A session without a backend got no token, so people are told what counts
// instead.
func showLogin(s *sheet.Sheet, n contract.SessionChange) {
	showChange(s, n)
	if n.State == messages.StateProbing {
		s.Line("  %s", why(s, n.Session))
	}
	if n.Backend == nil {
		s.Line("  the session keeps no token; its jobs use the sign-in of their own tool, and the next run tests it")
	}
}

func (t *terminal) sessionExpire() *cobra.Command {
	var e contract.Expire
	c := &cobra.Command{
		Use: "expire NAME", Short: "Mark a session as expired: its token is no longer accepted", Args: exactlyOne,
		ValidArgsFunction: t.first(t.sessionNames),
	}
	c.Flags().StringVar(&e.Source, "source", "", "who noticed it (default: you)")
	c.Flags().StringVar(&e.Reason, "reason", "", `why, a text for people (default "expired by hand")`)
	c.Flags().Uint64Var(&e.Generation, "generation", 0, "the generation of the token that was refused; 0 is the current one")
	c.RunE = func(c *cobra.Command, args []string) error {
		return ask(t, func(client *api.Client) (api.Reply[contract.SessionChange], error) {
			return client.Expire(c.Context(), args[0], e)
		}, showChange)
	}
	return c
}

// showChange prints what a command did to a session, and what opens it if only a person can.
func showChange(s *sheet.Sheet, n contract.SessionChange) {
	switch {
	case !n.Applied:
		s.Line("session %s: nothing changed; it is %s at generation %d", n.Name, n.State, n.Generation)
	case n.Held > 0:
		s.Line("session %s: %s at generation %d, %s held", n.Name, n.State, n.Generation, words.Count(n.Held, "run"))
	default:
		s.Line("session %s: %s at generation %d", n.Name, n.State, n.Generation)
	}
	if n.WantsSignIn() {
		s.Line("  %s", words.SignIn(n.Session))
	}
}
