//go:build unix

package procs

import (
	"io"
	"strings"
	"sync"
	"unicode/utf8"

	"curfew/actors"
)

// cutMark stands where older output was dropped.
const cutMark = "[… older output was dropped]\n"

const readSize = 16 << 10 // bytes a read

// capture takes in what a process writes.
type capture struct {
	mu     sync.Mutex
	both   tail
	stderr tail
	stdout *tail     // nil: not kept apart
	live   io.Writer // nil: nobody looks
}

func newCapture(limit int, apart bool, live io.Writer) *capture {
	c := &capture{both: tail{limit: limit}, stderr: tail{limit: maxStderr}, live: live}
	if apart {
		c.stdout = &tail{limit: limit}
	}
	return c
}

// add takes in a part of what a process writes.
func (c *capture) add(p []byte, stderr bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.both.add(p)
	if stderr {
		c.stderr.add(p)
	} else if c.stdout != nil {
		c.stdout.add(p)
	}
	if c.live != nil {
		_, _ = c.live.Write(p) // it is a copy
	}
}

func (c *capture) result() actors.Result {
	c.mu.Lock()
	defer c.mu.Unlock()
	output, cut := c.both.text()
	stderr, _ := c.stderr.text()
	r := actors.Result{Output: output, Cut: cut, Stderr: stderr}
	if c.stdout != nil {
		r.Stdout, _ = c.stdout.text()
	}
	return r
}

// tail keeps the newest part of a stream.
type tail struct {
	limit int // bytes
	kept  []byte
	cut   bool
}

func (t *tail) add(p []byte) {
	t.kept = append(t.kept, p...)
	if len(t.kept) > 2*t.limit { // so a byte is moved once, not at every write
		t.cut = true
		t.kept = append(t.kept[:0], t.kept[len(t.kept)-t.limit:]...)
	}
}

// text is what was kept, as valid UTF-8 of at most the limit, behind a mark if anything older was dropped.
func (t *tail) text() (s string, cut bool) {
	s = strings.ToValidUTF8(string(t.kept), string(utf8.RuneError))
	if !t.cut && len(s) <= t.limit {
		return s, false
	}
	from := max(0, len(s)-max(0, t.limit-len(cutMark)))
	for from < len(s) && !utf8.RuneStart(s[from]) {
		from++
	}
	if t.limit < len(cutMark) {
		return s[from:], true
	}
	return cutMark + s[from:], true
}
