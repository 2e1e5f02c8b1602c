// Package cli is the command line of Curfew: it reads arguments, asks the daemon over its socket, and
// prints answers for people or for programs. What is not about arguments and answers is handed in as
// a function of [App].
package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"syscall"

	"github.com/spf13/cobra"

	"curfew/actors"
	"curfew/internal/api"
	"curfew/internal/daemon"
	"curfew/internal/datadir"
	"curfew/internal/demo"
	"curfew/internal/explain"
)

// Exit codes of the program. A replay has one of its own: see [App].
const (
	ExitOK     = 0
	ExitFailed = 1
	ExitUsage  = 2 // wrong arguments, or a file that is not valid
)

// App is what the commands need of the rest of the program.
type App struct {
	// Kinds are the actor types that this build has.
	Kinds *actors.Registry
	// Start runs a daemon until ctx ends, and then lets it come to its end; that is no error. The cause of ctx
	// is a [daemon.Signal] if one ended it.
	Start func(ctx context.Context, o daemon.Options) error
	// Demo shows the story of an outage.
	Demo func(ctx context.Context, o demo.Options) error
	// Replay re-derives the decisions of a journal.
	Replay func(ctx context.Context, journal io.Reader) (Replayed, error)
	// Export writes the journal of a data folder, with its daemon running or stopped.
	Export func(ctx context.Context, data string, w io.Writer) error
	// Backup copies the journal of a data folder to a new file and checks the copy.
	Backup func(ctx context.Context, data, file string) (datadir.Copied, error)
	// Restore makes a backup the journal of a data folder without a daemon; replace: of one that has a journal.
	Restore func(ctx context.Context, file, data string, replace bool) (datadir.Copied, error)
	// Explain says what became of a slot or a run by the journal of a data folder without a daemon.
	Explain func(ctx context.Context, data string, q api.ExplainQuery) (explain.Explanation, error)
	// Known lists the names in the journal of a data folder without a daemon; when ctx ends first, those that it has found.
	Known func(ctx context.Context, data string) (api.Names, error)
}

// Main runs one command and returns the exit code. Args are without the program's own name. Ctrl-C
// and TERM end the command gracefully, a second one at once; a daemon is hurried by the second, and
// ended by the third. Ctrl-C means nothing if it was switched off, as it is in the background of a script.
func (a App) Main(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	stops := append(heeded(os.Interrupt), syscall.SIGTERM)
	ctx, stop := signal.NotifyContext(context.Background(), stops...)
	defer stop()
	context.AfterFunc(ctx, stop)
	t := &terminal{app: a, in: stdin, out: stdout, err: stderr, stops: stops}
	if wantsJSON(args) {
		t.output = outJSON // known before the arguments are, so that what is wrong with them is JSON, too
	}
	root := t.root()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	if err := root.ExecuteContext(ctx); err != nil {
		return t.fail(err)
	}
	return ExitOK
}

// wantsJSON finds -o json among arguments that may be wrong otherwise.
func wantsJSON(args []string) bool {
	for i, a := range args {
		switch a {
		case "--":
			return false
		case "-ojson", "-o=json", "--output=json":
			return true
		case "-o", "--output":
			return i+1 < len(args) && args[i+1] == "json"
		}
	}
	return false
}

// terminal is one call of the program.
type terminal struct {
	app      App
	in       io.Reader
	out, err io.Writer
	stops    []os.Signal // what ends every command

	output  string // -o
	data    string // --data
	started bool   // a command has been found and its arguments are right
}

func (t *terminal) root() *cobra.Command {
	root := t.group("curfew", "Cron jobs as supervised actors, called off when their session expires",
		t.start(), t.check(), t.demo(), t.status(), t.next(), t.explain(), t.job(), t.run(), t.session(), t.target(), t.journal(), t.replay(), t.version())
	root.SilenceErrors, root.SilenceUsage = true, true
	root.PersistentFlags().StringVarP(&t.output, "output", "o", cmp.Or(t.output, outText), "text, wide for every column with exact times, or json for the API's body and nothing else")
	root.PersistentFlags().StringVar(&t.data, "data", "", "data folder (default $CURFEW_DATA, else curfew in the XDG data dir)")
	t.complete(root, "output", fixed(outputs))
	if err := root.MarkPersistentFlagDirname("data"); err != nil {
		panic(err) // the flag stands above
	}
	root.PersistentPreRunE = func(*cobra.Command, []string) error {
		if !slices.Contains(outputs, t.output) {
			return usagef("-o must be text, wide or json, not %q", t.output)
		}
		t.started = true
		return nil
	}
	return root
}

// group is a command that is only a name for others.
func (t *terminal) group(use, short string, subs ...*cobra.Command) *cobra.Command {
	c := &cobra.Command{Use: use, Short: short}
	c.Args = func(c *cobra.Command, args []string) error {
		if len(args) > 0 {
			return usagef("%s has no command %q; see %s --help", c.CommandPath(), args[0], c.CommandPath())
		}
		return nil
	}
	c.RunE = func(c *cobra.Command, _ []string) error {
		return usagef("%s needs a command; see %s --help", c.CommandPath(), c.CommandPath())
	}
	c.AddCommand(subs...)
	return c
}

// usage marks an error that wrong arguments caused.
type usage struct{ err error }

func usagef(format string, args ...any) error { return usage{fmt.Errorf(format, args...)} }

func (u usage) Error() string { return u.err.Error() }
func (u usage) Unwrap() error { return u.err }

// exit is an error of which everything has been printed.
type exit int

func (e exit) Error() string { return fmt.Sprintf("exit %d", int(e)) }

// fail prints an error and chooses the exit code.
func (t *terminal) fail(err error) int {
	var code exit
	if errors.As(err, &code) {
		return int(code)
	}
	t.printError(err)
	var wrong usage
	if !t.started || errors.As(err, &wrong) {
		return ExitUsage
	}
	return ExitFailed
}
