package host

import (
	"bytes"
	"io"
	"sync"
)

// maxLine is how long a line may be, in bytes, to be shown while the attempt runs if secrets are taken out of it.
const maxLine = 64 << 10

const longLine = "[a line of more than 64 KiB]\n"

// lines passes on whole lines only, with the secrets taken out: a part of one would not be recognised.
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
		line, more, whole := bytes.Cut(rest, []byte("\n"))
		rest = more
		if l.long = l.long || len(l.held)+len(line) > maxLine; l.long {
			l.held = l.held[:0]
		} else {
			l.held = append(l.held, line...)
		}
		if whole {
			l.end("\n")
		}
	}
	return len(p), nil
}

// flush passes on what has no line end. Nothing is to follow.
func (l *lines) flush() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.held) > 0 || l.long {
		l.end("")
	}
}

func (l *lines) end(with string) {
	text := l.redact(string(l.held)) + with
	if l.long {
		text = longLine
	}
	l.held, l.long = l.held[:0], false
	_, _ = io.WriteString(l.to, text) // a Live, which never fails
}
