package engine

import (
	"os"
	"sync"
	"time"

	"curfew/internal/config"
)

// Bounds of a look for the programs of jobs.
const (
	mostPrograms = 1_000       // programs are looked for, those that come first in the job file
	programTime  = time.Second // is the longest that a look is waited for: a folder of a server that is away may not answer
)

// MissingPrograms are programs that jobs of the file run, and that this process does not find now, at most most of them.
// It looks in the file system, so that a program which was installed meanwhile is there. If that takes long, it is what
// the look before has found.
func (r *Runtime) MissingPrograms(most int) []config.Program {
	programs := r.settings().programs
	missing := r.lookout.see(func() (missing []config.Program) {
		for _, p := range programs[:min(len(programs), mostPrograms)] {
			if p.Why(os.LookupEnv) != "" {
				missing = append(missing, p)
			}
		}
		return missing
	})
	return missing[:min(len(missing), most)]
}

// lookout looks for programs, once at a time.
type lookout struct {
	mu   sync.Mutex
	done chan struct{} // closed when the look that is under way has ended; nil: none is
	last []config.Program
}

// see looks, or waits for the look that is under way, and returns what the last one that has ended has found.
func (l *lookout) see(look func() []config.Program) []config.Program {
	l.mu.Lock()
	if l.done == nil {
		l.done = make(chan struct{})
		go l.run(look, l.done)
	}
	done := l.done
	l.mu.Unlock()
	enough := time.NewTimer(programTime)
	defer enough.Stop()
	select {
	case <-done:
	case <-enough.C:
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.last
}

func (l *lookout) run(look func() []config.Program, done chan<- struct{}) {
	found := look()
	l.mu.Lock()
	l.last, l.done = found, nil
	l.mu.Unlock()
	close(done)
}
