// Command manpages writes the manual pages of all commands into a folder, for packages and for those who build Curfew
// themselves. It is no command of Curfew itself, so that the program does not link what makes the pages.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"curfew/actors"
	"curfew/internal/build"
	"curfew/internal/cli"
)

func main() {
	version := flag.String("version", build.Version(), "the version that the pages name")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "Usage: manpages [-version VERSION] FOLDER")
		flag.PrintDefaults()
	}
	flag.Parse()
	if flag.NArg() != 1 {
		flag.Usage()
		os.Exit(cli.ExitUsage)
	}
	if err := write(flag.Arg(0), *version); err != nil {
		fmt.Fprintln(os.Stderr, "manpages: "+err.Error())
		os.Exit(cli.ExitFailed)
	}
}

// write makes the folder and a page NAME.1 for each command in it. The pages have the month of SOURCE_DATE_EPOCH, else
// the present one.
func write(folder, version string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	root := cli.App{Kinds: &actors.Registry{}}.Commands()
	root.DisableAutoGenTag = true // no day in the text: the pages of one version are the same each time
	header := &doc.GenManHeader{Section: "1", Source: "Curfew " + short(version), Manual: "Curfew"}
	if err := doc.GenManTree(root, header, folder); err != nil {
		return err
	}
	return each(root, func(c *cobra.Command) error {
		name := filepath.Join(folder, strings.ReplaceAll(c.CommandPath(), " ", "-")+".1")
		page, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		return os.WriteFile(name, []byte(more(string(page), c)), 0o644)
	})
}

// each calls f with a command and all that are below it and have a page, until an error.
func each(c *cobra.Command, f func(*cobra.Command) error) error {
	if err := f(c); err != nil {
		return err
	}
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() {
			if err := each(sub, f); err != nil {
				return err
			}
		}
	}
	return nil
}
