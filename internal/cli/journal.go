package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"curfew/bus/regular"
	"curfew/internal/cli/sheet"
	"curfew/internal/journal"
)

func (t *terminal) journal() *cobra.Command {
	return t.group("journal", "Export, import, back up and restore the journal", t.export(), t.importJournal(), t.backup(), t.restore())
}

// place is where the journal of a command is.
func (t *terminal) place(c *cobra.Command, f *realmFlags) (journal.Place, error) {
	o, inRealm, err := f.options(c)
	if err != nil {
		return journal.Place{}, err
	}
	if inRealm {
		return journal.Place{Servers: f.servers, Realm: o}, nil
	}
	data, err := t.dataFolder()
	return journal.Place{Data: data}, err
}

func (t *terminal) export() *cobra.Command {
	var fleet realmFlags
	c := &cobra.Command{
		Use: "export", Short: "Write the journal as JSON lines, with the daemon running or stopped",
		Long: "Write the journal as JSON lines to standard output, with the daemon running or stopped: that of a data folder, or with\n" +
			"--fleet and --realm that of a fleet. What stands before damage is written, too.",
		Args: noArgument,
		RunE: func(c *cobra.Command, _ []string) error {
			from, err := t.place(c, &fleet)
			if err != nil {
				return err
			}
			return t.app.Export(c.Context(), from, t.out)
		},
	}
	fleet.register(c, "the journal of a fleet")
	return c
}

func (t *terminal) importJournal() *cobra.Command {
	var fleet realmFlags
	c := &cobra.Command{
		Use: "import FILE", Short: "Make the journal of a data folder, or of a fleet, of an export",
		Long: "Make the journal of a data folder, or of a fleet, of what `curfew journal export` wrote: jobs, their state and their\n" +
			"history. There must be no journal yet, and no daemon. Tokens are not in an export: people sign in again. What is cut\n" +
			"off is begun anew when it is repeated; until it is whole, no daemon starts with it.",
		Args: exactlyOne, ValidArgsFunction: firstFile("jsonl"),
		RunE: func(c *cobra.Command, args []string) error {
			into, err := t.place(c, &fleet)
			if err != nil {
				return err
			}
			in, err := regular.Open(args[0])
			if other := (*regular.Other)(nil); errors.As(err, &other) {
				return usagef("%w: import reads one twice, so write the export to a file first", err)
			}
			if err != nil {
				return usage{err}
			}
			defer in.Close()
			got, err := t.app.Import(c.Context(), into, in)
			if err != nil {
				return fmt.Errorf("import %s: %w", args[0], err)
			}
			return t.answerValue(got, func(s *sheet.Sheet) {
				s.Line("imported into %s: records %d to %d (%s)", got.Into, got.First, got.Last, s.Exact(got.At))
			})
		},
	}
	fleet.register(c, "the journal of a fleet")
	fleet.mayMake(c)
	return c
}
