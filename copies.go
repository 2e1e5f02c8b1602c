package curfew

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"curfew/bus"
	"curfew/internal/cli"
	"curfew/internal/lock"
)

// backupJournal copies the journal of a data folder to a file, with its daemon running or stopped.
func backupJournal(ctx context.Context, data, file string) (cli.Copied, error) {
	got, err := bus.Backup(ctx, filepath.Join(data, journalFile), file)
	if err != nil {
		return cli.Copied{}, err
	}
	return copied(file, got), nil
}

// restoreJournal puts a backup in the place of a data folder's journal. One that is there is moved aside if
// replace says so. Tokens are not in a backup: those of the folder stay, and the gate compares generations.
func restoreJournal(ctx context.Context, file, data string, replace bool) (out cli.Copied, err error) {
	if err := lock.Prepare(data); err != nil {
		return out, err
	}
	held, err := lock.Acquire(ctx, data)
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, held.Release()) }()
	path := filepath.Join(data, journalFile)
	// Everything about the backup that can be wrong is known before anything is moved.
	if _, err := bus.Verify(ctx, file); err != nil {
		return out, err
	}
	if replace {
		if err := moveAside(path); err != nil {
			return out, err
		}
	}
	got, err := bus.RestoreBackup(ctx, file, path)
	if errors.Is(err, fs.ErrExist) {
		return out, fmt.Errorf("%w; --replace moves it aside", err)
	}
	return copied(path, got), err
}

// moveAside renames a journal's file and what SQLite keeps beside it.
func moveAside(path string) error {
	aside := path + ".replaced-" + time.Now().UTC().Format("20060102T150405Z")
	for _, suffix := range []string{"", "-wal", "-shm", "-last"} {
		if err := os.Rename(path+suffix, aside+suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("move the journal aside: %w", err)
		}
	}
	return nil
}

func copied(file string, c bus.Contents) cli.Copied {
	return cli.Copied{File: file, First: c.First, Last: c.Last, At: c.At, Snapshots: c.Snapshots}
}
