package daemon

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	client "github.com/nats-io/nats.go"
	"go.uber.org/zap"

	"curfew/bus/nats"
	"curfew/internal/build"
	"curfew/internal/datadir"
	"curfew/internal/engine"
	"curfew/internal/journal"
	"curfew/internal/realm"
	"curfew/supervisor/policy"
)

// Fleet says of which fleet a daemon is a node.
type Fleet struct {
	Servers realm.Servers
	Realm   nats.Options
	Node    realm.Node // its name and labels; the rest is filled in
}

// member is this daemon's part in a fleet. A nil one is a daemon on its own, and does nothing.
type member struct {
	o       Options
	node    realm.Node
	conn    *client.Conn
	journal *journal.Realm
	place   atomic.Pointer[realm.Realm] // nil: the daemon has not entered it yet
	rt      atomic.Pointer[engine.Runtime]
	secrets realm.Secrets
	retired sync.Once
	silence []func() // end the answers of the node that decides, and those to questions of the others
}

// join connects to the servers of the fleet, and opens its journal. The error of a daemon on its own is nil, and so is the
// member.
func join(ctx context.Context, o Options) (m *member, err error) {
	if o.Fleet == nil {
		return nil, nil
	}
	m = &member{o: o, node: o.Fleet.Node}
	m.node.Incarnation = uint64(time.Now().UnixMilli()) // more than that of the process before it
	m.node.Actors, m.node.Version, m.node.Rules = o.Kinds.Names(), build.Version(), policy.Version
	keys, err := realm.OpenKeys(filepath.Join(o.Data, datadir.NodeKey))
	if err != nil {
		return nil, err
	}
	m.node.Key = keys.Public()
	servers := o.Fleet.Servers
	servers.Node = m.node.Name
	if m.conn, err = realm.Connect(servers, o.Log); err != nil {
		return nil, err
	}
	if m.journal, err = journal.Join(ctx, o.Data, m.conn, o.Fleet.Realm); err != nil {
		m.conn.Close()
		return nil, err
	}
	if err := datadir.SetFleet(o.Data, o.Fleet.Realm.Realm); err != nil { // not before: a mistaken name leaves no mark
		err = errors.Join(err, m.journal.Close())
		m.conn.Close()
		return nil, err
	}
	m.secrets = realm.Secrets{Conn: m.conn, Realm: o.Fleet.Realm, Node: m.node.Name, Keys: keys, KeyOf: m.keyOf}
	return m, nil
}

// set makes a runtime one of a node.
func (m *member) set(o *engine.Options) {
	if m == nil {
		o.Alone = true
		return
	}
	o.Journal, o.Send, o.Node = m.journal, m.journal.Queue.Send, m.node.Name
	o.Seen, o.Unseen = m.seen, func(incarnation uint64) { m.place.Load().GiveUp(incarnation) }
	o.Fleet, o.Reached, o.Elsewhere = m.fleet, m.reached, m.secrets.Ask
}

// keyOf is the key of a node that is here; nil: it is not known, or has none.
func (m *member) keyOf(ctx context.Context, node string) (key []byte) {
	rt := m.rt.Load()
	if rt == nil {
		return nil
	}
	_ = rt.View(ctx, func(m *policy.Machine) {
		for _, n := range m.Nodes() {
			if n.Node == node && n.Lost.IsZero() {
				key = n.SealKey
			}
		}
	})
	return key
}

// seen is under which number the other nodes see this process: none, before it has entered.
func (m *member) seen() (incarnation uint64, now bool) {
	if p := m.place.Load(); p != nil {
		return p.Seen()
	}
	return 0, false
}

// reached is whether the servers answer.
func (m *member) reached() bool {
	p := m.place.Load()
	return m.conn.IsConnected() && (p == nil || p.Reached())
}

// lookTime bounds how long the servers are asked for what a status or a scrape shows.
const lookTime = time.Second

// fleet is what the runtime answers about its fleet.
func (m *member) fleet(ctx context.Context) engine.Fleet {
	ctx, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	f := engine.Fleet{Realm: m.o.Fleet.Realm.Realm, Connected: m.reached()}
	if p := m.place.Load(); p != nil && f.Connected {
		f.Usurped = p.Usurped()
		f.Decider, _ = p.Decider(ctx)
		f.Behind, _ = m.journal.Behind(ctx)
	}
	return f
}

