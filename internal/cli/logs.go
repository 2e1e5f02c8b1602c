package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"curfew/internal/api"
	"curfew/messages"
)

func (t *terminal) runLogs() *cobra.Command {
	var follow bool
	c := &cobra.Command{
		Use: "logs ID|JOB", Short: "Show the output of a run, or of the newest of a job, also while it runs",
		Long: "Show the output of a run, or of the newest of a job, also while it runs.\n\n" +
			"With -o json this is an object {run, note, output}; with -f it is one such object per line for each piece of output.",
		Args: exactlyOne, ValidArgsFunction: t.first(t.runIDs),
	}
	c.Flags().BoolVarP(&follow, "follow", "f", false, "follow the output until the run is over")
	c.RunE = func(c *cobra.Command, args []string) error {
		return t.withDaemon(func(client *api.Client) error {
			return t.ofRun(c.Context(), client, args[0], func(id messages.RunID) error {
				return t.printLogs(c.Context(), client, id, follow)
			})
		})
	}
	return c
}

func (t *terminal) printLogs(ctx context.Context, client *api.Client, id messages.RunID, follow bool) (err error) {
	shown := t.shown()
	out := io.Writer(shown)
	note := func(text string) { fmt.Fprintf(t.told(), "(%s)\n", text) }
	if t.programs() {
		lines := &pieces{to: t.encode, run: id, each: follow}
		out, note = lines, func(text string) { lines.note = &text }
		defer func() { err = lines.end(err) }()
	}
	ctx, release := t.whileRead(ctx)
	defer release()
	err = errors.Join(client.Logs(ctx, id, follow, note, out), shown.Flush())
	if context.Cause(ctx) != nil {
		return nil // the reader has gone away: it has seen enough
	}
	return err
}

// logged is what `run logs -o json` prints.
type logged struct {
	Run    messages.RunID `json:"run"`
	Note   *string        `json:"note"`
	Output string         `json:"output"`
}

// pieces writes the output of a run as JSON: all of it as one object, or an object for each piece.
type pieces struct {
	to   func(any) error
	run  messages.RunID
	note *string
	each bool
	rest []byte // not printed yet: all of the output, or the beginning of a character
}

// Write takes the next piece of output.
func (p *pieces) Write(text []byte) (int, error) {
	p.rest = append(p.rest, text...)
	if p.each {
		whole := len(p.rest)
		for back := 1; back < utf8.UTFMax && back <= whole; back++ {
			if tail := p.rest[whole-back:]; utf8.RuneStart(tail[0]) && !utf8.FullRune(tail) {
				whole -= back
				break
			}
		}
		if whole > 0 {
			if err := p.print(p.rest[:whole]); err != nil {
				return 0, err
			}
			p.rest = append([]byte(nil), p.rest[whole:]...)
		}
	}
	return len(text), nil
}

// end prints the rest, unless there was an error.
func (p *pieces) end(err error) error {
	if err != nil || p.each && len(p.rest) == 0 {
		return err
	}
	return p.print(p.rest)
}

func (p *pieces) print(text []byte) error {
	return p.to(logged{Run: p.run, Note: p.note, Output: string(text)})
}
