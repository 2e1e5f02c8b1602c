package sqlite

import (
	"context"
	"errors"
	"fmt"

	"curfew/bus"
	"curfew/bus/regular"
	"curfew/messages"
)

// Contents says what a journal's file holds.
type Contents struct {
	First, Last uint64           // seqs of the records; Last 0: there are none
	At          messages.Instant // time of the newest record
	Snapshots   int
}

// Verify checks a journal's file: it runs SQLite's own check, and reads every record and every snapshot.
func Verify(ctx context.Context, path string) (c Contents, err error) {
	if err := regular.Check(path); err != nil { // SQLite would wait for a pipe
		return c, err
	}
	j, err := OpenReadOnly(path)
	if err != nil {
		return c, err
	}
	defer func() { err = errors.Join(err, j.Close()) }()
	var said string
	if err := j.read.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&said); err != nil || said != "ok" {
		return c, fmt.Errorf("%s is damaged: %s: %w", path, said, errors.Join(err, errDamaged))
	}
	if c.First, err = j.First(); err != nil {
		return c, err
	}
	err = bus.Scan(j, c.First, func(r messages.Record) error {
		c.Last, c.At = r.Seq, r.At
		return ctx.Err()
	})
	if err != nil {
		return c, err
	}
	all, err := j.Snapshots()
	if err != nil {
		return c, err
	}
	for _, s := range all {
		for _, err := range j.SnapshotLines(s.Seq) {
			if err != nil {
				return c, err
			}
		}
		c.Snapshots++
	}
	return c, nil
}

var errDamaged = errors.New("take another copy")
