package gate

import (
	"errors"
	"fmt"
	"runtime/debug"
	"sync/atomic"

	"github.com/asynkron/protoactor-go/actor"
	"go.uber.org/zap"

	"curfew/actors/system/follow"
	"curfew/messages"
)

// gateActor follows the log and moves the door.
type gateActor struct {
	gate     *Gate
	log      *follow.Feed
	restored map[string]Restoration    // the newest of each session
	self     atomic.Pointer[actor.PID] // nil: not started yet
}

var _ actor.Actor = (*gateActor)(nil)

// news is the message that there is something to read.
type news struct{}

// Receive reads the log. A panic ends the runtime: nothing else could move the door.
func (k *gateActor) Receive(c actor.Context) {
	defer func() {
		if r := recover(); r != nil {
			k.gate.cfg.Logger.Error("gate: the actor panicked", zap.String("panic", fmt.Sprintf("%T", r)),
				zap.ByteString("stack", debug.Stack()))
			k.gate.cfg.Fatal(fmt.Errorf("gate: the actor panicked (%T); the log has its stack", r))
		}
	}()
	switch c.Message().(type) {
	case *actor.Started:
		k.self.Store(c.Self())
		k.follow() // a wake-up before this was not sent
	case news:
		k.follow()
	case *actor.Stopping:
		k.log.Close()
	}
}

// wake puts a wake-up into the mailbox, from any goroutine.
func (k *gateActor) wake() {
	if self := k.self.Load(); self != nil {
		k.gate.cfg.System.Root.Send(self, news{})
	}
}

func (k *gateActor) follow() {
	batch, err := k.log.Next()
	if err != nil {
		k.gate.cfg.Fatal(err)
		return
	}
	k.take(batch)
}

func (k *gateActor) take(batch []messages.Record) {
	for _, r := range batch {
		k.read(r)
	}
}

func (k *gateActor) read(r messages.Record) {
	door := k.gate.door
	switch m := r.Body.(type) {
	case messages.RuntimeConfigured:
		door.configure(m.Sessions)
	case messages.SessionRestored:
		k.restored[m.Session] = Restoration{Seq: r.Seq, ID: r.ID}
	case messages.GateProbing:
		k.open(r, m.Session, messages.StateProbing, m.Generation)
		k.gate.forecaster.expect(m.Session, m.Generation, r.At, m.ExpiresAt)
	case messages.GateOpened:
		k.open(r, m.Session, messages.StateOpen, m.Generation)
		k.gate.forecaster.expect(m.Session, m.Generation, r.At, m.ExpiresAt)
	case messages.GateClosed:
		k.gate.forecaster.forget(m.Session)
		door.change(m.Session, func(p *place) {
			p.state, p.generation, p.quota = messages.StateClosed, m.Generation, !m.Until.IsZero()
		})
		k.signedOut(m)
		k.adopt(r, m)
	}
	if k.gate.cfg.OnMessage != nil && r.Body.Topic() == messages.TopicSession {
		k.gate.cfg.OnMessage(r.Body)
	}
}

// signedOut forgets the token of a session that a person signed out of at another node, and one that was set aside.
func (k *gateActor) signedOut(m messages.GateClosed) {
	if k.gate.asker == nil || m.Reason != messages.ReasonSignedOut || m.Source == messages.SourceConfig {
		return
	}
	if err := errors.Join(k.gate.cfg.Store.forget(m.Session, nil), k.gate.forget(m.Session)); err != nil {
		k.gate.cfg.Logger.Error("gate: the token of a session that was signed out of could not be removed from the disk",
			zap.String("session", m.Session), zap.Error(err))
	}
}

// adopt signs in with a stored token if the journal has never seen a sign-in: the token is older than the journal.
func (k *gateActor) adopt(r messages.Record, m messages.GateClosed) {
	if m.Source != messages.SourceConfig || m.Reason != messages.ReasonSignedOut {
		return
	}
	c, ok := k.gate.cfg.Store.get(m.Session)
	if p, known := k.gate.door.place(m.Session); ok && known && c.fits(p.Backend) {
		id := messages.FactID(messages.SessionRestored{}.Name(), m.Session, r.ID)
		if k.gate.asker != nil {
			id = newID() // not that of another node's token
		}
		k.gate.cfg.Publish(id, k.gate.stored(m.Session, id, c))
	}
}

// open moves the door to a generation, with the generation's token.
func (k *gateActor) open(r messages.Record, session string, state messages.GateState, generation uint64) {
	by := k.restored[session]
	if by.Seq != r.Cause {
		by = Restoration{}
	}
	install := k.gate.cfg.Store.install
	if k.gate.asker != nil {
		install = k.gate.cfg.Store.installOwn
	}
	c, ok, err := install(session, by, generation)
	if err != nil {
		k.gate.cfg.Logger.Error("gate: the token could not be kept; it works until the next start",
			zap.String("session", session), zap.Error(err))
	}
	p, known := k.gate.door.place(session)
	if known && p.Backend != "" && (!ok || !c.fits(p.Backend)) && k.gate.asker == nil {
		k.gate.cfg.Logger.Warn("gate: there is no token for the session; sign in again",
			zap.String("session", session), zap.Uint64("generation", generation))
	}
	k.gate.door.change(session, func(p *place) {
		if !ok && p.generation == generation {
			c = p.credential // another node may have given it meanwhile
		}
		p.state, p.generation, p.credential, p.quota = state, generation, c, false
	})
	k.gate.wantMissing(session)
}
