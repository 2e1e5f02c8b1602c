// Package natstest starts servers of NATS JetStream in the process of a test, on loopback and with a store that goes
// with the test. The program never links it.
package natstest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	client "github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"curfew/bus/sleep"
	"curfew/tests/loopback"
)

// limit bounds every wait: long enough that no load decides.
const limit = 5 * time.Minute

// answer is how long one answer of servers is waited for, before they are asked again.
const answer = 5 * time.Second

// made are what servers were made of, by server.
var made sync.Map

type parts struct {
	options *server.Options
	said    *words
}

// create makes a server, which goes with the test. It has an address of its own, where it finds its ports free when it
// comes again.
func create(t testing.TB, o *server.Options) *server.Server {
	t.Helper()
	if o.Host == "" {
		o.Host = loopback.Own(t)
	}
	o.JetStream, o.NoLog, o.NoSigs = true, true, true
	s, err := server.NewServer(o)
	if err != nil {
		t.Fatal(err)
	}
	said := &words{}
	s.SetLogger(said, false, false)
	made.Store(s, parts{o, said})
	t.Cleanup(func() { Stop(s) })
	return s
}

func partsOf(t testing.TB, s *server.Server) parts {
	t.Helper()
	p, ok := made.Load(s)
	if !ok {
		t.Fatal("the server is none of this package")
	}
	return p.(parts)
}

// Server starts one server and returns its URL.
func Server(t testing.TB) string {
	t.Helper()
	return One(t).ClientURL()
}

// One starts one server.
func One(t testing.TB) *server.Server {
	t.Helper()
	return With(t, &server.Options{})
}

// Guarded is Server, for one user. His name and password are not in the URL.
func Guarded(t testing.TB, user, password string) string {
	t.Helper()
	return With(t, &server.Options{Username: user, Password: password}).ClientURL()
}

// With starts one server with these options.
func With(t testing.TB, o *server.Options) *server.Server {
	t.Helper()
	o.Port, o.StoreDir = server.RANDOM_PORT, t.TempDir()
	s := create(t, o)
	s.Start()
	awaitReady(t, s)
	return s
}

// Connect connects to servers, and reconnects for ever.
func Connect(t testing.TB, urls ...string) *client.Conn {
	t.Helper()
	o := client.GetDefaultOptions()
	o.Servers, o.MaxReconnect, o.ReconnectWait = urls, -1, 20*time.Millisecond
	o.NoRandomize, o.IgnoreDiscoveredServers, o.AllowReconnect = true, true, true
	o.AsyncErrorCB = func(*client.Conn, *client.Subscription, error) {} // else it writes to standard error
	nc, err := o.Connect()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	return nc
}

// Cluster starts that many servers, which replicate, and returns when they keep a stream together. They do not tell clients
// of each other: whoever reaches them through a [Proxy] goes on doing so.
func Cluster(t testing.TB, n int) []*server.Server {
	t.Helper()
	all, routes := make([]*server.Options, n), ""
	for i := range all {
		host := loopback.Own(t)
		ports := loopback.Ports(t, host, 2)
		all[i] = &server.Options{
			ServerName: fmt.Sprint("server-", i), Host: host, Port: ports[0], StoreDir: t.TempDir(),
			Cluster: server.ClusterOpts{Name: "test", Host: host, Port: ports[1], NoAdvertise: true},
		}
		routes += fmt.Sprintf(",nats://%s:%d", host, ports[1])
	}
	servers := make([]*server.Server, n)
	var starts sync.WaitGroup
	for i, o := range all {
		o.Routes = server.RoutesFromStr(routes[1:])
		servers[i] = create(t, o)
		starts.Go(servers[i].Start)
	}
	starts.Wait()
	for _, s := range servers {
		awaitReady(t, s)
	}
	awaitPlaces(t, Connect(t, servers[0].ClientURL()), n)
	return servers
}

// Stop stops a server, as its machine's stop would.
func Stop(s *server.Server) {
	s.Shutdown()
	s.WaitForShutdown()
}

// Again starts a server that was stopped, with the store and the address that it had.
func Again(t testing.TB, s *server.Server) *server.Server {
	t.Helper()
	again := create(t, partsOf(t, s).options.Clone())
	again.Start()
	awaitReady(t, again)
	return again
}

// awaitPlaces waits until a stream can be kept on that many servers. That JetStream answers is not enough: a leader who is
// new refuses to place a stream on servers that he has not heard of.
func awaitPlaces(t testing.TB, nc *client.Conn, n int) {
	t.Helper()
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	c := jetstream.StreamConfig{Name: "natstest-places", Replicas: n}
	Until(t, "to keep a stream", func(ctx context.Context) error {
		_, err := js.CreateStream(ctx, c)
		return err
	})
	Until(t, "to remove a stream", func(ctx context.Context) error {
		if err := js.DeleteStream(ctx, c.Name); !errors.Is(err, jetstream.ErrStreamNotFound) {
			return err
		}
		return nil // the answer was lost
	})
}

// Until asks servers for something until they do it: a cluster may change its leader at any time, and an answer may be lost.
func Until(t testing.TB, what string, ask func(context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	for {
		once, done := context.WithTimeout(ctx, answer)
		err := ask(once)
		done()
		if err == nil {
			return
		}
		if sleep.For(ctx, 10*time.Millisecond) != nil {
			t.Fatalf("the servers were asked %s until the limit: %v", what, err)
		}
	}
}
