package realm

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	client "github.com/nats-io/nats.go"
	"go.uber.org/zap"

	"curfew/actors/system/startstop"
	"curfew/bus"
	"curfew/bus/nats"
	"curfew/bus/sleep"
	"curfew/messages"
)

// Bounds of a node's life in a realm.
const (
	tryEvery   = 500 * time.Millisecond // between two looks at a lease that another node holds
	againEvery = 2 * tryEvery           // until a node that gave the lease up takes it again: the others look meanwhile
	lookEvery  = time.Second            // between two looks at which nodes are there
	// firstLooks are tried before anything is begun without: a fleet that is full refuses a node again and again.
	firstLooks = 5
	toldTime   = 10 * time.Second // for what nodes have said while nobody decided, before it is looked which are there
	yieldTime  = 5 * time.Second  // for the log to stop deciding, before it is said that it does not
)

// Log is what a node needs of its log.
type Log interface {
	Lead(ctx context.Context) error
	Yield(ctx context.Context) error
	Taken() uint64
	TakeIn(ctx context.Context, place uint64, content []byte) (bus.Answer, error)
}

// Options say who a node is, and what it does.
type Options struct {
	Conn   *client.Conn
	Realm  nats.Options
	Node   Node
	Queue  *nats.Queue
	Log    Log
	Logger *zap.Logger // nil: nothing is logged

	// Begin is called when the node decides, after one look at which nodes are there; what that look found is recorded if
	// it could be. Its ctx ends when the node does not decide any more, or may not be sure of it; then Begin returns. Nil:
	// there is nothing to do.
	Begin func(ctx context.Context)
	// Lost is called when the node can not be sure any more that the others see it, and before they can know that it has
	// gone: what runs there will be taken for gone, and must end. Nil: nothing runs.
	Lost func()
	// Known are the nodes that the machine takes for present; nil: nodes are not recorded.
	Known func(ctx context.Context) ([]Known, error)
	// Record records a change of the nodes, durably.
	Record func(ctx context.Context, c Change) error
	// Fatal is called when the log cannot go on. It must not block.
	Fatal func(error)
}

// A Realm is a node's place in its realm.
type Realm struct {
	o        Options
	log      *zap.Logger
	leases   *nats.Leases
	group    *startstop.Group          // what shows the node
	deciders *startstop.Group          // what decides
	presence atomic.Pointer[nats.Term] // nil: the others do not see this node
	deciding atomic.Pointer[nats.Term] // nil: this node does not decide
	silent   atomic.Bool               // the servers did not let this node be seen, when it asked last
	usurped  atomic.Bool               // another process was this node then

	incarnation atomic.Uint64 // of its presence
	given       atomic.Uint64 // the newest incarnation that is to end
	givenUp     chan struct{} // there is one

	decider string // the node that decided last, as far as what waits for the lease knows; empty: not known
}

// Join makes the process a node of the realm.
func Join(ctx context.Context, o Options) (*Realm, error) {
	leases, err := nats.OpenLeases(ctx, o.Conn, o.Realm)
	if err != nil {
		return nil, err
	}
	r := &Realm{
		o: o, log: cmp.Or(o.Logger, zap.NewNop()), leases: leases, group: startstop.New(0), deciders: startstop.New(0),
		givenUp: make(chan struct{}, 1),
	}
	r.group.Go(r.beThere)
	r.deciders.Go(r.decide)
	return r, nil
}

// Resign has another node decide, from now on. It returns when this one does not any more, or ctx ends.
func (r *Realm) Resign(ctx context.Context) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		r.deciders.Stop()
	}()
	select {
	case <-done:
	case <-ctx.Done():
	}
}

// Leave ends the node's part in the realm: the others know at once. It returns when nothing of it goes on.
func (r *Realm) Leave() {
	r.deciders.Stop()
	r.group.Stop()
}

// May reports whether the node may begin something: the others certainly see it.
func (r *Realm) May() bool {
	t := r.presence.Load()
	return t != nil && t.Valid()
}

// Seen is the incarnation of the node's presence, and whether the others certainly see it at this moment.
func (r *Realm) Seen() (incarnation uint64, now bool) {
	now = r.May() // before: a presence that ends meanwhile has another incarnation
	return r.incarnation.Load(), now
}

