package api

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"go.uber.org/zap"

	"curfew/internal/contract"
)

// Time limits of the server.
const (
	readHeaderTimeout = 5 * time.Second
	readTimeout       = 30 * time.Second
	writeTimeout      = RequestTimeout + 10*time.Second
	idleTimeout       = 2 * time.Minute
	closeTimeout      = 5 * time.Second // for requests in flight when the daemon stops
	maxHeader         = 64 << 10        // bytes
)

// Serve answers requests until ctx ends, then waits at most 5 s for requests in flight. It closes the listener. After a
// stop by ctx the error is nil.
func Serve(ctx context.Context, l net.Listener, b contract.Backend, log *zap.Logger) error {
	h := newServer(b, log)
	srv := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: readHeaderTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeader,
		ErrorLog:          zap.NewStdLog(log),
		ConnContext:       withCaller,
	}
	srv.RegisterOnShutdown(sync.OnceFunc(func() { close(h.stopping) }))
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(l) }()
	select {
	case err := <-failed:
		return fmt.Errorf("api: serve: %w", err)
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTimeout)
	defer cancel()
	err := srv.Shutdown(grace)
	if err != nil {
		err = errors.Join(err, srv.Close())
	}
	<-failed //nolint:errcheck // always http.ErrServerClosed: the server was closed above
	if err != nil {
		return fmt.Errorf("api: close: %w", err)
	}
	return nil
}
