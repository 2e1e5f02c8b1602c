package process

import (
	"context"
	"flag"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	client "github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"curfew/bus/nats"
	"curfew/bus/nats/natstest"
	"curfew/internal/contract"
	"curfew/messages"
	"curfew/tests/internal/world"
)

var rounds = flag.Int("rounds", 7, "how many things TestFleetRounds does to a fleet, one after the other")

// TestFleetRounds does to a fleet of three nodes, on a cluster of three servers, what machines and networks do, under load:
// a different thing in each round. No slot is lost, and no attempt is begun twice; of an outage of the session's token each
// canary is one call, and calls with a dead token are those that were in flight; and no token is ever on the servers.
func TestFleetRounds(t *testing.T) {
	t.Parallel()
	r := &roundsWorld{cluster: natstest.Cluster(t, 3), backend: world.NewBackend(t)}
	var urls []string
	for _, s := range r.cluster {
		urls = append(urls, s.ClientURL())
	}
	nc := natstest.Connect(t, urls...)
	e := listen(t, nc)
	shortLeases(t, nc)
	var b strings.Builder
	fmt.Fprintf(&b, "sessions:\n  default: {backend: %q}\njobs:\n", r.backend.URL)
	for i := range 12 {
		fmt.Fprintf(&b, "  - {name: agent-%02d, actor: agent, schedule: every 1s, with: {prompt: agent-%02d}}\n", i, i)
	}
	r.fleet = newFleet(t, strings.Join(urls, ","), 3, 12, time.Second, b.String(), "a", "b", "c")
	r.signIn("a")
	r.perform("a", "b", "c")
	r.calm()
	for i := range *rounds {
		round := r.all()[i%len(r.all())]
		began := time.Now()
		round.do()
		r.perform("a", "b", "c")
		r.calm()
		t.Logf("round %d: %s: %s", i+1, round.what, time.Since(began).Round(100*time.Millisecond))
	}
	r.tend()
	for _, name := range []string{"a", "b", "c"} {
		r.end(name, syscall.SIGTERM)
	}
	n := r.check()
	dead := r.backend.Count(world.Refused)
	t.Logf("%d rounds: %+v; dead-token calls: %d; messages on the servers without a token: %d; blows to nodes: %d; ended with an "+
		"error and started again: %d; an expiry was seen everywhere within %s; the longest silence of the servers: %s",
		*rounds, n, dead, e.secret(t, nc, r.tokens...), r.losses, r.again, r.slowest, r.silence)
	if dead > n.inFlight {
		t.Errorf("%d calls had a dead token, and %d attempts were in flight when the gate closed", dead, n.inFlight)
	}
	if n.canaries > n.probed {
		t.Errorf("%d attempts began while %d sign-ins were tried", n.canaries, n.probed)
	}
}

// shortLeases has leases of half the usual time, so that a loss is waited for half as long. [TestFleet] has the usual one.
func shortLeases(t *testing.T, nc *client.Conn) {
	t.Helper()
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	c := jetstream.KeyValueConfig{Bucket: leases, History: 1, TTL: nats.LeaseTTL / 2, Storage: jetstream.FileStorage, Replicas: 3}
	natstest.Until(t, "to make a bucket", func(ctx context.Context) error {
		_, err := js.CreateKeyValue(ctx, c)
		return err
	})
}

// roundsWorld is the fleet of TestFleetRounds, and what is around it.
type roundsWorld struct {
	*fleet
	cluster []*server.Server
	backend *world.Backend
	tokens  []string      // all so far; the last is the good one
	slowest time.Duration // until a gate that one node has closed was closed at all
	turn    int           // of the nodes
}

// round is one thing that happens to the fleet.
type round struct {
	what string
	do   func()
}

func (r *roundsWorld) all() []round {
	return []round{
		{"the session expires, and somebody signs in at another node, twice", r.expire},
		{"the node that decides is killed", r.killDecider},
		{"a server is stopped, and comes back", r.stopServer},
		{"the node that decides stands still", r.freezeDecider},
		{"a node's connections are mute, and are cut", r.cut},
		{"a fourth node comes, is drained, takes jobs again, and goes", r.fourth},
		{"the node that decides is killed, and another one is stopped while nobody decides", r.killAndStop},
	}
}

// some is one node after the other.
func (r *roundsWorld) some() string {
	r.turn++
	return []string{"a", "b", "c"}[r.turn%3]
}

// signIn gives the session a new token at one node.
func (r *roundsWorld) signIn(name string) {
	r.t.Helper()
	token := fmt.Sprintf("sesame-%d-of-the-session", len(r.tokens)+1)
	r.tokens = append(r.tokens, token)
	r.backend.Accept(token)
	r.until("a sign-in at "+name, func() bool {
		_, err := r.nodes[name].Client.Login(r.t.Context(), messages.DefaultSession, contract.Login{Token: contract.Secret(token)})
		return err == nil
	})
	r.gate(messages.StateOpen)
}

