package api_test

import (
	"context"
	"io"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"

	"curfew/internal/api"
)

// pipes is a listener whose connections are in memory, so that their deadlines are those of the bubble.
type pipes struct {
	conns chan net.Conn
	close func()
	done  chan struct{}
}

func newPipes() *pipes {
	p := &pipes{conns: make(chan net.Conn), done: make(chan struct{})}
	p.close = sync.OnceFunc(func() { close(p.done) })
	return p
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}
func (p *pipes) Close() error   { p.close(); return nil }
func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe", Net: "unix"} }

// TestSlowSenders: whoever does not come to the end of a request is sent away: of its header after 5 s, of its body
// after 30 s, of the next request after 2 min.
func TestSlowSenders(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, ctx := newPipes(), t.Context()
		ctx, stop := context.WithCancel(ctx)
		done := make(chan error, 1)
		go func() { done <- api.Serve(ctx, api.Options{Socket: p, Backend: &fake{}, Log: zap.NewNop()}) }()
		for _, tt := range []struct {
			sent string
			want time.Duration
		}{
			{"", 5 * time.Second},
			{"GET /healthz HTTP/1.1\r\nHost: c\r\nX: y", 5 * time.Second},
			{"POST /v1/jobs/brief/run HTTP/1.1\r\nHost: c\r\nContent-Length: 9\r\nContent-Type: application/json\r\n\r\n{", 30 * time.Second},
			{"GET /healthz HTTP/1.1\r\nHost: c\r\n\r\n", 2 * time.Minute},
		} {
			mine, theirs := net.Pipe()
			p.conns <- theirs
			began := time.Now()
			go func() { _, _ = io.WriteString(mine, tt.sent) }()
			answer, _ := io.ReadAll(mine)
			if took := time.Since(began); took < tt.want || took > tt.want+2*time.Second {
				t.Errorf("%q: closed after %s with %q; want %s", tt.sent, took, answer, tt.want)
			}
			_ = mine.Close()
		}
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}
