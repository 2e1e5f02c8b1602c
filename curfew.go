// Package curfew is the whole program, for builds with actor types of their own: see [Main].
package curfew

import (
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
func Main(register func(kinds *actors.Registry)) int {
	kinds := &actors.Registry{}
	register(kinds)
	app := cli.App{
		Kinds: kinds, Start: daemon.Serve, Demo: demo.Run, Replay: cli.Replay,
		Export: journal.ExportFrom, Import: journal.ImportInto, Backup: journal.Backup, Restore: journal.Restore,
		Explain: backend.ExplainStopped, Known: backend.KnownStopped,
	}
	return app.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
}
