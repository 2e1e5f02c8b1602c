package nats

import (
	"context"
	"errors"
	"fmt"

	client "github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/synadia-io/orbit.go/jetstreamext"

	"curfew/bus"
	"curfew/bus/sleep"
)

// errUnknown means that nobody said whether an append was stored.
var errUnknown = errors.New("it is not known whether the records were stored: open the journal again")

// lasting reports whether no later append may be tried after this error.
func lasting(err error) bool { return errors.Is(err, bus.ErrFenced) || errors.Is(err, errUnknown) }

// tooLarge is the code of the answer to a message above the stream's limit.
const tooLarge jetstream.ErrorCode = 10054

// refusals are answers after which nothing was stored, and a repeat would get the same.
var refusals = map[jetstream.ErrorCode]string{
	tooLarge: "the message is larger than the stream allows: raise its max_msg_size",
	10077:    "the stream is full: raise its limits, or let the journal keep less",
	10174:    "the stream does not allow atomic batches",
}

// commit stores the messages behind that place of the stream, all of them or none. It believes no answer but success, and
// a refusal of what was sent for the first time: after any other it looks at who is in the place.
func (j *Journal) commit(ctx context.Context, batch []*client.Msg, behind uint64) (stored bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, appendFor)
	defer cancel()
	id := batch[0].Header.Get(jetstream.MsgIDHeader)
	for first := true; ; first = false {
		sent := j.send(ctx, batch, behind)
		if sent == nil {
			return true, nil
		}
		refused := refusal(sent)
		if refused != nil && first {
			return false, refused
		}
		who, looked := j.holder(ctx, behind+1)
		switch {
		case looked == nil && who == id:
			return true, nil
		case looked == nil && who != "":
			return false, bus.ErrFenced
		case refused != nil && (looked == nil || errors.Is(looked, client.ErrConnectionClosed)):
			return false, fmt.Errorf("%w: %w", errUnknown, refused)
		}
		if sleep.For(ctx, tryPause) != nil {
			return false, fmt.Errorf("%w: %w", errUnknown, errors.Join(sent, looked))
		}
	}
}

// send stores the messages once.
func (j *Journal) send(ctx context.Context, batch []*client.Msg, behind uint64) error {
	ctx, done := j.once(ctx)
	defer done()
	batch[0].Header.Set(jetstream.ExpectedLastSeqHeader, fmt.Sprint(behind))
	var place uint64
	if len(batch) == 1 {
		ack, err := j.js.PublishMsg(ctx, batch[0])
		if err != nil {
			return err
		}
		place = ack.Sequence
	} else {
		// Only the last message is answered, because ctx does not end the wait for other answers.
		ack, err := jetstreamext.PublishMsgBatch(ctx, j.js, batch, jetstreamext.BatchFlowControl{})
		if err != nil {
			return err
		}
		place = ack.Sequence
	}
	if want := behind + uint64(len(batch)); place != want {
		return fmt.Errorf("the servers answered with place %d of the stream, and it should be %d", place, want)
	}
	return nil
}

// once is a context for one try. It ends after tryTimeout, or when the connection is lost: the answer to what was sent
// can no longer come then, and the client would wait for it all the same.
func (j *Journal) once(ctx context.Context) (_ context.Context, done func()) {
	ctx, cancel := context.WithTimeout(ctx, tryTimeout)
	nc := j.js.Conn()
	lost := nc.StatusChanged(client.RECONNECTING, client.CLOSED)
	go func() { // until the listener is removed
		if _, ok := <-lost; ok {
			cancel()
		}
	}()
	return ctx, func() {
		nc.RemoveStatusListener(lost)
		cancel()
	}
}

// refusal is the error for an answer after which nothing was stored; nil: it is no such answer.
func refusal(err error) error {
	var api *jetstream.APIError
	if errors.As(err, &api) && refusals[api.ErrorCode] != "" {
		return fmt.Errorf("%s: %w", refusals[api.ErrorCode], err)
	}
	if errors.Is(err, client.ErrMaxPayload) || errors.Is(err, client.ErrConnectionClosed) {
		return err
	}
	return nil
}

// gone is the holder of a place whose message was removed.
const gone = "removed"

// holder is the id of the message in that place of the stream; empty: no server knows one.
func (j *Journal) holder(ctx context.Context, place uint64) (id string, err error) {
	ctx, done := j.once(ctx)
	defer done()
	m, err := j.stream.GetMsg(ctx, place)
	if err == nil {
		if id = m.Header.Get(jetstream.MsgIDHeader); id == "" {
			id = "none"
		}
		return id, nil
	}
	if !errors.Is(err, jetstream.ErrMsgNotFound) {
		return "", err
	}
	info, err := j.stream.Info(ctx)
	if err == nil && info.State.FirstSeq > place { // another writer has come, and gone on to remove old records
		return gone, nil
	}
	return "", err
}
