// Package threads keeps the threads of jobs that go on with one conversation: a file for each job, for this user only,
// bounded, and replaced as a whole.
package threads

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"curfew/actors"
	"curfew/bus/durable"
	"curfew/messages/text"
)

const (
	ending = ".json"
	// maxFile is more than any thread has, in bytes: JSON may write one byte as six.
	maxFile = 6*actors.MaxThread + 64<<10
)

// Store is a folder of threads. A job's name is the name of its file: the job file allows no other names, and they are
// refused here.
type Store struct {
	dir string
	mu  sync.Mutex
}

// Open makes the folder, for this user only, if it does not exist, and removes the threads of all other jobs.
func Open(dir string, jobs []string) (*Store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("threads: make the folder: %w", err)
	}
	keep := map[string]bool{}
	for _, j := range jobs {
		keep[j+ending] = true
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("threads: read the folder: %w", err)
	}
	for _, f := range files {
		if keep[f.Name()] || f.IsDir() {
			continue
		}
		if err := os.Remove(filepath.Join(dir, f.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("threads: remove the thread of a removed job: %w", err)
		}
	}
	return &Store{dir: dir}, nil
}

// Turns returns the turns of a job's thread, oldest first; none if it has none yet. The error names the file that
// cannot be read: to remove it begins a new thread.
func (s *Store) Turns(job string) ([]actors.Turn, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.read(job)
}

// Add adds a turn, and drops the oldest ones that are too many.
func (s *Store) Add(job string, t actors.Turn) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	turns, err := s.read(job)
	if err != nil {
		return err
	}
	t.Asked, t.Answered = text.Head(t.Asked, actors.MaxTurnText), text.Head(t.Answered, actors.MaxTurnText)
	raw, err := json.Marshal(newest(append(turns, t)))
	if err != nil {
		return fmt.Errorf("threads: %w", err)
	}
	if err := durable.Replace(filepath.Join(s.dir, job+ending), raw); err != nil {
		return fmt.Errorf("threads: %w", err)
	}
	return nil
}

func (s *Store) read(job string) (turns []actors.Turn, err error) {
	if job == "" || job != filepath.Base(job) || strings.HasPrefix(job, ".") {
		return nil, fmt.Errorf("threads: %.80q is not a valid file name", job)
	}
	f, err := os.Open(filepath.Join(s.dir, job+ending))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("threads: %w", err)
	}
	defer f.Close()
	if err := json.NewDecoder(io.LimitReader(f, maxFile)).Decode(&turns); err != nil {
		return nil, fmt.Errorf("threads: %s cannot be read (%w); remove it to begin a new thread", f.Name(), err)
	}
	return newest(turns), nil
}

// newest returns the newest turns within the bounds.
func newest(turns []actors.Turn) []actors.Turn {
	from, size := len(turns), 0
	for from > 0 && len(turns)-from < actors.MaxTurns {
		size += len(turns[from-1].Asked) + len(turns[from-1].Answered)
		if size > actors.MaxThread {
			break
		}
		from--
	}
	return turns[from:]
}
