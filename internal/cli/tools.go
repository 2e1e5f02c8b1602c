package cli

import (
	"encoding/json"
	"os"

	"github.com/spf13/cobra"

	"curfew/internal/build"
	"curfew/internal/cli/sheet"
)

func (t *terminal) demo() *cobra.Command {
	var auto bool
	c := &cobra.Command{Use: "demo", Short: "Show an outage from beginning to end, in a throw-away folder", Args: cobra.NoArgs}
	c.Flags().BoolVar(&auto, "auto", false, "sign in without asking")
	c.RunE = func(c *cobra.Command, _ []string) error {
		return t.app.Demo(c.Context(), DemoOptions{
			// Whoever is not at a terminal cannot press Enter.
			Auto: auto || !isTerminal(t.in), In: t.in, Out: t.out, Terminal: isTerminal(t.out) && os.Getenv("NO_COLOR") == "",
		})
	}
	return c
}

func (t *terminal) journal() *cobra.Command {
	export := &cobra.Command{
		Use: "export", Short: "Write the journal as JSON lines, with the daemon running or stopped", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			data, err := t.dataFolder()
			if err != nil {
				return err
			}
			return t.app.Export(c.Context(), data, t.out)
		},
	}
	return t.group("journal", "Look at the journal, and keep copies of it", export, t.backup(), t.restore())
}

// Replayed is what came of deriving the decisions of a journal again.
type Replayed struct {
	Facts        int    `json:"facts"`
	Decisions    int    `json:"decisions"`
	Differences  int    `json:"differences"`
	Before       int    `json:"before"`        // records before a snapshot, which were not derived
	OtherVersion bool   `json:"other_version"` // another version of the policy has decided some of it
	Report       string `json:"report"`        // the same for people, with the first difference whole
}

// exitOtherVersion says that another version of the policy decided.
const exitOtherVersion = 3

func (t *terminal) replay() *cobra.Command {
	return &cobra.Command{
		Use: "replay FILE|-", Short: "Derive every decision of an exported journal again and compare", Args: cobra.ExactArgs(1),
		ValidArgsFunction: firstFile("jsonl"),
		RunE: func(c *cobra.Command, args []string) error {
			in := t.in
			if args[0] != "-" {
				f, err := os.Open(args[0])
				if err != nil {
					return usage{err}
				}
				defer f.Close()
				in = f
			}
			got, err := t.app.Replay(c.Context(), in)
			if err != nil {
				return err
			}
			raw, err := json.Marshal(got)
			if err != nil {
				return err
			}
			if err := t.answer(append(raw, '\n'), func(s *sheet.Sheet) { s.Line("%s", got.Report) }); err != nil {
				return err
			}
			switch {
			case got.Differences > 0:
				return exit(ExitFailed)
			case got.OtherVersion:
				return exit(exitOtherVersion)
			}
			return nil
		},
	}
}

func (t *terminal) version() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Say which build this is", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			v := build.Version()
			raw, err := json.Marshal(map[string]string{"version": v})
			if err != nil {
				return err
			}
			return t.answer(append(raw, '\n'), func(s *sheet.Sheet) { s.Line("curfew %s", v) })
		},
	}
}
