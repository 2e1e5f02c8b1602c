package nats

import (
	"context"
	"errors"
	"testing"

	client "github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"curfew/bus/nats/natstest"
)

// script is servers whose answers are given: to a message, and to a look at its place.
type script struct {
	conn         *client.Conn
	sends, looks []error // nil: it is stored, or there
	id           string  // of what is there
}

type scripted struct {
	jetstream.JetStream
	*script
}

func (s scripted) Conn() *client.Conn { return s.conn }

func (s scripted) PublishMsg(_ context.Context, m *client.Msg, _ ...jetstream.PublishOpt) (*jetstream.PubAck, error) {
	err := s.sends[0]
	s.sends = s.sends[1:]
	s.id = m.Header.Get(jetstream.MsgIDHeader)
	return &jetstream.PubAck{Sequence: 1}, err
}

type scriptedStream struct {
	jetstream.Stream
	*script
}

func (s scriptedStream) GetMsg(context.Context, uint64, ...jetstream.GetMsgOpt) (*jetstream.RawStreamMsg, error) {
	err := s.looks[0]
	s.looks = s.looks[1:]
	return &jetstream.RawStreamMsg{Header: client.Header{jetstream.MsgIDHeader: {s.id}}}, err
}

// After an answer that was lost a refusal of the same message, as of servers that came back with a smaller max_payload,
// does not say that nothing was stored.
func TestRefusedAfterALostAnswer(t *testing.T) {
	lost, refused := client.ErrTimeout, client.ErrMaxPayload
	for name, c := range map[string]struct {
		sends, looks []error
		stored       bool
		want         error
	}{
		"refused at once":                {sends: []error{refused}, want: refused},
		"refused later, and it is there": {sends: []error{lost, refused}, looks: []error{lost, nil}, stored: true},
		"seen after several looks":       {sends: []error{lost, refused, refused}, looks: []error{lost, lost, nil}, stored: true},
		"the connection is closed": {
			sends: []error{lost, client.ErrConnectionClosed}, looks: []error{lost, client.ErrConnectionClosed}, want: errUnknown,
		},
	} {
		s := &script{conn: natstest.Connect(t, natstest.Server(t)), sends: c.sends, looks: c.looks}
		m := client.NewMsg("subject")
		m.Header.Set(jetstream.MsgIDHeader, "id")
		stored, err := (&Journal{js: scripted{script: s}, stream: scriptedStream{script: s}}).commit(t.Context(), []*client.Msg{m}, 0)
		if stored != c.stored || !errors.Is(err, c.want) {
			t.Errorf("%s: stored %t, %v; want %t, %v", name, stored, err, c.stored, c.want)
		}
	}
}
