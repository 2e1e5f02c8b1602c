package host

import (
	"bytes"
	"io"
	"sync"
)

// maxLine is how long a line may be, in bytes, to be shown while the attempt runs if secrets are taken out of it.
const maxLine = 64 << 10

const longLine = "[a line of more than 64 KiB]\n"

// lines passes on whole lines only, with the secrets taken out: a part of one would not be recognised. A carriage
// return ends a line, too, so that whoever follows sees how far a program is.
type lines struct {
	to     io.Writer
	redact func(string) string

	mu   sync.Mutex
	held []byte // of a line that has not ended
	long bool   // it is too long, and is left out
}

// Write takes in a part of the text. It never fails.
func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for rest := p; len(rest) > 0; {
		line, end := rest, bytes.IndexAny(rest, "\n\r")
		if rest = nil; end >= 0 {
			line, rest = line[:end], line[end+1:]
		}
		if l.long = l.long || len(l.held)+len(line) > maxLine; l.long {
			l.held = l.held[:0]
		} else {
			l.held = append(l.held, line...)
		}
		if end >= 0 {
			l.end(p[len(p)-len(rest)-1:][:1])
		}
	}
	return len(p), nil
}

// flush passes on what has no line end. Nothing is to follow.
func (l *lines) flush() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.held) > 0 || l.long {
		l.end(nil)
	}
}

// end passes on the line, with what ended it.
func (l *lines) end(with []byte) {
	text := l.redact(string(l.held)) + string(with)
	if l.long {
		text = longLine
	}
	l.held, l.long = l.held[:0], false
	_, _ = io.WriteString(l.to, text) // a Live, which never fails
}
