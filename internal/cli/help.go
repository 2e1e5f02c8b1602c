package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"curfew/docs"
	"curfew/messages/text"
)

// help takes the place of cobra's command of that name: it knows the pages and the words of docs, too, since a program
// that was installed has no folder of pages beside it.
func (t *terminal) help() *cobra.Command {
	c := &cobra.Command{
		Use:   "help [COMMAND | PAGE | WORD]",
		Short: "Help about a command, a page of the documentation, or a word of an answer such as stale",
		Example: "  curfew help job run\n" +
			"  curfew help tutorial\n" +
			"  curfew help session_expired",
	}
	c.ValidArgsFunction = func(c *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
		return completions(c, func(context.Context) []string { return topics(c.Root(), args) }, begun)
	}
	c.RunE = func(c *cobra.Command, args []string) error {
		root := c.Root()
		if len(args) == 0 {
			err := root.Help()
			t.listTopics()
			return err
		}
		of, rest, err := root.Find(args)
		isCommand := err == nil && len(rest) == 0
		page, ok := topic(strings.Join(args, "_"))
		switch {
		case isCommand && ok:
			err = of.Help()
			fmt.Fprintf(t.out, "\n%s", page)
			return err
		case isCommand:
			return of.Help()
		case ok:
			fmt.Fprint(t.out, page)
			return nil
		default:
			return usagef("there is no command, page or word %q; %s", strings.Join(args, " "), didYouMean(root, strings.Join(args, "_")))
		}
	}
	return c
}

// listTopics lists what can be looked up besides commands.
func (t *terminal) listTopics() {
	fmt.Fprint(t.out, "\nPages (curfew help PAGE):\n")
	for _, p := range docs.Pages() {
		fmt.Fprintf(t.out, "  %-12s %s\n", p.Name, p.Title)
	}
	fmt.Fprint(t.out, "\nWords of answers (curfew help WORD):\n")
	const most = 100 // columns
	line := " "
	for _, w := range docs.Words() {
		if len(line)+1+len(w) > most {
			fmt.Fprintln(t.out, line)
			line = " "
		}
		line += " " + w
	}
	fmt.Fprintln(t.out, line)
}

// topics are what can follow `help` and the arguments that are there.
func topics(root *cobra.Command, args []string) (all []string) {
	under, rest, err := root.Find(args)
	if err != nil || len(rest) > 0 {
		return nil
	}
	for _, c := range under.Commands() {
		if c.IsAvailableCommand() {
			all = append(all, c.Name()+"\t"+c.Short)
		}
	}
	if len(args) > 0 {
		return all
	}
	for _, p := range docs.Pages() {
		all = append(all, p.Name+"\t"+p.Title)
	}
	return append(all, docs.Words()...)
}

// topic is a page or the paragraph of a word, for a terminal.
func topic(name string) (shown string, ok bool) {
	name = strings.ToLower(name)
	if page, ok := docs.Page(name); ok {
		return forTerminal(page), true
	}
	if word, ok := docs.Word(strings.ReplaceAll(name, "-", "_")); ok {
		return forTerminal(word), true
	}
	return "", false
}

var (
	link    = text.Pattern(`\[([^\]]+)\]\(([^)\s]+)\)`)
	comment = text.Pattern(`(?m)^<!--.*-->\n+`)
)

// forTerminal is Markdown whose links name what the reader can type: a page is a topic, and all else is its text.
func forTerminal(markdown string) string {
	return link().ReplaceAllStringFunc(comment().ReplaceAllString(markdown, ""), func(l string) string {
		m := link().FindStringSubmatch(l)
		words, target := m[1], m[2]
		file, _, _ := strings.Cut(target, "#")
		name, isPage := strings.CutSuffix(file, ".md")
		_, known := docs.Page(name)
		switch {
		case strings.Contains(target, "://"):
			return words + " (" + target + ")"
		case isPage && known:
			return words + " (`curfew help " + name + "`)"
		default:
			return words
		}
	})
}
