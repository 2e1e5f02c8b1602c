package api

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"go.uber.org/zap"

	"curfew/internal/contract"
)

// Limits of the server.
const (
	readHeaderTimeout = 5 * time.Second
	readTimeout       = 30 * time.Second
	writeTimeout      = requestTimeout + 10*time.Second
	idleTimeout       = 2 * time.Minute
	closeTimeout      = 5 * time.Second // for requests in flight when the daemon stops
	maxHeader         = 64 << 10        // bytes
	maxAnyBody        = 4 << 20         // bytes, also of faces that read longer bodies than the API
)

// Options are what a server serves, and where.
type Options struct {
	Socket  net.Listener // of the data folder
	TCP     *TCP         // nil: it does not listen on TCP
	Backend contract.Backend
	Log     *zap.Logger
	Faces   []Face // beside the API, on the same mux and behind the same door
	// Page answers a browser that is refused, or asks for what there is not. A stranger is one that did not come in; nil:
	// browsers get what programs get.
	Page func(w http.ResponseWriter, r *http.Request, status int, text string, stranger bool)
}

// A Face is a further handler, such as /metrics or /mcp.
type Face struct {
	Pattern string // as http.ServeMux has it
	Handler http.Handler
	// Judges says that the handler refuses by itself what a caller without [contract.MayWrite] must not do. Otherwise
	// such a caller may only send GET and HEAD.
	Judges bool
	// Public says that nobody has to show who they are: nothing of the runtime is in it. It needs Judges, too.
	Public bool
}

// Serve answers requests until ctx ends, then waits at most 5 s for requests in flight. It closes the listeners. After a
// stop by ctx the error is nil.
func Serve(ctx context.Context, o Options) error {
	h := newServer(o.Backend, o.Log)
	h.page, h.tcp = o.Page, o.TCP
	for _, f := range o.Faces {
		h.mount(f)
	}
	stop := sync.OnceFunc(func() { close(h.stopping) })
	failed := make(chan error, 2)
	var servers []*http.Server
	begin := func(srv *http.Server, l net.Listener) {
		servers = append(servers, srv)
		go func() { failed <- srv.Serve(l) }()
	}
	begin(h.server(stop, socketDoor(h), withPeer), o.Socket)
	if o.TCP != nil {
		guard := o.TCP.door
		guard.Judges, guard.Public, guard.Refuse = h.judges, h.public, h.refuse
		begin(h.server(stop, guard.Guard(h), nil), o.TCP)
	}
	var err error
	left := len(servers)
	select {
	case err = <-failed:
		left--
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTimeout)
	defer cancel()
	closed := shutdown(grace, servers)
	for range left {
		<-failed //nolint:errcheck // always http.ErrServerClosed: the servers were closed above
	}
	if err != nil {
		return fmt.Errorf("api: serve: %w", err)
	}
	if closed != nil {
		return fmt.Errorf("api: close: %w", closed)
	}
	return nil
}

// server is a server with its limits.
func (s *server) server(stop func(), h http.Handler, connected func(context.Context, net.Conn) context.Context) *http.Server {
	srv := &http.Server{
		Handler:           http.MaxBytesHandler(h, maxAnyBody),
		ReadHeaderTimeout: readHeaderTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeader,
		ErrorLog:          log.New(complaints{s.log}, "", 0),
		ConnContext:       connected,
	}
	srv.RegisterOnShutdown(stop)
	return srv
}

// complaints takes what the server says of its connections. Whoever reaches the port can make it complain of handshakes
// as often as they like, so that is for debugging only.
type complaints struct{ log *zap.Logger }

func (c complaints) Write(line []byte) (int, error) {
	text := strings.TrimSpace(string(line))
	if strings.Contains(text, "TLS handshake error") {
		c.log.Debug("api: " + text)
	} else {
		c.log.Warn("api: " + text)
	}
	return len(line), nil
}

// shutdown closes the servers, all at once: none has the grace of another.
func shutdown(grace context.Context, servers []*http.Server) error {
	all := make([]error, len(servers))
	var wg sync.WaitGroup
	for i, srv := range servers {
		wg.Go(func() {
			if all[i] = srv.Shutdown(grace); all[i] != nil {
				all[i] = errors.Join(all[i], srv.Close())
			}
		})
	}
	wg.Wait()
	return errors.Join(all...)
}
