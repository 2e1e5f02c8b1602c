package tools

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"curfew/actors"
	"curfew/actors/procs"
)

const (
	// partingTime is how long a server may take to end by itself when nobody talks to it any more.
	partingTime = 2 * time.Second
	// maxMessage bounds one message of a server, in bytes.
	maxMessage = 8 << 20
	// maxTraffic bounds all that a server says in an attempt, in bytes.
	maxTraffic = 64 << 20
)

// connection is a server that is talked to.
type connection struct {
	session *mcp.ClientSession
	process *process // nil: it is somewhere else
}

func connect(ctx context.Context, c Config, s Server) (*connection, error) {
	starting, cancel := context.WithTimeout(ctx, ConnectTimeout)
	defer cancel()
	conn := &connection{}
	var transport mcp.Transport
	if len(s.Command) > 0 {
		var err error
		if conn.process, err = start(ctx, c, s.Command); err != nil {
			return nil, err
		}
		transport = &mcp.IOTransport{Reader: conn.process.out, Writer: conn.process.in, MaxLineLength: maxMessage}
	} else {
		transport = &mcp.StreamableClientTransport{
			Endpoint: s.URL, HTTPClient: remote(c.HTTP, s.Token), MaxRetries: -1, DisableStandaloneSSE: true, MaxEventSize: maxMessage,
		}
	}
	client := mcp.NewClient(&mcp.Implementation{Name: "curfew", Version: "1"}, &mcp.ClientOptions{Capabilities: &mcp.ClientCapabilities{}})
	var err error
	if conn.session, err = client.Connect(starting, transport, nil); err != nil {
		err = fmt.Errorf("connect: %w", conn.explain(err))
		if starting.Err() != nil && ctx.Err() == nil {
			err = fmt.Errorf("connect: no answer within %s", ConnectTimeout)
		}
		return conn, err
	}
	return conn, nil
}

// explain says what a process has had to say when it did not talk.
func (c *connection) explain(err error) error {
	if c.process == nil {
		return err
	}
	ended, result, failed := c.process.ended(partingTime)
	switch {
	case !ended:
		return err
	case procs.Hopeless(failed):
		return fmt.Errorf("%w: %w", ErrConfig, failed)
	case failed != nil:
		return failed
	}
	return fmt.Errorf("its process has ended: %w", procs.Exited(result))
}

// close ends the conversation, and the process.
func (c *connection) close() {
	var parting sync.WaitGroup
	if c.session != nil {
		parting.Go(func() { _ = c.session.Close() }) // what it says is of no use any more
	}
	if c.process != nil {
		c.process.close()
	}
	parting.Wait()
}

// process is a server's process. It cannot outlive the attempt: it ends with ctx.
type process struct {
	in   io.WriteCloser
	out  *mouth
	stop context.CancelFunc

	done   chan struct{} // closed when it is gone
	result actors.Result // how it ended; to be read after done
	err    error
}

// start runs a command and returns when it can be talked to.
func start(ctx context.Context, c Config, command []string) (*process, error) {
	ctx, stop := context.WithCancel(ctx)
	p := &process{stop: stop, done: make(chan struct{})}
	talking := make(chan struct{})
	cmd := c.Process
	cmd.Path, cmd.Args = command[0], command[1:]
	cmd.Talk = func(stdin io.WriteCloser, stdout io.Reader) {
		p.in, p.out = stdin, &mouth{from: stdout, left: maxTraffic, shut: make(chan struct{})}
		close(talking)
		<-p.out.shut
	}
	go func() {
		defer close(p.done)
		p.result, p.err = c.Exec.Run(ctx, cmd)
	}()
	select {
	case <-talking:
		return p, nil
	case <-p.done:
		stop()
		err := p.err
		if procs.Hopeless(err) {
			err = fmt.Errorf("%w: %w", ErrConfig, err)
		}
		return nil, err
	}
}

// ended reports whether the process ends within that time, and how it did.
func (p *process) ended(within time.Duration) (bool, actors.Result, error) {
	timeout := time.NewTimer(within)
	defer timeout.Stop()
	select {
	case <-p.done:
		return true, p.result, p.err
	case <-timeout.C:
		return false, actors.Result{}, nil
	}
}

// close ends its standard input, which is the order to stop; whoever does not obey is ended.
func (p *process) close() {
	_ = p.in.Close()
	_ = p.out.Close()              // nobody listens any more
	_, _, _ = p.ended(partingTime) // it may not
	p.stop()
	<-p.done
}

// mouth is a process's standard output. It shuts at the end, at its bound, and when nobody listens.
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

// Close lets nobody wait any longer.
func (m *mouth) Close() error {
	m.once.Do(func() { close(m.shut) })
	return nil
}

// remote is a client for a server somewhere else, with the bearer if there is one. Answers have an end.
func remote(base *http.Client, token string) *http.Client {
	client, transport := *base, base.Transport
	if transport == nil {
		transport = http.DefaultTransport
	}
	client.Transport = &carrier{send: transport.RoundTrip, sign: func(h http.Header) {
		if token != "" {
			h.Set("Authorization", "Bearer "+token)
		}
	}}
	return &client
}

// carrier has functions only, which no way of printing looks into.
type carrier struct {
	send func(*http.Request) (*http.Response, error)
	sign func(http.Header)
}

// RoundTrip sends the request.
func (c *carrier) RoundTrip(req *http.Request) (*http.Response, error) {
	signed := req.Clone(req.Context())
	c.sign(signed.Header)
	resp, err := c.send(signed)
	if err != nil {
		return nil, err
	}
	resp.Request = req // not the one that carries the token
	resp.Body = &bounded{ReadCloser: resp.Body, left: maxMessage}
	return resp, nil
}

// bounded is a body that fails when it is too long.
type bounded struct {
	io.ReadCloser
	left int
}

var errLong = errors.New("the answer is too long")

// Read reads at most what is left.
func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errLong
	}
	n, err := b.ReadCloser.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}
