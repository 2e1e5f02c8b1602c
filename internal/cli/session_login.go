package cli

import (
	"context"

	"github.com/spf13/cobra"

	"curfew/internal/api"
	"curfew/internal/cli/sheet"
	"curfew/internal/contract"
	"curfew/internal/words"
	"curfew/messages"
)

// loginFlags are the arguments of a sign-in.
type loginFlags struct {
	file         string
	force, check bool
	waitFlags
}

func (t *terminal) sessionLogin() *cobra.Command {
	var f loginFlags
	c := &cobra.Command{
		Use: "login NAME", Short: "Sign in to a session: give it a new token",
		Long: "Sign in to a session: give it a new token. The token comes from standard input, a hidden prompt or a file,\n" +
			"never from an argument.\n\n" +
			"A session without a backend keeps no token: sign in with the tool that its jobs run, and then run this\n" +
			"command. The next run shows whether the sign-in works; --wait waits for the one that begins now.",
		Args: exactlyOne, ValidArgsFunction: t.first(t.sessionNames),
	}
	c.Flags().StringVar(&f.file, "token-file", "", "read the token from this file")
	c.Flags().BoolVar(&f.force, "force", false, "accept the token even if it looks expired, or if the backend has refused it before")
	c.Flags().BoolVar(&f.check, "check", false, "ask the backend first (needs probe in the job file); a token that it refuses changes nothing")
	f.register(c, "wait for the end of the first run, which shows whether the sign-in works; the exit code is 1 if another sign-in is needed then")
	c.RunE = func(c *cobra.Command, args []string) error {
		login := func(client *api.Client) (api.Reply[contract.SessionChange], error) {
			return t.login(c.Context(), client, args[0], f)
		}
		if !f.wait {
			return ask(t, login, showLogin)
		}
		return t.withDaemon(func(client *api.Client) error {
			change, err := login(client)
			if err != nil {
				return err
			}
			ctx, release := t.waiting(c.Context(), f.waitFlags)
			defer release()
			return t.followLogin(ctx, client, change.Body)
		})
	}
	return c
}

func (t *terminal) login(ctx context.Context, client *api.Client, name string, f loginFlags) (change api.Reply[contract.SessionChange], err error) {
	session, err := client.Session(ctx, name)
	if err != nil {
		return change, err // before anybody types a token
	}
	token := contract.Secret("")
	if session.Body.Backend == nil && f.file != "" {
		return change, usagef("session %s has no backend and keeps no token; sign in with the tool that its jobs run, then repeat this without --token-file", name)
	}
	if session.Body.Backend != nil {
		if token, err = t.token(ctx, name, f.file); err != nil {
			return change, err
		}
	}
	return client.Login(ctx, name, contract.Login{Token: token, Force: f.force, Check: f.check})
}

// followLogin waits while the first run of a session is under way, and prints how that has ended. With -o json it prints
// only the session's body, at the end. A run that is yet to fall due is not waited for.
func (t *terminal) followLogin(ctx context.Context, client *api.Client, change contract.SessionChange) error {
	if !t.programs() {
		showLogin(t.screen(), change)
	}
	var session api.Reply[contract.Session]
	err := until(ctx, "the first run of session "+change.Name, func() (over bool, err error) {
		session, err = client.Session(ctx, change.Name)
		n := session.Body
		return n.State != messages.StateProbing || n.FirstRun == nil || !n.FirstRun.Slot.IsZero(), err
	})
	if err != nil {
		return err
	}
	if err := t.answer(session.Raw, func(s *sheet.Sheet) { showTried(s, change, session.Body) }); err != nil {
		return err
	}
	if session.Body.WantsSignIn() {
		return exit(ExitFailed)
	}
	return nil
}

// showTried prints what a session is after its sign-in was waited for. Without a first run nothing is shown of the sign-in;
// and one that failed in another way was not refused, which is all that opens the gate.
func showTried(s *sheet.Sheet, change contract.SessionChange, n contract.Session) {
	switch {
	case n.State == messages.StateOpen && change.State == messages.StateOpen:
		s.Line("session %s: open, and no run has tried the sign-in yet", n.Name)
	case n.State == messages.StateOpen:
		s.Line("session %s: open, the sign-in was not refused", n.Name)
	case n.State == messages.StateClosed && !n.WantsSignIn():
		s.Line("session %s: closed, %s", n.Name, why(s, n))
		s.Line("  it is tried again at %s", s.Both(n.Until))
	case n.State == messages.StateClosed:
		s.Line("session %s: closed, %s", n.Name, why(s, n))
		if evidence, _ := words.Reported(n); evidence != "" {
			s.Line("  reported: %s", evidence)
		}
		s.Line("  %s", words.SignIn(n))
	default:
		s.Line("session %s: %s, %s", n.Name, n.State, why(s, n))
	}
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
