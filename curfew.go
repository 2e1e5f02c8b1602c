// Package curfew is the whole program, for builds with actor types of their own: see [Main].
package curfew

import (
	"context"
	"errors"
	"io"
	"iter"
	"os"
	_ "time/tzdata" // so that a job's time zone does not depend on the machine

	"curfew/actors"
	"curfew/bus/replay/compare"
	"curfew/internal/backend"
	"curfew/internal/cli"
	"curfew/internal/daemon"
	"curfew/internal/datadir"
	"curfew/internal/demo"
	"curfew/supervisor/policy"
)

// Main is the whole program, with the actor types that register puts into the list; it returns the exit
// code. A build of one's own is
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
		Kinds: kinds,
		Start: func(ctx context.Context, o cli.StartOptions) error { return daemon.Serve(ctx, kinds, o) },
		Demo: func(ctx context.Context, o cli.DemoOptions) error {
			return demo.Run(ctx, demo.Options{Kinds: kinds, Auto: o.Auto, In: o.In, Out: o.Out, Colour: o.Terminal})
		},
		Replay: replayJournal,
		Export: datadir.Export, Backup: datadir.Backup, Restore: datadir.Restore, Explain: backend.ExplainStopped, Known: backend.KnownStopped,
	}
	return app.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
}

// replayJournal derives every decision of an exported journal again.
func replayJournal(_ context.Context, journal io.Reader) (cli.Replayed, error) {
	got, err := compare.JournalFrom(journal, policy.New(), policy.Version, func(lines iter.Seq2[[]byte, error]) (compare.Decider, error) {
		return policy.RestoreLines(lines)
	})
	if err != nil {
		return cli.Replayed{}, err
	}
	if got.Facts == 0 && got.Before == 0 && got.Total == 0 {
		return cli.Replayed{}, errors.New("replay: there are no records; was the journal exported from the right data folder?")
	}
	return cli.Replayed{
		Facts: got.Facts, Decisions: got.Decisions, Differences: got.Total, Before: got.Before, OtherVersion: got.OtherVersion, Report: got.String(),
	}, nil
}
