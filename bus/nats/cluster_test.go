package nats_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/nats-io/nats-server/v2/server"
	client "github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"curfew/bus"
	"curfew/bus/nats/natstest"
	"curfew/tests/patience"
)

// In a cluster of three an append is stored once although answers are lost, the stream's leader is stopped, and the
// repeat of an append is answered as a duplicate there. Fenced writers are fenced on it, too.
func TestCluster(t *testing.T) {
	servers := natstest.Cluster(t, 3)
	first := natstest.Connect(t, servers[0].ClientURL())
	old := open(t, first, 3)
	leader, other := leaderOf(t, first, servers)
	direct := natstest.Connect(t, other.ClientURL())
	proxy := natstest.NewProxy(t, other.ClientURL())
	j := open(t, natstest.Connect(t, proxy.URL), 3)
	if err := old.Append(after(0, 1, "old")); !errors.Is(err, bus.ErrFenced) {
		t.Errorf("an append of the fenced writer: %v", err)
	}
	records := loseAnswers(t, j, proxy, whenStored(t, direct))

	stopped := make(chan struct{})
	for i := range 200 {
		if i == 50 {
			go func() {
				leader.Shutdown()
				leader.WaitForShutdown()
				close(stopped)
			}()
		}
		rs := after(uint64(len(records)), 1+i%3, fmt.Sprint("load-", i))
		if err := j.Append(rs); err != nil {
			t.Fatalf("append %d: %v", i, err)
		}
		records = append(records, rs...)
	}
	patience.Await(t, "the leader to stop", stopped)
	rs := after(uint64(len(records)), 2, "after the stop")
	if err := j.Append(rs); err != nil {
		t.Fatal(err)
	}
	holds(t, direct, append(records, rs...))
}

// leaderOf is the server that leads the stream, and one that does not.
func leaderOf(t *testing.T, nc *client.Conn, servers []*server.Server) (leader, other *server.Server) {
	t.Helper()
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience.Limit)
	defer cancel()
	s, err := js.Stream(ctx, "curfew-test")
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range servers {
		if one.Name() == s.CachedInfo().Cluster.Leader {
			leader = one
		} else {
			other = one
		}
	}
	if leader == nil {
		t.Fatal("the stream has no leader")
	}
	return leader, other
}
