// Package cli is the command line of Curfew: it reads arguments, asks the daemon over its socket or by a URL, and prints
// answers for people or for programs. What is not about arguments and answers is handed in as a function of [App].
package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"curfew/actors"
	"curfew/internal/build"
	"curfew/internal/contract"
	"curfew/internal/daemon"
	"curfew/internal/demo"
	"curfew/internal/explain"
	"curfew/internal/journal"
	"curfew/messages"
)

// Exit codes of the program. A replay has one more: 3, when another version of the policy decided.
const (
	ExitOK     = 0
	ExitFailed = 1
	ExitUsage  = 2 // wrong arguments, or a file that is not valid
)

// App is what the commands need from the rest of the program.
type App struct {
	// Kinds are the actor types that this build has.
	Kinds *actors.Registry
	// Start runs a daemon until ctx ends, and returns when it has stopped. An orderly stop is not an error. If a
	// signal ended ctx, its cause is a [daemon.Signal].
	Start func(ctx context.Context, o daemon.Options) error
	// Demo shows the story of an outage.
	Demo func(ctx context.Context, o demo.Options) error
	// Replay derives the decisions of a journal again, and compares.
	Replay func(ctx context.Context, journal io.Reader) (Replayed, error)
	// Export writes the journal of a data folder or a fleet, with daemons running or stopped.
	Export func(ctx context.Context, from journal.Place, w io.Writer) error
	// Import makes the journal of a data folder or a fleet, which has none, of an export.
	Import func(ctx context.Context, into journal.Place, export io.ReadSeeker) (journal.Imported, error)
	// Backup copies the journal of a data folder to a new file and checks the copy.
	Backup func(ctx context.Context, data, file string) (journal.Copied, error)
	// Restore makes a backup the journal of a data folder that no daemon uses. With replace, a journal that is
	// already there is moved aside; without, it is an error.
	Restore func(ctx context.Context, file, data string, replace bool) (journal.Copied, error)
	// Explain reads in the journal of a data folder without a daemon what became of a slot or a run.
	Explain func(ctx context.Context, data string, q contract.ExplainQuery) (explain.Explanation, error)
	// Known lists the names in the journal of a data folder without a daemon. If ctx ends first, the error is that
	// of ctx, and the names found so far are returned with it.
	Known func(ctx context.Context, data string) (contract.Names, error)
	// Timetable reads in the journal of a data folder without a daemon when a job runs.
	Timetable func(ctx context.Context, data, job string) (messages.Timetable, error)
}

// Main runs one command and returns the exit code. Args do not include the program's own name. Ctrl-C and TERM end
// the command gracefully, and a second one ends it at once. A daemon stops faster after the second and ends at the
// third. Ctrl-C is ignored if it was switched off before the start, as in the background of a script.
func (a App) Main(args []string, stdin io.Reader, out, stderr io.Writer) int {
	stops := append(heeded(os.Interrupt), syscall.SIGTERM)
	ctx, stop := signal.NotifyContext(context.Background(), stops...)
	defer stop()
	context.AfterFunc(ctx, stop)
	t := &terminal{app: a, in: stdin, out: &stdout{to: out}, err: stderr, stops: stops}
	t.output = wanted(args) // before they are read, so that an error in them is in that form, too
	root := t.root()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(t.out)
	root.SetErr(stderr)
	return t.end(root.ExecuteContext(ctx))
}

// Commands are all commands with their flags and texts, for programs that write pages about them. They are not to be run.
func (a App) Commands() *cobra.Command {
	root := (&terminal{app: a}).root()
	root.InitDefaultCompletionCmd()
	return root
}

// wanted finds -o json or yaml among arguments that may be wrong in other ways; empty: it is not there.
func wanted(args []string) string {
	for i, a := range args {
		value := ""
		switch {
		case a == "--":
			return ""
		case a == "-o" || a == "--output":
			if i+1 < len(args) {
				value = args[i+1]
			}
		case strings.HasPrefix(a, "--output="):
			value = strings.TrimPrefix(a, "--output=")
		case strings.HasPrefix(a, "-o"):
			value = strings.TrimPrefix(strings.TrimPrefix(a, "-o"), "=")
		}
		if value == outJSON || value == outYAML {
			return value
		}
	}
	return ""
}

// terminal is one call of the program.
type terminal struct {
	app   App
	in    io.Reader
	out   *stdout
	err   io.Writer
	stops []os.Signal // signals that end every command

	output string // -o
	data   string // --data
	url    string // --url
	// tokenFile is --token-file. At session login the flag is about the session's token, and only the variable is left.
	tokenFile string
	started   bool // a command has been found and its arguments are right
}

