package model

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"strings"
)

// streams reports whether the answer is a stream of events. Its content type is not trusted: it may be wrong both ways.
// A byte order mark and white space at the beginning are skipped.
func streams(h http.Header, in *bufio.Reader) bool {
	if start, _ := in.Peek(len(byteOrderMark)); bytes.Equal(start, byteOrderMark) {
		_, _ = in.Discard(len(byteOrderMark)) // those bytes were peeked at
	}
	for {
		b, err := in.Peek(1)
		if err != nil || !strings.ContainsRune(" \t\r\n", rune(b[0])) {
			break
		}
		_, _ = in.Discard(1) // that byte was peeked at
	}
	start, _ := in.Peek(len("retry:")) // what is there is enough
	for _, field := range []string{"data:", "event:", "id:", "retry:", ":"} {
		if bytes.HasPrefix(start, []byte(field)) {
			return true
		}
	}
	return len(start) == 0 && strings.HasPrefix(h.Get("Content-Type"), "text/event-stream")
}

// limited is a body that fails when it is too long, instead of ending early.
type limited struct {
	body io.Reader
	left int
}

// Read reads at most what is left.
func (l *limited) Read(p []byte) (int, error) {
	if l.left <= 0 {
		return 0, ErrTooLong
	}
	n, err := l.body.Read(p[:min(len(p), l.left)])
	l.left -= n
	return n, err
}
