package nats

import (
	"errors"
	"fmt"

	client "github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// noPeers is the code with which a cluster refuses to make a stream while its leader, who is new, has not heard of the
// other servers yet. A cluster that is too small says so after tryFor.
const noPeers jetstream.ErrorCode = 10005

// meanings are what answers of the servers mean, and what to do, by their codes.
var meanings = map[jetstream.ErrorCode]string{
	10002: "the account of this node has not enough room for it: raise the account's limits of JetStream",
	10023: "the servers have not enough memory or room for it: give them more",
	10026: "the account of this node may have no more consumers: raise the account's limits of JetStream",
	10027: "the account of this node may have no more streams, and a realm has five: raise the account's limits of JetStream",
	10028: "the servers have not enough memory for it: raise max_memory_store in their jetstream block",
	10039: "JetStream is not allowed there: give it to the account of this node",
	10047: fmt.Sprintf("the servers have not enough room for it (the queue alone reserves %d MiB): raise max_file_store in their "+
		"jetstream block, or the limits of the account of this node", queueBytes>>20),
	10058: "there is one that was made otherwise: remove it, or choose another realm",
	10065: "another stream takes the subjects of this realm in: remove it, or choose another realm",
	10076: "JetStream is not there: start the servers with -js",
	10113: "the account of this node wants a limit of bytes for each stream, and a journal has none: let it have streams without",
	10120: "the account of this node has no limits of JetStream for so many replicas: give it some",
	10122: "the account of this node allows only smaller streams: raise its limit of bytes for a stream",
}

// hint is what an error of the servers means, and what to do; empty: nothing is known.
func (o *Options) hint(err error) string {
	var api *jetstream.APIError
	switch {
	case errors.Is(err, client.ErrPermissionViolation):
		return "the servers do not allow the user of this node something that it needs: give it the rights that docs/fleet.md lists"
	case errors.Is(err, client.ErrNoResponders):
		return meanings[10076]
	case !errors.As(err, &api):
		return ""
	case api.ErrorCode == noPeers:
		return fmt.Sprintf("there are too few servers for %d replicas, or they do not see each other", o.Replicas)
	case api.ErrorCode == 10074:
		return fmt.Sprintf("there is one server, and no cluster, so it keeps one replica and not %d: leave --replicas out, or have a "+
			"cluster", o.Replicas)
	}
	return meanings[api.ErrorCode]
}

// explain says what could not be had, why, and what to do, before the words of the servers; nil: it could.
func (o *Options) explain(what string, err error) error {
	if err == nil {
		return nil
	}
	if hint := o.hint(err); hint != "" {
		return fmt.Errorf("%s: %s (%w)", what, hint, err)
	}
	return fmt.Errorf("%s: %w", what, err)
}
