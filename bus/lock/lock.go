// Package lock makes sure that only one process writes to a data folder. It is not a lock between goroutines.
package lock

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"curfew/bus/sleep"
)

const (
	// Patience is how long [Acquire] waits for the lock: a daemon may be just stopping.
	Patience = time.Second
	retry    = 50 * time.Millisecond
)

// file is the name of the lock file in a data folder.
const file = "daemon.lock"

// Lock is a data folder that is locked by this process. The lock ends with the process, also after a crash.
type Lock struct {
	data   string
	folder *os.File    // nil where the file system cannot lock a folder
	file   *os.File    // the lock of older builds, and the file with the pid for people
	was    fs.FileInfo // of the folder when it was locked
}

// Acquire locks a data folder, which must exist. If another process still holds the lock after [Patience], the error is
// a [*Held].
//
// It locks the folder, since a file in it can be removed while it is locked, and also the file, for older builds.
func Acquire(ctx context.Context, data string) (*Lock, error) {
	patience, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	l := &Lock{data: data}
	if err := l.takeFolder(patience); err != nil {
		return nil, l.refused(ctx, err)
	}
	if err := l.takeFile(patience); err != nil {
		return nil, l.refused(ctx, err)
	}
	var err error
	if l.was, err = os.Stat(data); err != nil {
		return nil, l.refused(ctx, err)
	}
	return l, nil
}

// refused releases what was locked, and says why the rest could not be.
func (l *Lock) refused(ctx context.Context, err error) error {
	switch {
	case ctx.Err() != nil:
		err = fmt.Errorf("lock: %w", ctx.Err())
	case errors.Is(err, context.DeadlineExceeded):
		err = &Held{Data: l.data, PID: holder(l.data)}
	default:
		err = fmt.Errorf("lock: lock the data folder %s: %w", l.data, err)
	}
	return errors.Join(err, l.Release())
}

// takeFolder locks the folder itself. Some network file systems lock only files that are open for writing, which a
// folder cannot be. There only the file is locked.
func (l *Lock) takeFolder(ctx context.Context) error {
	folder, err := os.Open(l.data)
	if err != nil {
		return err
	}
	l.folder = folder
	err = take(ctx, folder)
	if isNoLock(err) {
		l.folder = nil
		return folder.Close()
	}
	return err
}

// takeFile locks the lock file and writes the pid into it, for people. A link in its place is refused, so that an
// attacker cannot make the daemon write to another file.
func (l *Lock) takeFile(ctx context.Context) error {
	path := filepath.Join(l.data, file)
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|noFollow, 0o600)
	if isLink(err) {
		return fmt.Errorf("%s is a link; remove it", path)
	}
	if err != nil {
		return err
	}
	l.file = f
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() || linked(info) {
		return fmt.Errorf("%s is a link or not a regular file; remove it", path)
	}
	if err := take(ctx, f); err != nil {
		return err
	}
	pid := strconv.Itoa(os.Getpid()) + "\n"
	_, err = f.WriteAt([]byte(pid), 0)
	return errors.Join(err, f.Truncate(int64(len(pid))))
}

// take locks an open file. The lock ends when the file is closed.
func take(ctx context.Context, f *os.File) error {
	for {
		if err := tryLock(f, true); !isBusy(err) {
			return err
		}
		if err := sleep.For(ctx, retry); err != nil {
			return err
		}
	}
}

// Lost says why the folder is not at its path any more; nil: it is.
func (l *Lock) Lost() error {
	now, err := os.Stat(l.data)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("the data folder %s is gone", l.data)
	case err != nil:
		return fmt.Errorf("the data folder cannot be accessed: %w", err)
	case !os.SameFile(l.was, now):
		return fmt.Errorf("the data folder %s was replaced by another", l.data)
	}
	return nil
}

// Release unlocks the folder. The file stays, since removing it could remove the lock of another process.
func (l *Lock) Release() error {
	var errs []error
	for _, f := range []**os.File{&l.file, &l.folder} {
		if *f != nil {
			errs = append(errs, (*f).Close())
			*f = nil
		}
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("lock: release: %w", err)
	}
	return nil
}
