package gate

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/google/uuid"
	"go.uber.org/zap"

	"curfew/actors"
	"curfew/actors/system/follow"
	"curfew/actors/system/startstop"
	"curfew/messages"
)

// Reader is a cursor on the log.
type Reader = follow.Reader

// Topics are what the readers of the gate are to read.
var Topics = []messages.Topic{messages.TopicConfig, messages.TopicSession}

// Known is a session as the machine knows it when the gate starts, with the whole of its settings.
type Known struct {
	messages.SessionConfig
	State      string // StateClosed, StateProbing or StateOpen
	Generation uint64
	SignedOut  bool // closed because somebody signed out: its token is to be forgotten
	Quota      bool // closed for a time: the same generation will be let in again
	// Since is when the generation was taken in, ExpiresAt when its credential will lapse; 0: unknown.
	Since, ExpiresAt messages.Instant
}

// A Judge marks what a backend's refusal means; see [actors.Session].
type Judge func(*actors.StatusError) error

// Config is what the gate needs from the rest of the runtime.
type Config struct {
	System *actor.ActorSystem
	Store  *Store
	// Sessions is the recovered state, as of the record After.
	Sessions []Known
	After    uint64
	// Reader makes a reader of Topics that begins behind a record. It may call wake from any goroutine.
	Reader func(after uint64, wake func()) Reader
	// Last is the seq of the newest record.
	Last func() uint64
	// Publish reports a fact. It must not block.
	Publish func(id string, f messages.Fact)
	// Commit reports a fact, waits until it is durable, and says whether anything followed from it.
	Commit func(ctx context.Context, id string, f messages.Fact) (seq uint64, applied bool, err error)
	// Client makes a client that sends the token to the backend and to nobody else, and calls confirmed
	// when the backend has accepted it.
	Client func(backend, token string, confirmed func()) (*http.Client, error)
	// Judge makes what says what refusals of a session's backend mean; nil: all are left to the retry policy.
	Judge func(messages.SessionConfig) Judge
	// Now is the wall clock; nil: time.Now.
	Now func() time.Time
	// Fatal is called when the gate cannot go on: the runtime is to stop. It must not block.
	Fatal func(error)
	// OnMessage, if set, is called for every message of the session topic that the gate has read.
	OnMessage func(messages.Body)
	Logger    *zap.Logger
}

func (c *Config) check() error {
	if c.System == nil || c.Store == nil || c.Reader == nil || c.Last == nil || c.Publish == nil || c.Commit == nil || c.Client == nil || c.Fatal == nil {
		return errors.New("gate: System, Store, Reader, Last, Publish, Commit, Client and Fatal must be set")
	}
	if c.Judge == nil {
		c.Judge = func(messages.SessionConfig) Judge { return func(e *actors.StatusError) error { return e } }
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Logger == nil {
		c.Logger = zap.NewNop()
	}
	return nil
}

// Gate is the gate of every session: its actor follows the log and moves the door.
type Gate struct {
	cfg        Config
	door       *Door
	confirmers confirmers
	forecaster *forecaster
	signing    sync.Mutex // one sign-in or sign-out at a time
	actor      *startstop.Actor
}

// actorName is the name of the gate's actor, once per actor system.
const actorName = "gate"

// Start sets the door as the recovered state has it, settles what a crash has left in the store, and
// follows the log.
func Start(c Config) (*Gate, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	g := &Gate{cfg: c, confirmers: confirmers{sessions: make(map[string]confirmation)}}
	g.forecaster = newForecaster(c.Now, func(id string, f messages.Fact) { c.Publish(id, f) })
	g.door = newDoor(g.session, c.Judge)
	left, err := g.settle()
	if err != nil {
		return nil, err
	}
	g.hang()
	k := &keeper{gate: g, restored: make(map[string]restoration)}
	k.log = follow.NewMailbox(actorName, func(wake func()) Reader { return c.Reader(c.After, wake) }, k.wake)
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

// hang sets the door as the recovered state has it.
func (g *Gate) hang() {
	g.door.configure(configs(g.cfg.Sessions))
	for _, k := range g.cfg.Sessions {
		c, _ := g.cfg.Store.get(k.Name)
		g.door.change(k.Name, func(p *place) {
			p.state, p.generation, p.quota = k.State, k.Generation, k.Quota
			if c.generation == k.Generation {
				p.credential = c
			}
		})
		if k.State != StateClosed {
			g.forecaster.expect(k.Name, k.Generation, k.Since, k.ExpiresAt)
		}
	}
}

func configs(known []Known) []messages.SessionConfig {
	all := make([]messages.SessionConfig, 0, len(known))
	for _, k := range known {
		all = append(all, k.SessionConfig)
	}
	return all
}

// Rules are the settings of a session as the door has them, and what its backend's refusals mean by them; ok is false
// if there is no such session.
func (g *Gate) Rules(session string) (c messages.SessionConfig, outcome Judge, ok bool) {
	p, ok := g.door.place(session)
	return p.SessionConfig, p.outcome, ok
}

// Door is where attempts are let in.
func (g *Gate) Door() *Door { return g.door }

// Stop ends the gate's actor and waits for it, or until ctx ends. The door stays as it is.
func (g *Gate) Stop(ctx context.Context) error {
	g.forecaster.stop()
	return g.actor.Stop(ctx)
}

// newID is the id of a message that comes from outside.
func newID() string { return uuid.NewString() }
