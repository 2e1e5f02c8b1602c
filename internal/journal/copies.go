package journal

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"curfew/bus/lock"
	"curfew/bus/sqlite"
	"curfew/internal/datadir"
	"curfew/messages"
)

// Copied says what is in a backup, or in a journal that a backup was restored to.
type Copied struct {
	File      string           `json:"file"`
	First     uint64           `json:"first"` // records
	Last      uint64           `json:"last"`
	At        messages.Instant `json:"at"` // of the newest record
	Snapshots int              `json:"snapshots"`
}

// Backup copies the journal of a data folder to a new file and checks the copy, with its daemon running or stopped.
func Backup(ctx context.Context, data, file string) (Copied, error) {
	path := filepath.Join(data, datadir.Journal)
	if _, err := os.Stat(path); err != nil {
		return Copied{}, unread(data, err)
	}
	got, err := sqlite.Backup(ctx, path, file)
	if errors.Is(err, fs.ErrExist) {
		return Copied{}, fmt.Errorf("%w; move it away, or choose another name", err)
	}
	if err != nil {
		return Copied{}, err
	}
	return copied(file, got), nil
}

// Restore makes a backup the journal of a data folder without a daemon. It is an error if the folder has a journal,
// unless replace is set: then that one is moved aside. Tokens are not in a backup: those of the folder stay, and the
// gate compares generations.
func Restore(ctx context.Context, file, data string, replace bool) (out Copied, err error) {
	if err := lock.Prepare(data); err != nil {
		return out, err
	}
	held, err := lock.Acquire(ctx, data)
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, held.Release()) }()
	path := filepath.Join(data, datadir.Journal)
	// Check the backup before anything is moved.
	if _, err := sqlite.Verify(ctx, file); err != nil {
		return out, err
	}
	if replace {
		if err := moveAside(path); err != nil {
			return out, err
		}
	}
	got, err := sqlite.Restore(ctx, file, path)
	if errors.Is(err, fs.ErrExist) {
		return out, fmt.Errorf("%w; --replace moves it aside", err)
	}
	return copied(path, got), err
}

// moveAside renames the journal's file, and the files that SQLite keeps beside it.
func moveAside(path string) error {
	aside := path + ".replaced-" + time.Now().UTC().Format("20060102T150405Z")
	for _, suffix := range []string{"", "-wal", "-shm", "-last"} {
		if err := os.Rename(path+suffix, aside+suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("move the journal aside: %w", err)
		}
	}
	return nil
}

func copied(file string, c sqlite.Contents) Copied {
	return Copied{File: file, First: c.First, Last: c.Last, At: c.At, Snapshots: c.Snapshots}
}
