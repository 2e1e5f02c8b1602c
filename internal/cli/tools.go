package cli

import (
	"os"

	"github.com/spf13/cobra"

	"curfew/internal/build"
	"curfew/internal/cli/sheet"
	"curfew/internal/demo"
)

func (t *terminal) demo() *cobra.Command {
	var auto bool
	c := &cobra.Command{Use: "demo", Short: "Show an outage from beginning to end, in a temporary folder", Args: noArgument}
	c.Flags().BoolVar(&auto, "auto", false, "sign in without asking")
	c.PreRunE = needsDaemonHere
	c.RunE = func(c *cobra.Command, _ []string) error {
		return t.app.Demo(c.Context(), demo.Options{
			// Without a terminal nobody can press Enter.
			Auto: auto || !isTerminal(t.in), In: t.in, Out: t.out, Colour: isTerminal(t.out) && os.Getenv("NO_COLOR") == "",
		})
	}
	return c
}

func (t *terminal) version() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Show which build this is", Args: noArgument,
		RunE: func(*cobra.Command, []string) error {
			v := build.Version()
			return t.answerValue(map[string]string{"version": v}, func(s *sheet.Sheet) { s.Line("curfew %s", v) })
		},
	}
}
