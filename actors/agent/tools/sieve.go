package tools

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"curfew/messages/text"
)

// Bounds of what a server writes on its standard output.
const (
	maxStray     = 1_000 // lines that are not messages
	maxToldStray = 5     // of them that are reported
	maxQuote     = 200   // bytes that are quoted of a line
)

// sieve is the standard output of a process without the lines that are not messages. Programs print banners and logs
// there although the protocol forbids it, and the library would end the conversation at the first such line.
type sieve struct {
	from  *mouth
	in    *bufio.Reader
	stray func(line string)   // called with the first of them, quoted
	quote func([]byte) string // without secrets
	rest  []byte              // of a message that was not read yet
	over  chan struct{}       // closed when there is nothing more to read

	mu     sync.Mutex
	closed bool
	strays int
	last   string // of them, quoted
	why    error  // why the output has ended; nil: it has not
}

func newSieve(from *mouth, redact func(string) string, stray func(line string)) *sieve {
	return &sieve{from: from, over: make(chan struct{}), in: bufio.NewReader(from), stray: stray, quote: func(line []byte) string { return quote(redact(string(line))) }}
}

// Read reads messages, each a line.
func (s *sieve) Read(p []byte) (int, error) {
	for len(s.rest) == 0 {
		line, err := s.line()
		var keep bool
		if len(line) > 0 {
			keep, err = s.judge(line, err)
		}
		if err != nil && !keep {
			return 0, s.end(err)
		}
		if keep {
			s.rest = append(mend(line), '\n')
		}
	}
	n := copy(p, s.rest)
	s.rest = s.rest[n:]
	return n, nil
}

// line is the next line without its end and the blanks around it; at the end of the output there may be one, too.
func (s *sieve) line() ([]byte, error) {
	var line []byte
	for {
		part, err := s.in.ReadSlice('\n')
		if line = append(line, part...); len(line) > maxMessage {
			return nil, fmt.Errorf("it wrote a line of more than %d bytes", maxMessage)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return bytes.TrimSpace(line), err
		}
	}
}

// judge reports whether a line is a message. A line that is meant to be one but is broken is an error, since a call may
// wait for that message.
func (s *sieve) judge(line []byte, ended error) (bool, error) {
	object := line[0] == '{'
	meant := (object || line[0] == '[') && bytes.Contains(line, []byte(`"jsonrpc"`))
	switch valid := meant && json.Valid(line); {
	case valid:
		return true, nil // at the end of the output the next line is empty
	case meant && object && ended == nil:
		return false, fmt.Errorf("it wrote a line that is not a message: %s", s.quote(line))
	case meant && object:
		return false, ended // it was cut off
	}
	if err := s.skip(line); err != nil {
		return false, err
	}
	return false, ended
}

// skip counts a line that is not a message. The error: there are too many.
func (s *sieve) skip(line []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.strays++
	switch {
	case s.closed:
		return nil
	case s.strays > maxStray:
		return fmt.Errorf("it wrote more than %d lines that are not messages", maxStray)
	}
	if s.last = s.quote(line); s.strays <= maxToldStray {
		s.stray(s.last)
	}
	return nil
}

// end keeps why the output has ended.
func (s *sieve) end(why error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.why != nil {
		return why
	}
	if s.why = why; s.closed {
		s.why = errHushed
	}
	close(s.over)
	return why
}

// errHushed is why an output ended after Close.
var errHushed = errors.New("nobody listens any more")

// wait waits until there is nothing more to read, or for that time.
func (s *sieve) wait(most time.Duration) {
	timeout := time.NewTimer(most)
	defer timeout.Stop()
	select {
	case <-s.over:
	case <-timeout.C:
	}
}

// ended says why the output has ended, and quotes the last line that was not a message. [io.EOF]: the process has
// closed it or has ended; nil: it has not ended, or it ended after Close.
func (s *sieve) ended() (stray string, why error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if errors.Is(s.why, errHushed) {
		return s.last, nil
	}
	return s.last, s.why
}

// Close ends every wait, and reports no more lines.
func (s *sieve) Close() error {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	return s.from.Close()
}

// quote is the beginning of a line, without control characters.
func quote(line string) string {
	line = strings.ToValidUTF8(line, "\uFFFD")
	if len(line) > maxQuote {
		return strconv.Quote(text.Head(line, maxQuote)) + " …"
	}
	return strconv.Quote(line)
}