// GiveUp ends a presence, as if it had been lost, and the node comes back in another incarnation: what was in flight there
// is gone for the others. One that has ended already is not meant.
func (r *Realm) GiveUp(incarnation uint64) {
	r.given.Store(max(incarnation, r.given.Load()))
	select {
	case r.givenUp <- struct{}{}:
	default:
	}
}

// Decides reports whether this node decides, and nobody else can.
func (r *Realm) Decides() bool {
	t := r.deciding.Load()
	return t != nil && t.Valid()
}

// beThere shows the node to the others, again and again.
func (r *Realm) beThere(ctx context.Context) {
	n := r.o.Node
	for ctx.Err() == nil {
		r.incarnation.Store(n.Incarnation)
		term := r.hold(ctx, keyOf(n.Name), n, &r.presence, func(ctx context.Context) { r.stay(ctx, n.Incarnation) })
		if ctx.Err() == nil && r.o.Lost != nil {
			r.o.Lost() // before the others know: they begin what runs here once more
		}
		r.release(ctx, term)
		n.Incarnation++ // what ran here is gone for the others
	}
}

// stay returns when the presence is to end.
func (r *Realm) stay(ctx context.Context, incarnation uint64) {
	for r.given.Load() < incarnation {
		select {
		case <-ctx.Done():
			return
		case <-r.givenUp:
		}
	}
}

// decide has the log decide, whenever this node has the lease for it.
func (r *Realm) decide(ctx context.Context) {
	for ctx.Err() == nil {
		r.letOlder(ctx)
		r.release(ctx, r.hold(ctx, keyDecider, r.o.Node, &r.deciding, func(held context.Context) {
			if r.lead(held) {
				r.yield()
			}
		}))
		_ = sleep.For(ctx, againEvery)
	}
}

// hold waits for a lease and calls f while it is held. The context of f ends when the lease may be lost; then f returns.
// The others know of the end by release; nil: ctx has ended before the lease was there.
func (r *Realm) hold(
	ctx context.Context, key string, value Node, at *atomic.Pointer[nats.Term], f func(context.Context),
) *nats.Term {
	term, ok := r.await(ctx, key, value)
	if !ok {
		return nil
	}
	at.Store(term)
	held, end := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer end()
		f(held)
	}()
	if err := r.leases.Keep(held, term); held.Err() == nil {
		r.log.Error("realm: a lease is lost", zap.String("lease", key), zap.Error(err))
		r.heard(key, err)
	}
	at.Store(nil)
	end()
	<-done
	return term
}

// release gives a lease up that is held no more, unless it expires by itself.
func (r *Realm) release(ctx context.Context, term *nats.Term) {
	if term == nil || !term.Valid() {
		return
	}
	if err := r.leases.Release(context.WithoutCancel(ctx), term); err != nil {
		r.log.Debug("realm: a lease was not given up; it expires", zap.Error(err))
	}
}

// await takes the lease as soon as nobody has it; ok is false if ctx ends before.
func (r *Realm) await(ctx context.Context, key string, value Node) (term *nats.Term, ok bool) {
	said, other := "", rival{}
	for ctx.Err() == nil {
		term, ok, err := r.leases.Take(ctx, key, value)
		if ok || err != nil { // that somebody has it is also what a server alone may say, without the others
			r.heard(key, err)
		}
		if ok {
			return term, true
		}
		text := fmt.Sprint(err)
		switch {
		case ctx.Err() != nil:
		case err == nil && key == keyDecider:
			r.learn(ctx)
		case err == nil:
			if text = r.meets(ctx, key, value, &other); text != said {
				r.log.Warn(text, zap.String("node", value.Name))
			}
		case text != said:
			r.log.Error("realm: a lease cannot be asked for", zap.String("lease", key), zap.Error(err))
		}
		said = text
		_ = sleep.For(ctx, tryEvery)
	}
	return nil, false
}

