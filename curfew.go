// Package curfew is the whole program, for builds with extensions of their own, and the runtime, for programs that run
// jobs themselves.
//
// A build of your own is a main package that calls [Main] with its actor types: it is the program `curfew`, with every
// command. The packages under actors have the types that the ordinary build has, and the API for writing one.
//
// A program that embeds Curfew makes a [Runtime] with [New]: jobs in code, or a job file. It starts and stops the runtime,
// gives it other jobs ([Runtime.Reload]), tells it what happens outside ([Runtime.Submit]), and hears what happens inside
// ([Runtime.Subscribe]). The messages are in the package messages. The runtime keeps its journal in a data
// folder, as a daemon does: what was decided is not lost when the program ends, and `curfew --data FOLDER status` shows a
// runtime in another program, too.
//
// Both may add a reader of the log ([WithReader]) and kinds of notification target ([actors.RegisterTarget]). The folder
// examples of the repository has a small module for each of these ways, and docs/extending.md describes them.
//
// What stands in this package, in actors, in messages, in bus and in bus/replay is for others to use. The packages under
// actors/system and the drivers are the runtime's own, and change without notice.
package curfew

import (
	"context"
	"os"
	_ "time/tzdata" // so that a job's time zone does not depend on the machine

	"curfew/actors"
	"curfew/internal/backend"
	"curfew/internal/cli"
	"curfew/internal/daemon"
	"curfew/internal/demo"
	"curfew/internal/journal"
)

// Main runs the program with the actor types that register adds, and returns its exit code. It reads the
// arguments, the environment and the standard streams of this process. A build of your own is
//
//	func main() {
//		os.Exit(curfew.Main(func(kinds *actors.Registry) {
//			actors.Register(kinds, shell.New)
//			actors.Register(kinds, httpcheck.New)
//		}))
//	}
//
// Options add to it, such as [WithReader]. One that is not valid is an error in the program: Main panics.
func Main(register func(kinds *actors.Registry), with ...Option) int {
	kinds := &actors.Registry{}
	register(kinds)
	more, err := gather(with)
	if err != nil {
		panic("curfew.Main: " + err.Error())
	}
	start := func(ctx context.Context, o daemon.Options) error {
		o.Readers = more.readers
		return daemon.Serve(ctx, o)
	}
	app := cli.App{
		Kinds: kinds, Start: start, Demo: demo.Run, Replay: cli.Replay,
		Export: journal.ExportFrom, Import: journal.ImportInto, Backup: journal.Backup, Restore: journal.Restore,
		Explain: backend.ExplainStopped, Known: backend.KnownStopped, Timetable: backend.TimetableStopped,
	}
	return app.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
}
