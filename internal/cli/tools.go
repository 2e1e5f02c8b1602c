package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime/debug"

	"github.com/spf13/cobra"
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

func (t *terminal) replay() *cobra.Command {
	return &cobra.Command{
		Use: "replay FILE|-", Short: "Derive every decision of an exported journal again and compare", Args: cobra.ExactArgs(1),
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
			code, err := t.app.Replay(c.Context(), in, t.shown())
			if err == nil && code != ExitOK {
				return exit(code)
			}
			return err
		},
	}
}

func (t *terminal) version() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Say which build this is", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			v := buildVersion()
			raw, err := json.Marshal(map[string]string{"version": v})
			if err != nil {
				return err
			}
			return t.answer(append(raw, '\n'), func(w io.Writer) error {
				_, err := fmt.Fprintln(w, "curfew", v)
				return err
			})
		},
	}
}

// buildVersion is the module's version, or the commit that it was built from.
func buildVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return "devel-" + s.Value
		}
	}
	return "devel"
}
