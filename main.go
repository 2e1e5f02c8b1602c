package curfew

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	_ "time/tzdata" // so that a job's time zone does not depend on the machine

	"go.uber.org/zap"

	"curfew/actors"
	"curfew/actors/env/procs"
	"curfew/actors/system/recorder/sqlite"
	"curfew/bus"
	"curfew/bus/jsonl"
	"curfew/bus/replay/compare"
	"curfew/internal/api"
	"curfew/internal/cli"
	"curfew/internal/datadir"
	"curfew/internal/demo"
	"curfew/internal/lock"
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
		Kinds:  kinds,
		Start:  func(ctx context.Context, o cli.StartOptions) error { return serve(ctx, kinds, o) },
		Demo:   func(ctx context.Context, o cli.DemoOptions) error { return demonstrate(ctx, kinds, o) },
		Replay: replayJournal,
		Export: exportJournal, Backup: backupJournal, Restore: restoreJournal, Explain: explainStopped, Known: knownStopped,
	}
	return app.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
}

// The files of a data folder; the API adds its socket and daemon.json, the lock its own.
const (
	journalFile = datadir.Journal
	tokensFile  = "tokens.json" // 0600, never in SQLite
	procsFolder = "procs"       // 0700, a note for each process that runs
	threadsDir  = "threads"     // 0700, what was said in jobs with session_target: main
)

// serve is `curfew start`: one daemon on a data folder, until ctx ends or it cannot go on.
func serve(ctx context.Context, kinds *actors.Registry, o cli.StartOptions) (err error) {
	if err := lock.Prepare(o.Data); err != nil {
		return err
	}
	journal, err := openJournal(o)
	if err != nil {
		return advise(err)
	}
	reaping, enough := context.WithCancel(context.WithoutCancel(ctx))
	defer enough()
	go procs.Reap(reaping)
	past, err := sqlite.Open(filepath.Join(o.Data, journalFile), o.Log)
	if err != nil {
		return errors.Join(err, journal.Close())
	}
	rt, err := Start(ctx, Options{
		Kinds: kinds, Config: o.Config, Journal: journal, History: past, Data: o.Data, Tokens: filepath.Join(o.Data, tokensFile),
		Procs: filepath.Join(o.Data, procsFolder), Threads: filepath.Join(o.Data, threadsDir), Logger: o.Log,
		AcceptLoss: o.AcceptLoss,
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rt.close(ctx, o.Again)) }()
	l, socket, err := api.Listen(o.Data)
	if err != nil {
		return err
	}
	o.Log.Sugar().Infow("cron: ready", "jobs", len(o.Config.Jobs), "data", o.Data, "socket", socket)
	return attend(ctx, rt, l, o)
}

// openJournal opens the journal of a data folder, and takes its lock.
func openJournal(o cli.StartOptions) (*bus.SQLite, error) {
	path := filepath.Join(o.Data, journalFile)
	if !o.AcceptLoss {
		return bus.OpenSQLite(path)
	}
	return bus.OpenDamagedSQLite(path, func(lost *bus.Corrupt, aside string) {
		o.Log.Error("cron: the journal's end is lost", zap.Error(lost), zap.String("the write-ahead log is kept as", aside))
	})
}

// exportJournal writes the journal of a data folder as JSON lines.
func exportJournal(_ context.Context, data string, w io.Writer) (err error) {
	j, err := bus.OpenSQLiteReadOnly(filepath.Join(data, journalFile))
	if err != nil {
		return fmt.Errorf("no journal in %s: %w", data, err)
	}
	defer func() { err = errors.Join(err, j.Close()) }()
	_, err = jsonl.Export(w, j)
	return err
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

func demonstrate(ctx context.Context, kinds *actors.Registry, o cli.DemoOptions) error {
	return demo.Run(ctx, demo.Options{
		Kinds: kinds, Auto: o.Auto, In: o.In, Out: o.Out, Colour: o.Terminal,
		Start: func(ctx context.Context, w demo.World) (demo.Runtime, error) {
			j, err := bus.OpenSQLite(filepath.Join(w.Data, journalFile))
			if err != nil {
				return nil, err
			}
			rt, err := Start(ctx, Options{
				Kinds: kinds, Config: w.Config, Journal: j, Tokens: filepath.Join(w.Data, tokensFile), Logger: w.Log,
			})
			if err != nil {
				return nil, err
			}
			return rt, nil
		},
		Export: exportJournal,
	})
}
