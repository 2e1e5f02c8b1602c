package conn

import (
	"path/filepath"
	"sync"
	"sync/atomic"
)

// A turn is the right to write to a file, among the writers of this process. SQLite alone does not queue them: who finds
// the file locked sleeps, for up to 0.1 s at a time, and finds it locked again by a writer that goes on and on.
type turn struct {
	taken   chan struct{} // holds one element while somebody has the turn; who waits gets it in order
	waiting atomic.Int32
	path    string
	writers int // that are open
}

// turns are those of the files that are open for writing, by their absolute paths.
var (
	turnsMu sync.Mutex
	turns   = map[string]*turn{}
)

// turnOf is the turn of a file, for one more writer.
func turnOf(path string) *turn {
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	turnsMu.Lock()
	defer turnsMu.Unlock()
	t := turns[path]
	if t == nil {
		t = &turn{taken: make(chan struct{}, 1), path: path}
		turns[path] = t
	}
	t.writers++
	return t
}

// leave is called by a writer that closes.
func (t *turn) leave() {
	turnsMu.Lock()
	defer turnsMu.Unlock()
	if t.writers--; t.writers == 0 {
		delete(turns, t.path)
	}
}

func (t *turn) take() {
	select {
	case t.taken <- struct{}{}:
		return
	default:
	}
	t.waiting.Add(1)
	t.taken <- struct{}{}
	t.waiting.Add(-1)
}

func (t *turn) pass() { <-t.taken }
