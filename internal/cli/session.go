package cli

import (
	"github.com/spf13/cobra"

	"curfew/internal/api"
	"curfew/internal/cli/sheet"
	"curfew/internal/contract"
	"curfew/internal/words"
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
