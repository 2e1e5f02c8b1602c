package house

import (
	"fmt"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"curfew/actors"
	"curfew/internal/cli"
	"curfew/tests/internal/page"
)

const commandsPage = "docs/commands.md"

// TestCommandsPage: docs/commands.md has every command with its texts and flags, as the program says them.
func TestCommandsPage(t *testing.T) {
	inModule(t)
	root := cli.App{Kinds: &actors.Registry{}}.Commands()
	all := leaves(root)
	if len(all) < 30 {
		t.Fatalf("only %d commands were found", len(all))
	}
	var index, reference strings.Builder
	index.WriteString("| command | |\n|---|---|\n")
	fmt.Fprintf(&reference, "### Flags of all commands\n\n%s", flagTable(root.PersistentFlags()))
	for _, c := range all {
		path := c.CommandPath()
		fmt.Fprintf(&index, "| [`%s`](#%s) | %s |\n", path, strings.ReplaceAll(path, " ", "-"), page.Cell(c.Short))
		reference.WriteString(section(c))
	}
	page.Part(t, commandsPage, "index", index.String())
	page.Part(t, commandsPage, "reference", reference.String())
}

// leaves are the commands below one that do something themselves; those of completion are one.
func leaves(c *cobra.Command) (all []*cobra.Command) {
	if !c.HasSubCommands() || c.Name() == "completion" {
		return []*cobra.Command{c}
	}
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() {
			all = append(all, leaves(sub)...)
		}
	}
	return all
}

// section is what the page says of a command.
func section(c *cobra.Command) string {
	var b strings.Builder
	text := c.Long
	if text == "" {
		text = c.Short + "."
	}
	fmt.Fprintf(&b, "\n### %s\n\n```\n%s\n```\n\n%s\n", c.CommandPath(), c.UseLine(), page.Wrapped(text))
	if flags := flagTable(c.NonInheritedFlags()); flags != "" {
		fmt.Fprintf(&b, "\n%s", flags)
	}
	if c.Example != "" {
		fmt.Fprintf(&b, "\n```sh\n%s\n```\n", page.Outdented(c.Example))
	}
	if c.Annotations[cli.PagesOf] != "" {
		var links []string
		for _, name := range strings.Fields(c.Annotations[cli.PagesOf]) {
			links = append(links, fmt.Sprintf("[%[1]s](%[1]s)", name))
		}
		fmt.Fprintf(&b, "\n%s\n", page.Wrapped("More: "+strings.Join(links, ", ")))
	}
	return b.String()
}

// flagTable is a table of flags. Empty: there are none.
func flagTable(flags *pflag.FlagSet) string {
	var b strings.Builder
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden || f.Name == "help" {
			return
		}
		value, usage := pflag.UnquoteUsage(f)
		name := "--" + f.Name
		if f.Shorthand != "" {
			name = "-" + f.Shorthand + ", " + name
		}
		if value != "" {
			name += " " + value
		}
		kept := f.DefValue
		switch kept {
		case "", "false", "0", "[]", "0s":
			kept = " "
		default:
			kept = " `" + kept + "` "
		}
		fmt.Fprintf(&b, "| `%s` |%s| %s |\n", name, kept, page.Cell(usage))
	})
	if b.Len() == 0 {
		return ""
	}
	return "| flag | default | |\n|---|---|---|\n" + b.String()
}
