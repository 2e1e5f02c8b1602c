package cli

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"curfew/internal/api"
	"curfew/internal/explain"
)

func (t *terminal) target() *cobra.Command {
	return t.group("target", "Look at the targets of deliveries and notifications, and try them", t.targetList(), t.targetTest())
}

func (t *terminal) targetList() *cobra.Command {
	c := &cobra.Command{Use: "list", Short: "List targets, what waits for them and why", Args: cobra.NoArgs}
	page := pageFlags(c)
	c.RunE = func(c *cobra.Command, _ []string) error {
		client, err := t.dial()
		if err != nil {
			return err
		}
		defer client.Close()
		list, err := client.Targets(c.Context(), *page)
		if err != nil {
			return err
		}
		return t.answer(list.Raw, func(w io.Writer) error {
			err := table(w, "NAME KIND STATE WAITING NEXT_TRY ERROR", func(row func(...any)) {
				for _, g := range list.Body.Items {
					row(g.Name, g.Kind, g.State, g.Waiting, when(g.NextTry), trouble(g))
				}
			})
			if err != nil {
				return err
			}
			return more(w, list.Body.Next)
		})
	}
	return c
}

// trouble is why a target did not take something; "-" if it takes what it gets.
func trouble(g api.Target) string {
	if g.Failures == 0 || g.Error == nil {
		return "-"
	}
	tries := "1 failed try"
	if g.Failures > 1 {
		tries = fmt.Sprintf("%d failed tries", g.Failures)
	}
	return tries + ": " + *g.Error
}

func (t *terminal) targetTest() *cobra.Command {
	return &cobra.Command{
		Use: "test NAME", Short: "Send a test message to a target, by the way of all others", Args: cobra.ExactArgs(1),
		Long: "Send a test message to a target, by the way of all others but ahead of those that wait. The exit code is 1 if the\n" +
			"target does not take it. If it does, what waits for it is sent at once, and so is a notification that nobody has.",
		RunE: func(c *cobra.Command, args []string) error {
			client, err := t.dial()
			if err != nil {
				return err
			}
			defer client.Close()
			tested, err := client.TestTarget(c.Context(), args[0])
			if err != nil {
				return err
			}
			err = t.answer(tested.Raw, func(w io.Writer) error { return showTested(w, tested.Body) })
			if err == nil && !tested.Body.OK {
				return exit(ExitFailed)
			}
			return err
		},
	}
}

func showTested(w io.Writer, r api.TargetTested) error {
	if r.OK {
		_, err := fmt.Fprintf(w, "target %s has the test message\n", r.Target)
		return err
	}
	_, err := fmt.Fprintf(w, "target %s did not take the test message: %s\n", r.Target, orDash(r.Error))
	return err
}

// showDeliveries prints what became of what a run had to say.
func showDeliveries(w io.Writer, ds []explain.Delivery) {
	for _, d := range ds {
		fmt.Fprintln(w, "delivery:", d.Sentence(when))
	}
}

// showWaiting prints what of a run, or about its session, a target has still to take.
func showWaiting(w io.Writer, ds []explain.Delivery) {
	for _, d := range ds {
		if d.State == explain.DeliveryWaiting {
			fmt.Fprintln(w, " ", d.Sentence(when))
		}
	}
}
