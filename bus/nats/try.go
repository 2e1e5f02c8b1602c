package nats

import (
	"context"
	"errors"
	"net/http"

	client "github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"curfew/bus/sleep"
)

// errLags means that a server does not have a message yet that is in the stream.
var errLags = errors.New("the servers do not return a message that they stored")

// try calls f until it answers, for at most tryFor: while a leader is elected, servers refuse or are silent.
func try[T any](ctx context.Context, f func(context.Context) (T, error)) (T, error) {
	ctx, cancel := context.WithTimeout(ctx, tryFor)
	defer cancel()
	for {
		once, done := context.WithTimeout(ctx, tryTimeout)
		v, err := f(once)
		done()
		if err == nil || !passing(err) || sleep.For(ctx, tryPause) != nil {
			return v, err
		}
	}
}

// found finds something, or creates it if there is none. What says what that is, for the error.
func found[T any](
	ctx context.Context, o *Options, nc *client.Conn, what string, none error, find, create func(context.Context) (T, error),
) (T, error) {
	v, err := try(ctx, permitted(nc, func(ctx context.Context) (T, error) {
		v, err := find(ctx)
		if errors.Is(err, none) {
			v, err = create(ctx)
		}
		return v, err
	}))
	return v, o.explain(what, err)
}

// findStream finds a stream of that name.
func findStream(ctx context.Context, js jetstream.JetStream, name string) (jetstream.Stream, error) {
	return try(ctx, permitted(js.Conn(), func(ctx context.Context) (jetstream.Stream, error) { return js.Stream(ctx, name) }))
}

// permitted is f with the servers' refusal as the error if a request of f gets no answer because its user may not ask.
// Servers say so apart from the request. What they refused before f, the connection has kept, is no answer to f.
func permitted[T any](nc *client.Conn, f func(context.Context) (T, error)) func(context.Context) (T, error) {
	return func(ctx context.Context) (T, error) {
		before := nc.LastError()
		v, err := f(ctx)
		said := nc.LastError()
		if said != before && passing(err) && errors.Is(said, client.ErrPermissionViolation) { //nolint:errorlint // is it another one?
			return v, said
		}
		return v, err
	}
}

// passing reports whether the same request may succeed later.
func passing(err error) bool {
	for _, e := range []error{
		errLags, context.DeadlineExceeded, client.ErrTimeout, client.ErrNoResponders, jetstream.ErrNoStreamResponse,
		client.ErrDisconnected, client.ErrConnectionReconnecting, client.ErrStaleConnection,
	} {
		if errors.Is(err, e) {
			return true
		}
	}
	var api *jetstream.APIError
	return errors.As(err, &api) && (api.Code == http.StatusServiceUnavailable || api.ErrorCode == noPeers)
}
