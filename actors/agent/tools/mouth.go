package tools

import (
	"fmt"
	"io"
	"sync"
)

// mouth is the standard output of a process. It closes at its end, at its bound, and by Close.
type mouth struct {
	from io.Reader
	left int // bytes
	once sync.Once
	shut chan struct{}
}

var errTalkative = fmt.Errorf("it has said more than %d bytes", maxTraffic)

// Read reads what the process says.
func (m *mouth) Read(p []byte) (int, error) {
	if m.left <= 0 {
		_ = m.Close()
		return 0, errTalkative
	}
	n, err := m.from.Read(p[:min(len(p), m.left)])
	if m.left -= n; err != nil {
		_ = m.Close()
	}
	return n, err
}

// Close ends the wait for the end of the output.
func (m *mouth) Close() error {
	m.once.Do(func() { close(m.shut) })
	return nil
}
