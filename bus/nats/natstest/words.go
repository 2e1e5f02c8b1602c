package natstest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// beat is how often a server that starts is asked whether it has given up.
const beat = 100 * time.Millisecond

// words is a server's logger. It keeps why the server cannot run, and drops everything else: a server that is part of a
// program says that to its logger alone.
type words struct {
	mu   sync.Mutex
	last string
}

func (w *words) Fatalf(format string, v ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.last = fmt.Sprintf(format, v...)
}

func (w *words) Noticef(string, ...any) {}
func (w *words) Warnf(string, ...any)   {}
func (w *words) Errorf(string, ...any)  {}
func (w *words) Debugf(string, ...any)  {}
func (w *words) Tracef(string, ...any)  {}

func (w *words) why() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.last
}

// awaitReady waits until a server that was started serves, and ends the test if the server has said that it cannot.
func awaitReady(t testing.TB, s *server.Server) {
	t.Helper()
	said := partsOf(t, s).said
	for end := time.Now().Add(limit); !s.ReadyForConnections(beat); {
		if why := said.why(); why != "" {
			t.Fatalf("the server does not start: %s", why)
		}
		if time.Now().After(end) {
			t.Fatalf("the server has not started within %s, and does not say why", limit)
		}
	}
}
