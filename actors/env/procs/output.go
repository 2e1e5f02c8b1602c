//go:build unix

package procs

import (
	"io"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"curfew/actors"
	"curfew/actors/env/secrets"
)

// cutMark is in the place of older output that was dropped.
const cutMark = "[… older output was dropped]\n"

const readSize = 16 << 10 // bytes a read

// capture takes in the output of a process. Secrets are redacted before anything is cut: half of one would not be
// found. A value that is kept apart is left as it is; it may be a token that the program was run for.
type capture struct {
	mu     sync.Mutex
	both   tail
	stderr tail
	stdout *tail // nil: not kept alone
	value  bool  // stdout is a value, and kept as it is

	shown, complaints, answer *secrets.Writer // to the output and all who watch it, to stderr, to stdout
}

func newCapture(limit int, cmd actors.Command, hide *secrets.Set, live io.Writer) *capture {
	c := &capture{both: tail{limit: limit}, stderr: tail{limit: maxStderr}, value: cmd.Apart}
	switch {
	case cmd.Apart:
		c.stdout = &tail{limit: limit}
		live = nil // the value may be a secret
	case cmd.Split:
		c.stdout = &tail{limit: actors.MaxSplit}
		c.answer = &secrets.Writer{Set: hide, To: each(c.stdout, cmd.WatchStdout)}
	}
	c.shown, c.complaints = &secrets.Writer{Set: hide, To: each(&c.both, live, cmd.Watch)}, &secrets.Writer{Set: hide, To: &c.stderr}
	return c
}

// each writes to all of them that are there.
func each(all ...io.Writer) io.Writer {
	return io.MultiWriter(slices.DeleteFunc(all, func(w io.Writer) bool { return w == nil })...)
}

// add takes in a part of the output. Live output can neither fail nor block.
func (c *capture) add(p []byte, stderr bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, _ = c.shown.Write(p)
	switch {
	case stderr:
		_, _ = c.complaints.Write(p)
	case c.value:
		_, _ = c.stdout.Write(p)
	case c.answer != nil:
		_, _ = c.answer.Write(p)
	}
}

func (c *capture) result() actors.Result {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, _ = c.shown.Flush(), c.complaints.Flush()
	if c.answer != nil {
		_ = c.answer.Flush()
	}
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

// Write takes in a part of the stream. It never fails.
func (t *tail) Write(p []byte) (int, error) {
	t.kept = append(t.kept, p...)
	if len(t.kept) > 2*t.limit { // so a byte is moved once, not at every write
		t.cut = true
		t.kept = append(t.kept[:0], t.kept[len(t.kept)-t.limit:]...)
	}
	return len(p), nil
}

// text is the kept output, as valid UTF-8 of at most the limit, after a mark if older output was dropped.
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
