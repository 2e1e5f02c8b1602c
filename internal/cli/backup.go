package cli

import (
	"encoding/json"

	"github.com/spf13/cobra"

	"curfew/internal/cli/sheet"
	"curfew/internal/datadir"
)

func (t *terminal) backup() *cobra.Command {
	return &cobra.Command{
		Use: "backup FILE", Short: "Copy journal and run history to a file and check it, with the daemon running or stopped",
		Long: "Copy journal and run history to a new file, as they are at one moment, and check the copy.\n" +
			"Tokens are not in it: after a restore people sign in again.",
		Args: cobra.ExactArgs(1),
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
		Use: "restore FILE", Short: "Put a backup in the place of the data folder's journal, with the daemon stopped",
		Args: cobra.ExactArgs(1),
	}
	c.Flags().BoolVar(&replace, "replace", false, "move a journal that is there aside")
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

func (t *terminal) copied(c datadir.Copied, what string) error {
	raw, err := json.Marshal(c)
	if err != nil {
		return err
	}
	return t.answer(append(raw, '\n'), func(s *sheet.Sheet) {
		s.Line("%s %s: records %d to %d (%s), checked", what, c.File, c.First, c.Last, s.Exact(c.At))
	})
}
