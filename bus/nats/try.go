package nats

import (
	"context"
	"errors"
	"fmt"
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

// hint is what to do about an error of the servers, as the end of its text; empty: nothing is known.
func (o *Options) hint(err error) string {
	var api *jetstream.APIError
	switch {
	case errors.Is(err, client.ErrNoResponders), errors.Is(err, jetstream.ErrJetStreamNotEnabled):
		return ": JetStream is not there: start the servers with -js"
	case errors.Is(err, jetstream.ErrJetStreamNotEnabledForAccount):
		return ": JetStream is not allowed there: give it to the account of this node"
	case errors.As(err, &api) && api.ErrorCode == noPeers:
		return fmt.Sprintf(": there are too few servers for %d replicas, or they do not see each other", o.Replicas)
	}
	return ""
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
