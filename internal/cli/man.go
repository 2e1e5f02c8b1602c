package cli

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"curfew/internal/build"
)

func (t *terminal) man() *cobra.Command {
	return &cobra.Command{
		Use: "man FOLDER", Short: "Write the manual pages of all commands into a folder", Args: exactlyOne,
		Example: "  curfew man ~/.local/share/man/man1",
		RunE: func(c *cobra.Command, args []string) error {
			if err := os.MkdirAll(args[0], 0o755); err != nil {
				return fmt.Errorf("write the manual pages: %w", err)
			}
			root := c.Root()
			root.DisableAutoGenTag = true // the pages of one version are the same each time
			err := doc.GenManTree(root, &doc.GenManHeader{Section: "1", Source: "Curfew " + build.Version(), Manual: "Curfew"}, args[0])
			if err != nil {
				return fmt.Errorf("write the manual pages: %w", err)
			}
			return nil
		},
	}
}
