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
	v, err := try(ctx, func(ctx context.Context) (T, error) {
		v, err := find(ctx)
		if errors.Is(err, none) {
			v, err = create(ctx)
		}
		return v, forbidden(nc, err)
	})
	return v, o.explain(what, err)
}

// findStream finds a stream of that name.
func findStream(ctx context.Context, js jetstream.JetStream, name string) (jetstream.Stream, error) {
	return try(ctx, func(ctx context.Context) (jetstream.Stream, error) {
		s, err := js.Stream(ctx, name)
		return s, forbidden(js.Conn(), err)
	})
}

// forbidden is the servers' refusal if a request has got no answer because its user may not ask; else the error itself.
// Servers say so apart from the request.
func forbidden(nc *client.Conn, err error) error {
	if said := nc.LastError(); passing(err) && errors.Is(said, client.ErrPermissionViolation) {
		return said
	}
	return err
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
