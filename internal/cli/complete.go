package cli

import (
	"cmp"
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"curfew/internal/contract"
)

// Bounds of a completion. They are small because a person waits after pressing TAB.
const (
	completionTime = 2 * time.Second
	maxCompletions = contract.MaxLimit
)

// suggest lists the possible values of an argument, each with an optional description after a tab.
type suggest func(ctx context.Context) []string

// first completes the first argument of a command, and no later one.
func (t *terminal) first(s suggest) cobra.CompletionFunc {
	return func(c *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return completions(c, s, begun)
	}
}

// complete completes a flag.
func (t *terminal) complete(c *cobra.Command, flag string, s suggest) {
	err := c.RegisterFlagCompletionFunc(flag, func(c *cobra.Command, _ []string, begun string) ([]string, cobra.ShellCompDirective) {
		return completions(c, s, begun)
	})
	if err != nil {
		panic(err) // a flag that does not exist is a mistake in this package, and every test finds it
	}
}

// files completes a flag with files of these endings.
func files(c *cobra.Command, flag string, endings ...string) {
	if err := c.MarkFlagFilename(flag, endings...); err != nil {
		panic(err) // as above
	}
}

// firstFile completes the first argument of a command with files of these endings, and no later one.
func firstFile(endings ...string) cobra.CompletionFunc {
	return func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return endings, cobra.ShellCompDirectiveFilterFileExt
	}
}

func completions(c *cobra.Command, s suggest, begun string) ([]string, cobra.ShellCompDirective) {
	ctx, cancel := context.WithTimeout(cmp.Or(c.Context(), context.Background()), completionTime)
	defer cancel()
	var out []string
	for _, text := range s(ctx) {
		if strings.HasPrefix(text, begun) && len(out) < maxCompletions {
			out = append(out, text)
		}
	}
	return out, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
}
