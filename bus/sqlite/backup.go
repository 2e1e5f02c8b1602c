package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"curfew/bus/durable"
)

// unfinished is the end of a copy's name until the copy is whole and checked.
const unfinished = ".partial"

// Backup copies the file of a journal, with all its tables, as it is at one moment. A daemon may go on appending to it.
// The copy gets its name only after it was checked. Backup does not overwrite a file.
func Backup(ctx context.Context, from, to string) (Contents, error) {
	fail := func(err error) (Contents, error) { return Contents{}, fmt.Errorf("bus: backup: %w", err) }
	j, err := OpenReadOnly(from)
	if err != nil {
		return fail(err)
	}
	if j.damage != nil {
		return fail(errors.Join(j.damage, j.Close()))
	}
	partial, err := begin(to)
	if err != nil {
		return fail(errors.Join(err, j.Close()))
	}
	err = errors.Join(j.copyTo(ctx, partial), j.Close())
	var c Contents
	if err == nil {
		c, err = Verify(ctx, partial)
	}
	if err == nil {
		err = durable.Rename(partial, to)
	}
	if err != nil {
		return fail(errors.Join(err, discard(partial)))
	}
	return c, nil
}

// copyTo writes the whole content of the file to another file, which is empty.
func (j *Journal) copyTo(ctx context.Context, to string) error {
	c, err := j.read.Conn(ctx)
	if err != nil {
		return err
	}
	_, err = c.ExecContext(ctx, "PRAGMA query_only(0)") // else SQLite refuses to write the copy, too
	if err == nil {
		_, err = c.ExecContext(ctx, "VACUUM INTO ?", to)
	}
	return errors.Join(err, c.Close())
}

// Restore checks a backup and copies it to the place of a journal's file. The daemon must not run. Restore does not
// overwrite a file.
func Restore(ctx context.Context, backup, to string) (Contents, error) {
	fail := func(err error) (Contents, error) { return Contents{}, fmt.Errorf("bus: restore: %w", err) }
	c, err := Verify(ctx, backup)
	if err != nil {
		return fail(err)
	}
	if _, err := os.Lstat(to + "-wal"); err == nil { // SQLite would apply it to the backup
		return fail(fmt.Errorf("%s-wal: %w; move it away", to, fs.ErrExist))
	}
	partial, err := begin(to)
	if err != nil {
		return fail(err)
	}
	if err = copyFile(backup, partial); err == nil {
		err = errors.Join(forgetLast(to), durable.Rename(partial, to))
	}
	if err != nil {
		return fail(errors.Join(err, discard(partial)))
	}
	return c, nil
}

// begin makes an empty file beside to, readable by its owner only. It replaces one that an earlier try left.
func begin(to string) (partial string, err error) {
	if _, err := os.Lstat(to); err == nil {
		return "", fmt.Errorf("%s: %w", to, fs.ErrExist)
	}
	partial = to + unfinished
	if err := discard(partial); err != nil {
		return "", err
	}
	f, err := os.OpenFile(partial, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", err
	}
	return partial, f.Close()
}

func discard(partial string) error {
	if err := os.Remove(partial); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

func copyFile(from, to string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
