// Package lock keeps a data folder to one daemon. It is not a lock between goroutines.
package lock

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

const (
	// Patience is how long [Acquire] waits for a daemon that is just stopping.
	Patience = time.Second
	retry    = 50 * time.Millisecond
)

// Held says that another daemon has the data folder.
type Held struct {
	Data string
	PID  int // of the holder; 0: not known
}

var _ error = (*Held)(nil)

// Error names the holder.
func (e *Held) Error() string {
	who := "another daemon"
	if e.PID != 0 {
		who = "the daemon with pid " + strconv.Itoa(e.PID)
	}
	return fmt.Sprintf("lock: %s has the data folder %s; stop it, or choose another --data", who, e.Data)
}

// Lock is a data folder that belongs to this process. It ends with the process, however that ends.
type Lock struct{ file *flock.Flock }

// Acquire makes the data folder if need be and takes it. If another daemon still has it after
// [Patience], the error is a [*Held].
func Acquire(ctx context.Context, data string) (*Lock, error) {
	if err := os.MkdirAll(data, 0o700); err != nil {
		return nil, fmt.Errorf("lock: make the data folder: %w", err)
	}
	path := filepath.Join(data, "daemon.lock")
	file := flock.New(path, flock.SetPermissions(0o600))
	patience, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	taken, err := file.TryLockContext(patience, retry)
	switch {
	case taken:
	case ctx.Err() != nil:
		return nil, fmt.Errorf("lock: %w", errors.Join(ctx.Err(), file.Close()))
	case errors.Is(err, context.DeadlineExceeded):
		return nil, errors.Join(&Held{Data: data, PID: holder(path)}, file.Close())
	default:
		return nil, fmt.Errorf("lock: take %s: %w", path, errors.Join(err, file.Close()))
	}
	// The pid in it is for people: the lock itself is the system's.
	if err := os.WriteFile(path, []byte(strconv.Itoa(os.Getpid())+"\n"), 0o600); err != nil {
		return nil, fmt.Errorf("lock: write the pid: %w", errors.Join(err, file.Close()))
	}
	return &Lock{file: file}, nil
}

// Release gives the folder back. The file stays: removing it could take another daemon's lock away.
func (l *Lock) Release() error {
	if err := l.file.Close(); err != nil {
		return fmt.Errorf("lock: release: %w", err)
	}
	return nil
}

// holder reads the pid in the lock file; 0 if there is none.
func holder(path string) int {
	raw, err := os.ReadFile(path)
	if err != nil {
		return 0
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(raw)))
	if err != nil {
		return 0
	}
	return pid
}