func (t *terminal) root() *cobra.Command {
	root := t.group("curfew", "Run cron jobs as supervised actors, and hold them while their session is expired",
		t.start(), t.check(), t.doctor(), t.importJobs(), t.demo(), t.status(), t.top(), t.next(), t.explain(), t.job(), t.run(),
		t.reload(), t.open(), t.session(), t.node(), t.target(), t.preset(), t.schema(), t.tail(), t.mcp(), t.journal(), t.replay(), t.version())
	root.SilenceErrors, root.SilenceUsage = true, true
	root.Version = build.Version()
	root.SetVersionTemplate("curfew {{.Version}}\n")
	root.SetHelpCommand(t.help())
	root.PersistentFlags().StringVarP(&t.output, "output", "o",
		cmp.Or(t.output, outText), "output form: text, wide (every column, exact times), json (the API's body and nothing else) or yaml (the same as YAML)")
	root.PersistentFlags().StringVar(&t.data, "data", "", "data folder (default $CURFEW_DATA, else the folder curfew in the XDG data folder)")
	root.PersistentFlags().StringVar(&t.url, "url", "", "ask the daemon at this URL over TCP, instead of that of the data folder (default $"+urlVariable+")")
	root.PersistentFlags().StringVar(&t.tokenFile, "token-file", "", "file with the token of the API for --url (default $"+tokenFileVariable+")")
	t.complete(root, "output", fixed(outputs))
	annotate(root)
	if err := root.MarkPersistentFlagDirname("data"); err != nil {
		panic(err) // the flag is defined above
	}
	root.PersistentPreRunE = func(*cobra.Command, []string) error {
		if !slices.Contains(outputs, t.output) {
			return usagef("-o must be text, wide, json or yaml, not %q", t.output)
		}
		t.started = true
		return nil
	}
	return root
}

// group is a command that only has other commands.
func (t *terminal) group(use, short string, subs ...*cobra.Command) *cobra.Command {
	c := &cobra.Command{Use: use, Short: short}
	c.Args = func(c *cobra.Command, args []string) error {
		if len(args) > 0 {
			return t.noCommand(c, args[0])
		}
		return nil
	}
	c.RunE = func(c *cobra.Command, _ []string) error {
		if !c.HasParent() && !t.programs() {
			// Who calls the program alone wants to know what there is: decision 0188.
			return cmp.Or(c.Help(), error(exit(ExitUsage)))
		}
		return usagef("%s needs a command; see %s --help", c.CommandPath(), c.CommandPath())
	}
	c.AddCommand(subs...)
	return c
}

// exactlyOne checks that a command has the one argument that its use names.
func exactlyOne(c *cobra.Command, args []string) error {
	if at := c.Flags().Lookup("at"); at != nil && len(args) == 2 {
		return usagef("%s needs one argument, %s; a time is written --at %q", c.CommandPath(), strings.Fields(c.Use)[1], args[1])
	}
	if len(args) != 1 {
		return usagef("%s needs one argument, %s, not %d; see %s --help",
			c.CommandPath(), strings.Fields(c.Use)[1], len(args), c.CommandPath())
	}
	return nil
}

// noArgument checks that a command that takes none has none.
func noArgument(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if flag := c.Flags().Lookup("watch"); flag != nil && flag.Changed {
		return usagef("%s takes no argument, but has %q; a pace is written --watch=%s", c.CommandPath(), args[0], args[0])
	}
	return usagef("%s takes no argument, but has %q; see %s --help", c.CommandPath(), args[0], c.CommandPath())
}

// usage marks an error caused by wrong arguments, or by a file that is not valid.
type usage struct{ err error }

func usagef(format string, args ...any) error { return usage{fmt.Errorf(format, args...)} }

func (u usage) Error() string { return u.err.Error() }
func (u usage) Unwrap() error { return u.err }

// exit is an exit code whose cause has been printed already.
type exit int

func (e exit) Error() string { return fmt.Sprintf("exit %d", int(e)) }

// end is the exit code of a command. One whose output is lost has failed, also where that output said why it failed.
func (t *terminal) end(err error) int {
	var said exit
	if lost := t.out.failed(); lost != nil {
		t.started = true // the arguments are right
		if err == nil || errors.As(err, &said) {
			err = lost
		}
	}
	if err == nil {
		return ExitOK
	}
	return t.fail(err)
}

// fail prints an error and chooses the exit code. Whether a value of a flag is wrong, often only the daemon knows.
func (t *terminal) fail(err error) int {
	var code exit
	if errors.As(err, &code) {
		return int(code)
	}
	t.printError(err)
	if t.problem(err).Status == http.StatusBadRequest {
		return ExitUsage
	}
	return ExitFailed
}
