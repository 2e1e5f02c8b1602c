package realm

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	client "github.com/nats-io/nats.go"
	"go.uber.org/zap"

	"curfew/bus/nats"
)

// answerTime bounds how long a node takes to answer a question for a secret.
const answerTime = time.Second

// Secrets are questions between nodes for what must not be in NATS in the clear. Everybody in the realm hears a question;
// who has the answer seals it for the node that the journal knows under the name in the question. Nothing of it is stored.
type Secrets struct {
	Conn  *client.Conn
	Realm nats.Options
	Node  string // the name of this node
	Keys  Keys
	// KeyOf is the public key of a node that is here, as the journal has it; nil: there is none.
	KeyOf func(ctx context.Context, node string) []byte
}

// question asks for the token of a session's generation.
type question struct {
	Node       string `json:"node"` // that asks
	Session    string `json:"session"`
	Generation uint64 `json:"generation"`
}

// reply is the answer of a node that has it.
type reply struct {
	Node   string `json:"node"`
	Sealed []byte `json:"sealed"`
}

// Ask asks the other nodes for the token of a session's generation. The error is that nobody has it who answers before ctx
// ends.
func (s *Secrets) Ask(ctx context.Context, session string, generation uint64) ([]byte, error) {
	fail := func(err error) ([]byte, error) {
		return nil, fmt.Errorf("realm: ask for the token of session %s: %w", session, err)
	}
	text, err := json.Marshal(question{s.Node, session, generation})
	if err != nil {
		return fail(err)
	}
	answer, err := s.Conn.RequestWithContext(ctx, s.Realm.Secrets(), text)
	if err != nil {
		return fail(err)
	}
	var r reply
	if err := json.Unmarshal(answer.Data, &r); err != nil {
		return fail(errors.New("the answer cannot be read"))
	}
	open, err := s.Keys.open(r.Sealed, s.KeyOf(ctx, r.Node))
	if err != nil {
		return fail(err)
	}
	return open, nil
}

// Give has this node answer: it returns the token of a session's generation, sealed by what it is given; nil: it does not
// have it.
type Give func(session string, generation uint64, seal func([]byte) []byte) []byte

// Answer answers the questions of other nodes until stop is called.
func (s *Secrets) Answer(give Give, log *zap.Logger) (stop func(), err error) {
	sub, err := s.Conn.Subscribe(s.Realm.Secrets(), func(m *client.Msg) {
		var q question
		if json.Unmarshal(m.Data, &q) != nil || q.Node == s.Node || m.Reply == "" {
			return
		}
		if err := s.answer(q, give, m); err != nil {
			log.Warn("realm: the token of a session could not be given to another node", zap.String("session", q.Session),
				zap.String("node", q.Node), zap.Error(err))
		}
	})
	if err != nil {
		return nil, fmt.Errorf("realm: wait for questions of other nodes: %w", err)
	}
	return func() { _ = sub.Unsubscribe() }, nil
}

// answer seals for the node that the journal knows, whoever has asked.
func (s *Secrets) answer(q question, give Give, m *client.Msg) (err error) {
	ctx, cancel := context.WithTimeout(context.Background(), answerTime)
	defer cancel()
	key := s.KeyOf(ctx, q.Node)
	if key == nil {
		return nil // it is not known yet, and asks again
	}
	sealed := give(q.Session, q.Generation, func(text []byte) (out []byte) {
		out, err = s.Keys.seal(text, key)
		return out
	})
	if err != nil || sealed == nil {
		return err
	}
	text, err := json.Marshal(reply{s.Node, sealed})
	if err != nil {
		return err
	}
	return m.Respond(text)
}
