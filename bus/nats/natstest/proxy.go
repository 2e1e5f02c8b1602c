package natstest

import (
	"io"
	"net"
	"strings"
	"sync"
	"testing"
)

// A Proxy stands between a client and a server, and loses answers.
type Proxy struct {
	URL string // for the client

	mu    sync.Mutex
	mute  bool
	pairs []pair
}

type pair struct{ client, server net.Conn }

// NewProxy starts a proxy before the server of that URL.
func NewProxy(t testing.TB, url string) *Proxy {
	t.Helper()
	var c net.ListenConfig
	l, err := c.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &Proxy{URL: "nats://" + l.Addr().String()}
	to := strings.TrimPrefix(url, "nats://")
	var all sync.WaitGroup
	all.Go(func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			var d net.Dialer
			out, err := d.DialContext(t.Context(), "tcp", to)
			if err != nil {
				_ = in.Close()
				continue
			}
			p.mu.Lock()
			p.pairs = append(p.pairs, pair{in, out})
			p.mu.Unlock()
			all.Go(func() { _, _ = io.Copy(out, in); _ = out.Close() })
			all.Go(func() { p.answers(in, out); _ = in.Close() })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		p.Cut()
		all.Wait()
	})
	return p
}

// answers passes on what the server says, unless the proxy is mute.
func (p *Proxy) answers(in io.Writer, out io.Reader) {
	buf := make([]byte, 32<<10)
	for {
		n, err := out.Read(buf)
		if err != nil {
			return
		}
		p.mu.Lock()
		mute := p.mute
		p.mu.Unlock()
		if mute {
			continue
		}
		if _, err := in.Write(buf[:n]); err != nil {
			return
		}
	}
}

// Mute keeps the server's answers from the client from now on. What the client says still arrives.
func (p *Proxy) Mute() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mute = true
}

// Cut ends all connections. New ones work.
func (p *Proxy) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.pairs {
		_, _ = c.client.Close(), c.server.Close()
	}
	p.pairs, p.mute = nil, false
}
