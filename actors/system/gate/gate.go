package gate

import (
	"cmp"
	"context"
	"errors"
	"sync"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/google/uuid"
	"go.uber.org/zap"

	"curfew/actors/env/httpx"
	"curfew/actors/system/follow"
	"curfew/actors/system/startstop"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// Topics are what the readers of the gate are to read.
var Topics = []messages.Topic{messages.TopicConfig, messages.TopicSession}

// Config is what the gate needs from the rest of the runtime.
type Config struct {
	System *actor.ActorSystem
	Store  *Store
	// Sessions is the recovered state, as of the record After.
	Sessions []policy.SessionView
	After    uint64
	// Reader makes a reader of Topics that begins after a record.
	Reader func(after uint64) follow.Open
	// Last is the seq of the newest record.
	Last func() uint64
	// Publish reports a fact. It must not block, nor call the gate.
	Publish func(id string, f messages.Fact)
	// Commit reports a fact, waits until it is durable, and says whether anything followed from it.
	Commit func(ctx context.Context, id string, f messages.Fact) (seq uint64, applied bool, err error)
	// Elsewhere asks other nodes for tokens; nil: there are no others.
	Elsewhere Elsewhere
	// Renewals is what goes with such a token, and is forgotten with one that was signed out of; nil: there is nothing.
	Renewals Renewals
	// Decides reports whether this runtime decides, and foresees expiries for all; nil: it does.
	Decides func() bool
	// Now is the wall clock; nil: time.Now.
	Now func() time.Time
	// Fatal is called when the gate cannot go on: the runtime is to stop. It must not block.
	Fatal func(error)
	// OnMessage, if set, is called for every message of the session topic that the gate has read.
	OnMessage func(messages.Body)
	Logger    *zap.Logger
}

func (c *Config) check() error {
	if c.System == nil || c.Store == nil || c.Reader == nil || c.Last == nil || c.Publish == nil || c.Commit == nil ||
		c.Fatal == nil {
		return errors.New("gate: System, Store, Reader, Last, Publish, Commit and Fatal must be set")
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	c.Logger = cmp.Or(c.Logger, zap.NewNop())
	return nil
}

// Gate is the gate of every session: its actor follows the log and moves the door.
type Gate struct {
	cfg        Config
	door       *Door
	confirmers confirmers
	forecaster *forecaster
	asker      *asker     // nil: there are no other nodes
	signing    sync.Mutex // held for one sign-in or sign-out; the order of locks is in doc.go
	actor      *startstop.Actor
}

// actorName is the name of the gate's actor, once per actor system.
const actorName = "gate"

// Start sets the door to the recovered state, settles what a crash has left in the store, and follows the log.
func Start(c Config) (*Gate, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	g := &Gate{cfg: c, confirmers: confirmers{sessions: make(map[string]confirmation)}}
	g.forecaster = newForecaster(c.Now, c.Decides, func(id string, f messages.Fact) { c.Publish(id, f) })
	g.door = newDoor(g.session, g.rules)
	if c.Elsewhere != nil {
		g.asker = newAsker(g)
		g.door.elsewhere = true
	}
	left, err := g.settle()
	if err != nil {
		return nil, err
	}
	g.setDoor()
	k := &gateActor{gate: g, restored: make(map[string]Restoration)}
	k.log = follow.NewMailbox(actorName, c.Reader(c.After), k.wake)
	if err := k.log.Drain(k.take); err != nil { // the door knows its sessions before anybody asks
		k.log.Close()
		return nil, err
	}
	if g.actor, err = startstop.Spawn(c.System, actorName, k); err != nil {
		k.log.Close()
		return nil, err
	}
	for _, again := range left {
		c.Publish(again.id, again.fact)
	}
	g.forecaster.start()
	return g, nil
}

// setDoor sets the door to the recovered state.
func (g *Gate) setDoor() {
	g.door.configure(configs(g.cfg.Sessions))
	for _, k := range g.cfg.Sessions {
		c, _ := g.cfg.Store.get(k.Name)
		g.door.change(k.Name, func(p *place) {
			p.state, p.generation, p.quota = k.State, k.Generation, !k.Until.IsZero()
			if c.generation == k.Generation {
				p.credential = c
			}
		})
		g.wantMissing(k.Name)
		if k.State != messages.StateClosed {
			g.forecaster.expect(k.Name, k.Generation, k.Since, k.ExpiresAt)
		}
	}
}

func configs(known []policy.SessionView) []messages.SessionConfig {
	all := make([]messages.SessionConfig, 0, len(known))
	for _, k := range known {
		all = append(all, k.SessionConfig)
	}
	return all
}

// Rules returns the settings of a session and the rules for its backend's refusals, as the door has them; ok is false
// if there is no such session.
func (g *Gate) Rules(session string) (c messages.SessionConfig, rules httpx.Rules, ok bool) {
	p, ok := g.door.place(session)
	return p.SessionConfig, p.rules, ok
}

// rules makes the rules by which the refusals of a session's backend are read. The patterns of a job file have been
// checked, but a fact of another program may hold a bad one. Then the default rules apply.
func (g *Gate) rules(c messages.SessionConfig) httpx.Rules {
	rules, err := httpx.NewRules(c)
	if err != nil {
		g.cfg.Logger.Error("gate: a session's rules are not valid; a 401 counts as an expiry, as by default",
			zap.String("session", c.Name), zap.Error(err))
		rules, _ = httpx.NewRules(messages.SessionConfig{})
	}
	return rules
}

// Door is where attempts are let in.
func (g *Gate) Door() *Door { return g.door }

// Stop ends the gate's actor and waits for it, or until ctx ends, which is the error. The door stays as it is.
func (g *Gate) Stop(ctx context.Context) error {
	g.forecaster.stop()
	if g.asker != nil {
		g.asker.group.Stop()
	}
	return g.actor.Stop(ctx)
}

// newID makes the id of a fact that comes from outside.
func newID() string { return uuid.NewString() }
