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

// noPeers is the code with which a cluster refuses to make a stream while its leader, who is new, has not heard of the
// other servers yet. A cluster that is too small says so after tryFor.
const noPeers jetstream.ErrorCode = 10005

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
