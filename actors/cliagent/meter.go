package cliagent

import (
	"strings"
	"sync"

	"curfew/actors"
	"curfew/messages"
)

// A meter finds out what the model calls of a process cost, by what it prints on standard output. What is on standard
// error is never that: a log line there may look alike, or stand in the middle of one that counts.
type meter struct {
	usage *Usage // nil: nobody knows where the CLI says it

	mu   sync.Mutex
	line []byte // of per_call: the line that has not ended
	long bool   // it is longer than [actors.MaxSplit], and left out
	sum  messages.Usage
}

// metering is the meter of a process that is called as the block says.
func (s Spec) metering() *meter {
	if s.Usage == nil || !s.flags().match(s.Usage.Flags) {
		return &meter{}
	}
	return &meter{usage: s.Usage}
}

// Write takes in what the process prints on standard output. It never fails.
func (m *meter) Write(p []byte) (int, error) {
	if m.usage == nil || !m.usage.PerCall {
		return len(p), nil
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for part := range strings.Lines(string(p)) {
		if m.long = m.long || len(m.line)+len(part) > actors.MaxSplit; !m.long {
			m.line = append(m.line, part...)
		}
		if strings.HasSuffix(part, "\n") {
			m.add()
		}
	}
	return len(p), nil
}

// add takes in the line that has ended. It is called with the lock.
func (m *meter) add() {
	if o, ok := object(strings.TrimSpace(string(m.line))); ok && !m.long {
		if one, ok := m.usage.in(o); ok {
			m.sum = m.sum.Plus(one)
		}
	}
	m.line, m.long = m.line[:0], false
}

// total is what the calls have cost, when the process has ended and has printed that on standard output.
func (m *meter) total(stdout string) messages.Usage {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case m.usage == nil:
		return messages.Usage{}
	case m.usage.PerCall:
		m.add()
		return m.sum
	}
	o, ok := lastObject(stdout, false)
	if !ok {
		return messages.Usage{}
	}
	all, _ := m.usage.in(o)
	return all
}
