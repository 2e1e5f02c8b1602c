package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"curfew/internal/api"
)

func (t *terminal) session() *cobra.Command {
	return t.group("session", "Look at sessions, sign in and out",
		t.sessionList(), t.sessionLogin(), t.sessionLogout(), t.sessionExpire())
}

func (t *terminal) sessionList() *cobra.Command {
	c := &cobra.Command{Use: "list", Short: "List sessions", Args: cobra.NoArgs}
	page := pageFlags(c)
	c.RunE = func(c *cobra.Command, _ []string) error {
		client, err := t.dial()
		if err != nil {
			return err
		}
		defer client.Close()
		list, err := client.Sessions(c.Context(), *page)
		if err != nil {
			return err
		}
		return t.answer(list.Raw, func(w io.Writer) error {
			err := table(w, "NAME STATE GENERATION REASON SINCE EXPIRES HELD JOBS", func(row func(...any)) {
				for _, s := range list.Body.Items {
					row(s.Name, s.State, s.Generation, orDash(s.Reason), when(s.Since), when(s.ExpiresAt), s.Held, s.Jobs)
				}
			})
			if err != nil {
				return err
			}
			for _, s := range list.Body.Items {
				if line := outlook(s); line != "" {
					fmt.Fprintln(w, line)
				}
				if s.Undelivered != nil {
					fmt.Fprintln(w, s.Undelivered)
				}
			}
			return more(w, list.Body.Next)
		})
	}
	return c
}

// outlook says what is ahead of a session, or why it waits, in one line; empty: nothing to say.
func outlook(s api.Session) string {
	switch {
	case !s.Until.IsZero():
		return fmt.Sprintf("session %s is out of quota; it tries again by itself at %s", s.Name, when(s.Until))
	case s.Circuit != "" && s.Circuit != "closed":
		return fmt.Sprintf("the backend of session %s does not answer; its jobs wait, and one of them tries now and then", s.Name)
	case len(s.AtRisk) > 0:
		var jobs []string
		for _, j := range s.AtRisk[:min(len(s.AtRisk), maxAtRisk)] {
			jobs = append(jobs, j.Job+" "+when(j.Slot))
		}
		if n := len(s.AtRisk) - maxAtRisk; n > 0 {
			jobs = append(jobs, "…")
		}
		return fmt.Sprintf("session %s ends %s, before %s (%s)", s.Name, when(s.ExpiresAt), count(len(s.AtRisk), "job"), strings.Join(jobs, ", "))
	default:
		return ""
	}
}

// maxAtRisk bounds how many jobs a line names.
const maxAtRisk = 3

func (t *terminal) sessionLogin() *cobra.Command {
	var file string
	var force, check bool
	c := &cobra.Command{
		Use: "login NAME", Short: "Give a session a new token: from standard input, a hidden prompt or a file, never from an argument",
		Long: "Give a session a new token: from standard input, a hidden prompt or a file, never from an argument.\n\n" +
			"A session without a backend keeps no token: sign in with the tool that its jobs run, and then say so\nwith this command. The next run tells whether it is true.",
		Args: cobra.ExactArgs(1),
	}
	c.Flags().StringVar(&file, "token-file", "", "read the token from this file")
	c.Flags().BoolVar(&force, "force", false, "take the token even if it looks expired or is the one that was refused")
	c.Flags().BoolVar(&check, "check", false, "ask the backend first (needs probe: in the job file); a refused token changes nothing")
	c.RunE = func(c *cobra.Command, args []string) error {
		client, err := t.dial()
		if err != nil {
			return err // before anybody types a token
		}
		defer client.Close()
		session, err := client.Session(c.Context(), args[0])
		if err != nil {
			return err
		}
		token := api.Secret("")
		if session.Body.Backend == nil && file != "" {
			return usagef("session %s has no backend, and keeps no token; sign in with the tool that its jobs run, then leave --token-file out", args[0])
		}
		if session.Body.Backend != nil {
			if token, err = t.token(c.Context(), args[0], file); err != nil {
				return err
			}
		}
		change, err := client.Login(c.Context(), args[0], api.Login{Token: token, Force: force, Check: check})
		if err != nil {
			return err
		}
		return t.answer(change.Raw, func(w io.Writer) error { return showLogin(w, change.Body) })
	}
	return c
}

// showLogin prints a session after a sign-in. One without a backend has been given nothing, which has to be
// said: its jobs' tools must have been signed in.
func showLogin(w io.Writer, s api.SessionChange) error {
	if err := showChange(w, s); err != nil || s.Backend != nil {
		return err
	}
	_, err := fmt.Fprintln(w, "  it keeps no token: what counts is the sign-in of the tool that its jobs run; the next run tells")
	return err
}

func (t *terminal) sessionLogout() *cobra.Command {
	return &cobra.Command{
		Use: "logout NAME", Short: "Make a session forget its token", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			client, err := t.dial()
			if err != nil {
				return err
			}
			defer client.Close()
			change, err := client.Logout(c.Context(), args[0])
			if err != nil {
				return err
			}
			return t.answer(change.Raw, func(w io.Writer) error { return showChange(w, change.Body) })
		},
	}
}

func (t *terminal) sessionExpire() *cobra.Command {
	var e api.Expire
	c := &cobra.Command{Use: "expire NAME", Short: "Say that a session's token is no longer accepted", Args: cobra.ExactArgs(1)}
	c.Flags().StringVar(&e.Source, "source", "", "who noticed (default: you)")
	c.Flags().StringVar(&e.Reason, "reason", "", `why, for people to read (default "expired by hand")`)
	c.Flags().Uint64Var(&e.Generation, "generation", 0, "the generation that was refused; 0: the current one")
	c.RunE = func(c *cobra.Command, args []string) error {
		client, err := t.dial()
		if err != nil {
			return err
		}
		defer client.Close()
		change, err := client.Expire(c.Context(), args[0], e)
		if err != nil {
			return err
		}
		return t.answer(change.Raw, func(w io.Writer) error { return showChange(w, change.Body) })
	}
	return c
}

// showChange prints a session after a command, in one line.
func showChange(w io.Writer, s api.SessionChange) error {
	if !s.Applied {
		_, err := fmt.Fprintf(w, "session %s: nothing changed; it is %s at generation %d\n", s.Name, s.State, s.Generation)
		return err
	}
	held := ""
	if s.Held > 0 {
		held = fmt.Sprintf(", %s held", count(s.Held, "run"))
	}
	_, err := fmt.Fprintf(w, "session %s: %s at generation %d%s\n", s.Name, s.State, s.Generation, held)
	return err
}