// enter shows the node to the others: from here on it performs, and decides when nobody else does.
func (m *member) enter(ctx context.Context, rt *engine.Runtime) (err error) {
	if m == nil {
		return nil
	}
	m.rt.Store(rt)
	for _, begin := range []func() (func(), error){
		func() (func(), error) { return m.journal.Queue.Answers(rt.Log().Answered) },
		func() (func(), error) { return m.secrets.Answer(rt.Give, rt.Logger()) },
	} {
		stop, err := begin()
		if err != nil {
			m.mute()
			return err
		}
		m.silence = append(m.silence, stop)
	}
	p, err := realm.Join(ctx, realm.Options{
		Conn: m.conn, Realm: m.o.Fleet.Realm, Node: m.node, Queue: m.journal.Queue, Log: rt.Log(), Logger: rt.Logger(),
		Begin: rt.Preside, Lost: rt.Lose, Fatal: rt.Fail,
		Known: func(ctx context.Context) (known []realm.Known, err error) {
			err = rt.View(ctx, func(m *policy.Machine) {
				for _, n := range m.Nodes() {
					if n.Lost.IsZero() {
						known = append(known, realm.Known{NodeJoined: n.NodeJoined, Seq: n.Seq})
					}
				}
			})
			return known, err
		},
		Record: func(ctx context.Context, c realm.Change) error {
			_, err := rt.Commit(ctx, c.ID, c.Fact)
			return err
		},
	})
	if err != nil {
		m.mute()
		return err
	}
	m.place.Store(p)
	rt.Logger().Info("cron: this daemon is a node of a fleet", zap.String("fleet", m.o.Fleet.Realm.Realm), zap.String("node", m.node.Name))
	return nil
}

// Bounds of how long a stop waits for the fleet.
const (
	retireTime = 5 * time.Second  // until it knows of the stop
	resignTime = 30 * time.Second // until what this node was recording has its answer, and it does not decide any more
	leaveTime  = 5 * time.Second  // at the end, until the others know; else what shows the node lapses
)

// retire has the fleet give this node no new attempts, and another node decide, before what runs here comes to its end,
// once. Nobody has to decide: what the fleet has not heard of in time waits in the queue.
func (m *member) retire(ctx context.Context, rt *engine.Runtime) {
	if m == nil || m.place.Load() == nil {
		return
	}
	m.retired.Do(func() {
		once, done := context.WithTimeout(ctx, retireTime)
		defer done()
		if err := rt.Retire(once); err != nil {
			m.o.Log.Warn("cron: stopping: the fleet may not know yet that this node stops", zap.Error(err))
		}
		ctx, cancel := context.WithTimeout(ctx, resignTime)
		defer cancel()
		m.place.Load().Resign(ctx)
	})
}

// hurried is retire that another order to stop ends early: then the attempts are not waited for, either.
func (m *member) hurried(ctx context.Context, rt *engine.Runtime, again <-chan struct{}) bool {
	if m == nil { // the order is for the next phase
		return false
	}
	err := phase(ctx, retireTime+resignTime, again, func(ctx context.Context) error {
		m.retire(ctx, rt)
		return context.Cause(ctx)
	})
	return errors.Is(err, errHurried)
}

// leave ends the node's part in the fleet: the others know at once. It comes when the log is closed, so that everything
// that was said here is on its way before: to whoever takes a node for gone, what it says later of its attempts is too late.
// After leaveTime it returns all the same: a log that was not closed, as somebody was in a hurry, holds it up.
func (m *member) leave() {
	if m == nil || m.place.Load() == nil {
		return
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		m.place.Load().Leave()
	}()
	select {
	case <-done:
	case <-time.After(leaveTime):
	}
}

// close ends the connection, after everything else.
func (m *member) close() {
	if m == nil {
		return
	}
	m.mute()
	m.conn.Close()
}

func (m *member) mute() {
	for _, stop := range m.silence {
		stop()
	}
	m.silence = nil
}
