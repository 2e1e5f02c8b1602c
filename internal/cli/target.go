package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"curfew/internal/api"
	"curfew/internal/cli/sheet"
	"curfew/internal/contract"
	"curfew/internal/explain"
)

func (t *terminal) target() *cobra.Command {
	return t.group("target", "Show and test the targets of deliveries and notifications",
		list(t, "List targets, how many messages wait for each, and why", (*api.Client).Targets, showTargets), t.targetTest())
}

func showTargets(s *sheet.Sheet, list []contract.Target) {
	rows := make([][]any, len(list))
	for i, g := range list {
		rows[i] = []any{g.Name, g.Kind, g.State, g.Waiting, s.When(g.NextTry), trouble(g)}
	}
	s.Table([]sheet.Column{
		{Name: "NAME", Cut: 16}, {Name: "KIND"}, {Name: "STATE"}, {Name: "WAITING"}, {Name: "NEXT_TRY"}, {Name: "ERROR", Cut: 16},
	}, rows)
}

// trouble is why a target did not accept its newest messages; "-" if it accepts them.
func trouble(g contract.Target) string {
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
		Use: "test NAME", Short: "Send a test message to a target", Args: exactlyOne, ValidArgsFunction: t.first(t.targetNames),
		Long: "Send a test message to a target, in the same way as every message, but ahead of those that wait. The exit code is\n" +
			"1 if the target does not accept it. If it does, waiting messages are sent at once, and so are notifications that\n" +
			"no target has accepted.",
		RunE: func(c *cobra.Command, args []string) error {
			var tested api.Reply[contract.TargetTested]
			err := ask(t, func(client *api.Client) (_ api.Reply[contract.TargetTested], err error) {
				tested, err = client.TestTarget(c.Context(), args[0])
				return tested, err
			}, showTested)
			if err == nil && !tested.Body.OK {
				return exit(ExitFailed)
			}
			return err
		},
	}
}

func showTested(s *sheet.Sheet, r contract.TargetTested) {
	if r.OK {
		s.Line("target %s has accepted the test message", r.Target)
		return
	}
	s.Line("target %s did not accept the test message: %s", r.Target, orDash(r.Error))
}

// showDeliveries prints what became of the deliveries of a run.
func showDeliveries(s *sheet.Sheet, ds []explain.Delivery) {
	for _, d := range ds {
		s.Line("delivery: %s", d.Sentence(s.Both))
	}
}

// showWaiting prints the deliveries of a run, and the notifications about its session, that a target has not accepted
// yet.
func showWaiting(s *sheet.Sheet, ds []explain.Delivery) {
	for _, d := range ds {
		if d.State == explain.DeliveryWaiting {
			s.Line("  %s", d.Sentence(s.Both))
		}
	}
}