// gate waits until all nodes have seen the session's gate in a state.
func (r *roundsWorld) gate(state messages.GateState) {
	r.t.Helper()
	for _, name := range []string{"a", "b", "c"} {
		r.until("the session to be "+string(state)+" at "+name, func() bool {
			c := r.nodes[name].Client
			if c == nil {
				return false
			}
			s, err := c.Session(r.t.Context(), messages.DefaultSession)
			return err == nil && s.Body.State == state
		})
	}
}

// expire has the session expire twice: whichever node calls first finds it out; then one node says so, by itself.
func (r *roundsWorld) expire() {
	r.backend.Accept("")
	r.gate(messages.StateClosed)
	r.signIn(r.some())
	r.backend.Accept("")
	began := time.Now()
	if _, err := r.nodes[r.some()].Client.Expire(r.t.Context(), messages.DefaultSession, contract.Expire{Source: "test", Reason: "401"}); err != nil {
		r.t.Error(err)
	}
	r.gate(messages.StateClosed)
	r.slowest = max(r.slowest, time.Since(began))
	r.signIn(r.some())
}

func (r *roundsWorld) killDecider() {
	name := r.decides(r.some())
	r.end(name, syscall.SIGKILL)
	r.decides(next(name), name)
	r.back(name)
}

func (r *roundsWorld) freezeDecider() {
	name := r.decides(r.some())
	r.signal(name, syscall.SIGSTOP)
	r.decides(next(name), name)
	r.wake(name)
}

func (r *roundsWorld) stopServer() {
	i := r.turn % len(r.cluster)
	natstest.Stop(r.cluster[i])
	r.perform("a", "b", "c")
	r.cluster[i] = natstest.Again(r.t, r.cluster[i])
}

// cut has a node's servers say nothing to it any more; then its connections end.
func (r *roundsWorld) cut() {
	name := r.some()
	before := r.since(next(name), name)
	r.hit(name)
	for _, p := range r.paths[name] {
		p.Mute()
	}
	r.until("the others to miss "+name, func() bool {
		now := r.since(next(name), name)
		return now == 0 || now != before
	})
	r.until(name+" to say how old its list of nodes is, or that it waits for what it was recording", func() bool {
		c := r.nodes[name].Client
		if c == nil {
			return false
		}
		got, err := c.Nodes(r.t.Context(), contract.Page{Limit: contract.MaxLimit})
		return err == nil && !got.Body.AsOf.IsZero() || err != nil && strings.Contains(err.Error(), "does not reach the servers of its fleet")
	})
	for _, p := range r.paths[name] {
		p.Cut()
	}
}

// since is when a node has joined, as another one has it; 0: it is not here.
func (r *roundsWorld) since(ask, name string) messages.Instant {
	for _, n := range r.listed(ask) {
		if n.Name == name && n.State != contract.NodeLost {
			return n.Since
		}
	}
	return 0
}

// reason waits until a node is not here any more, as another one has it, and says why.
func (r *roundsWorld) reason(ask, name string) (why messages.LossReason) {
	r.t.Helper()
	r.until(name+" to be missed", func() bool {
		for _, n := range r.listed(ask) {
			if n.Name == name && n.State == contract.NodeLost && n.Reason != nil {
				why = *n.Reason
				return true
			}
		}
		return false
	})
	return why
}

// listed are the nodes as one of them has them; none if it does not answer.
func (r *roundsWorld) listed(ask string) []contract.Node {
	c := r.nodes[ask].Client
	if c == nil {
		return nil
	}
	got, err := c.Nodes(r.t.Context(), contract.Page{Limit: contract.MaxLimit})
	if err != nil {
		return nil
	}
	return got.Body.Items
}

func (r *roundsWorld) fourth() {
	r.join("d")
	r.perform("d")
	order := r.nodes[r.some()].Client
	if _, err := order.DrainNode(r.t.Context(), "d"); err != nil {
		r.t.Error(err)
	}
	r.until("the fourth node to be drained everywhere", func() bool { return r.states("a")["d"] == contract.NodeDraining })
	r.perform("a", "b", "c")
	if _, err := order.ResumeNode(r.t.Context(), "d"); err != nil {
		r.t.Error(err)
	}
	r.perform("d")
	r.end("d", syscall.SIGTERM)
}

func (r *roundsWorld) killAndStop() {
	killed := r.decides(r.some())
	stopped := next(killed)
	r.end(killed, syscall.SIGKILL)
	r.end(stopped, syscall.SIGTERM)
	log := r.nodes[stopped].Log.String()
	if r.perform(next(stopped)); r.reason(next(stopped), stopped) != messages.LossStopped && !strings.Contains(log, "a lease is lost") {
		r.t.Errorf("node %s was told to stop and did, and counts as lost; its log:\n%s", stopped, log)
	}
	r.back(killed)
	r.back(stopped)
}
