package cli

import (
	"github.com/spf13/cobra"

	"curfew/internal/config"
)

func (t *terminal) schema() *cobra.Command {
	return &cobra.Command{
		Use: "schema", Short: "Print the JSON Schema of job files, for editors and other tools",
		Long: "Print the JSON Schema (draft 2020-12) of job files, with the actor types of this build.\n\n" +
			"Editors that speak to yaml-language-server find it by the first line of a job file:\n\n" +
			"  # yaml-language-server: $schema=./job.schema.json",
		Example: "  curfew schema > job.schema.json", Args: noArgument,
		RunE: func(*cobra.Command, []string) error {
			text, err := config.JSONSchema(t.app.Kinds)
			if err != nil {
				return err
			}
			return t.body(t.out, text)
		},
	}
}
