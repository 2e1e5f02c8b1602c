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

	"curfew/messages"
)

const (
	// maxMessage bounds one message of a server, in bytes.
	maxMessage = 8 << 20
	// maxTraffic bounds all that a server says in an attempt, in bytes.
	maxTraffic = 64 << 20
)

// connection is the conversation with one server.
type connection struct {
	session *mcp.ClientSession
	process *process // nil: the server is remote
	remote  *carrier // nil: the server is a process
}

// handshake is the newest version of the protocol that begins with a handshake (initialize). It comes first: a newer one
// begins with another request, at which many older servers end or say nothing.
const handshake = "2025-11-25"

// connect opens the conversation with a server. One that refuses the handshake is asked as by newer versions.
func connect(ctx context.Context, c Config, s Server) (*connection, error) {
	starting, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	conn, err := open(ctx, starting, c, s, handshake)
	if err == nil || conn == nil || !conn.newer(err) {
		return conn, err
	}
	conn.close()
	return open(ctx, starting, c, s, "")
}

// newer reports whether the server has answered that it knows no handshake, or not this one.
func (c *connection) newer(err error) bool {
	if c.remote != nil && (c.remote.unauthorized() || c.remote.status.Load() == http.StatusTooManyRequests) {
		return false // it did not look at what was asked; asked again at once it would say the same
	}
	_, answered := c.answered(err)
	return answered
}

// open makes a connection by a version of the protocol; empty: the newest. It ends with ctx, and fails when starting ends.
func open(ctx, starting context.Context, c Config, s Server, version string) (*connection, error) {
	conn := &connection{}
	var transport mcp.Transport
	if len(s.Command) > 0 {
		var err error
		if conn.process, err = start(ctx, c, s); err != nil {
			return nil, err
		}
		transport = &mcp.IOTransport{Reader: conn.process.out, Writer: conn.process.in, MaxLineLength: maxMessage}
	} else {
		conn.remote = newCarrier(c.HTTP, s)
		transport = &mcp.StreamableClientTransport{
			Endpoint: s.URL, HTTPClient: conn.remote.client(c.HTTP), MaxRetries: -1, DisableStandaloneSSE: true, MaxEventSize: maxMessage,
		}
	}
	client := mcp.NewClient(&mcp.Implementation{Name: "curfew", Version: "1"}, &mcp.ClientOptions{Capabilities: &mcp.ClientCapabilities{}})
	var err error
	if conn.session, err = client.Connect(starting, transport, &mcp.ClientSessionOptions{ProtocolVersion: version}); err != nil {
		return conn, fmt.Errorf("connect: %w", conn.explain(inTime(ctx, starting, connectTimeout, err)))
	}
	return conn, nil
}

// errNoAnswer means that the server did not answer in time.
var errNoAnswer = errors.New("no answer")

// inTime is the error, or errNoAnswer if our own time limit caused it: until has ended, but ctx has not.
func inTime(ctx, until context.Context, bound time.Duration, err error) error {
	if until.Err() != nil && ctx.Err() == nil {
		return fmt.Errorf("%w within %s", errNoAnswer, messages.Duration(bound).Short())
	}
	return err
}

// explain replaces an error of the library, which only knows that the conversation has ended, by its cause. If the
// server has never answered, or does not answer now, a stray line is quoted: it may explain why, or be the awaited
// message.
func (c *connection) explain(err error) error {
	if c.process == nil {
		return c.remote.explain(err)
	}
	stray, why := c.process.out.ended()
	switch {
	case errors.Is(why, io.EOF), why == nil && c.process.in.deaf.Load():
		err = c.process.hungUp()
	case why != nil:
		return why
	case !errors.Is(err, errNoAnswer):
		return err
	}
	if silent := c.session == nil || errors.Is(err, errNoAnswer); silent && stray != "" && !errors.Is(err, ErrConfig) {
		return fmt.Errorf("it wrote a line that is not a message: %s; %w", stray, err)
	}
	return err
}

// sent counts what was sent to the server so far.
func (c *connection) sent() int64 {
	if c.process != nil {
		return c.process.in.sent.Load()
	}
	return c.remote.sent.Load()
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
