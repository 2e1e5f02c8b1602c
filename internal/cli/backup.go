package cli

import (
	"github.com/spf13/cobra"

	"curfew/internal/cli/sheet"
	"curfew/internal/journal"
)

func (t *terminal) backup() *cobra.Command {
	return &cobra.Command{
		Use: "backup FILE", Short: "Copy the journal and the run history to a file, and check the copy",
		Long: "Copy the journal and the run history to a new file, as they are at one moment, and check the copy. The daemon may be\n" +
			"running or stopped. The copy has no tokens: after a restore people sign in again.",
		Args: exactlyOne,
		RunE: func(c *cobra.Command, args []string) error {
			data, err := t.dataFolder()
			if err != nil {
				return err
			}
			got, err := t.app.Backup(c.Context(), data, args[0])
			if err != nil {
				return err
			}
			return t.copied(got, "backed up to")
		},
	}
}

func (t *terminal) restore() *cobra.Command {
	var replace bool
	c := &cobra.Command{
		Use: "restore FILE", Short: "Put a backup in place as the journal of the data folder; the daemon must be stopped",
		Args: exactlyOne,
	}
	c.Flags().BoolVar(&replace, "replace", false, "replace the journal that is there; it is moved aside")
	c.RunE = func(c *cobra.Command, args []string) error {
		data, err := t.dataFolder()
		if err != nil {
			return err
		}
		got, err := t.app.Restore(c.Context(), args[0], data, replace)
		if err != nil {
			return err
		}
		return t.copied(got, "restored as")
	}
	return c
}

func (t *terminal) copied(c journal.Copied, what string) error {
	return t.answerValue(c, func(s *sheet.Sheet) {
		s.Line("%s %s: records %d to %d (%s), checked", what, c.File, c.First, c.Last, s.Exact(c.At))
	})
}