// lead has the log decide until ctx ends. It reports whether the log did.
func (r *Realm) lead(ctx context.Context) bool {
	began := time.Now()
	if err := r.o.Log.Lead(ctx); err != nil {
		if ctx.Err() != nil {
			r.log.Info("realm: this node does not decide after all: the lease is lost, or it resigns", zap.Error(err))
			return false
		}
		r.log.Error("realm: this node has the lease, and its log cannot decide", zap.Error(err))
		_ = sleep.For(ctx, tryEvery)
		return false
	}
	r.decider = r.o.Node.Name
	r.log.Info("realm: this node decides", zap.String("node", r.o.Node.Name), zap.Duration("after", time.Since(began)))
	parts := startstop.New(0)
	failed, told := make(chan struct{}, 1), make(chan struct{})
	parts.Go(func(part context.Context) {
		err := r.o.Queue.Serve(part, r.o.Log.Taken(), r.o.Log.TakeIn, func() { close(told) }, func(err error) {
			r.log.Warn("realm: trouble with the facts of other nodes", zap.Error(err))
		})
		if part.Err() == nil {
			r.log.Error("realm: the facts of other nodes are not taken in any more", zap.Error(err))
			failed <- struct{}{}
		}
	})
	looked := make(chan struct{})
	parts.Go(func(part context.Context) {
		select { // what a node has said before it went comes before that it is gone
		case <-told:
		case <-time.After(toldTime):
		case <-part.Done():
		}
		r.watchNodes(part, sync.OnceFunc(func() { close(looked) }))
	})
	if r.o.Begin != nil {
		parts.Go(func(part context.Context) {
			<-looked // else what is due would be given to nodes that have gone, or to what they were before
			r.o.Begin(part)
		})
	}
	select {
	case <-ctx.Done():
	case <-failed: // somebody else may do better; or this node again, after a new claim
	}
	parts.Stop()
	return true
}

// yield has the log follow again. What it is recording may get no answer, because the servers cannot be reached: then it
// waits for that, as long as the log does: it stops if an append has failed. Nothing is decided meanwhile that others do
// not know: whoever decides by then has fenced it.
func (r *Realm) yield() {
	defer r.log.Info("realm: this node does not decide any more", zap.String("node", r.o.Node.Name))
	for said := false; ; {
		once, done := context.WithTimeout(context.Background(), yieldTime)
		err := r.o.Log.Yield(once)
		done()
		switch {
		case err == nil, errors.Is(err, bus.ErrClosed):
			return
		case errors.Is(err, context.DeadlineExceeded):
			if !said {
				r.log.Warn("realm: what this node was recording has no answer yet; it waits, and decides nothing more")
			}
			said = true
		default:
			if r.o.Fatal != nil {
				r.o.Fatal(fmt.Errorf("realm: the log does not stop deciding: %w", err))
			}
			return
		}
	}
}

// watchNodes records which nodes come and go, until ctx ends. It calls looked when it has
// recorded them once, or has failed firstLooks times.
func (r *Realm) watchNodes(ctx context.Context, looked func()) {
	defer looked()
	if r.o.Known == nil || r.o.Record == nil {
		return
	}
	for looks := 1; ctx.Err() == nil; looks++ {
		err := r.recordNodes(ctx)
		if err != nil && ctx.Err() == nil {
			r.log.Warn("realm: which nodes there are could not be recorded", zap.Error(err))
		}
		if err == nil || looks >= firstLooks {
			looked()
		}
		_ = sleep.For(ctx, lookEvery)
	}
}

func (r *Realm) recordNodes(ctx context.Context) error {
	known, err := r.o.Known(ctx)
	if err != nil {
		return err
	}
	there, err := r.look(ctx)
	if err != nil {
		return err
	}
	var failed error
	for _, c := range changes(known, there) {
		if !r.Decides() {
			break
		}
		// A fleet that is full refuses whoever comes until whoever has gone is recorded.
		err := r.o.Record(ctx, c)
		if err == nil {
			r.tell(c.Fact)
		}
		failed = errors.Join(failed, err)
	}
	return failed
}

// tell logs that a node has come or gone.
func (r *Realm) tell(change messages.Fact) {
	switch f := change.(type) {
	case messages.NodeJoined:
		r.log.Info("realm: a node is here", zap.String("node", f.Node), zap.String("version", f.Version))
	case messages.NodeLost:
		if f.Reason == messages.LossStopped {
			r.log.Info("realm: a node has stopped", zap.String("node", f.Node))
			return
		}
		r.log.Warn("realm: a node is lost: nothing is heard from it, and what it had in flight goes on elsewhere", zap.String("node", f.Node))
	}
}
