package nats_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	client "github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"curfew/bus"
	"curfew/bus/bustest"
	"curfew/bus/nats"
	"curfew/bus/nats/natstest"
	"curfew/tests/patience"
)

// What servers answer is told in our words, with what to do about it, and theirs behind.
func TestAnswersAreExplained(t *testing.T) {
	o := nats.Options{Realm: "test", Replicas: 3}
	for want, err := range map[string]error{
		"start the servers with -js (":              client.ErrNoResponders,
		"give it to the account of this node (":     jetstream.ErrJetStreamNotEnabledForAccount,
		"too few servers for 3 replicas, or":        &jetstream.APIError{Code: 400, ErrorCode: 10005},
		"raise the account's limits of JetStream (": &jetstream.APIError{Code: 400, ErrorCode: 10002},
		"give it the rights that docs/fleet.md":     fmt.Errorf("%w: to publish", client.ErrPermissionViolation),
	} {
		got := o.Explain("stream x", fmt.Errorf("wrapped: %w", err))
		if text := got.Error(); !errors.Is(got, err) || !strings.Contains(text, want) || !strings.HasPrefix(text, "stream x: ") ||
			!strings.HasSuffix(text, err.Error()+")") {
			t.Errorf("%v: %q, want %q in it", err, got, want)
		}
	}
	if got := o.Explain("stream x", context.DeadlineExceeded); got.Error() != "stream x: context deadline exceeded" {
		t.Errorf("of a deadline nothing is known, and it says %q", got)
	}
	if err := o.Explain("stream x", nil); err != nil {
		t.Errorf("no error is %v", err)
	}
}

// begin opens all that a realm has.
func begin(ctx context.Context, nc *client.Conn, o nats.Options) error {
	j, err := nats.Join(ctx, nc, o)
	if err != nil {
		return err
	}
	defer j.Close()
	if _, err := nats.OpenQueue(ctx, nc, o, 0); err != nil {
		return err
	}
	_, err = nats.OpenLeases(ctx, nc, o)
	return err
}

// guarded starts a server for one user with these rights, and connects. What the servers refuse apart from a request goes
// to refused.
func guarded(t *testing.T, p *server.Permissions, refused func(error)) *client.Conn {
	t.Helper()
	s := natstest.With(t, &server.Options{Users: []*server.User{{Username: "node", Password: "p", Permissions: p}}})
	nc, err := client.Connect(s.ClientURL(), client.UserInfo("node", "p"),
		client.ErrorHandler(func(_ *client.Conn, _ *client.Subscription, err error) { refused(err) }))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	return nc
}

// Servers that cannot keep a realm, or may not, are one error that says where, why, and what to do.
func TestServersRefuse(t *testing.T) {
	for name, c := range map[string]struct {
		servers  server.Options
		replicas int
		want     string
	}{
		"a small store": {
			server.Options{JetStreamMaxStore: 1000},
			1,
			"the queue of realm test: stream curfew-test_facts: the servers have not enough room for it (the queue alone reserves 256 MiB): " +
				"raise max_file_store",
		},
		"one server for three": {server.Options{}, 3, "realm test: stream curfew-test: there is one server, and no cluster, so it keeps one replica and not 3"},
	} {
		nc := natstest.Connect(t, natstest.With(t, &c.servers).ClientURL())
		err := begin(t.Context(), nc, nats.Options{Realm: "test", Replicas: c.replicas})
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "(nats: API error: code=500") {
			t.Errorf("%s: %v, want %q in it", name, err, c.want)
		}
	}
}

// A user without the rights is told so by the first request that has no answer, and not that time was up.
func TestUserWithoutRights(t *testing.T) {
	t.Parallel()
	nc := guarded(t, &server.Permissions{Publish: &server.SubjectPermission{Deny: []string{"$JS.API.STREAM.CREATE.>"}}}, func(error) {})
	err := begin(t.Context(), nc, nats.Options{Realm: "test"})
	if !errors.Is(err, client.ErrPermissionViolation) ||
		!strings.Contains(err.Error(), "stream curfew-test: the servers do not allow the user of this node something that it needs: give it the rights") ||
		!strings.Contains(err.Error(), `Publish to "$JS.API.STREAM.CREATE.curfew-test"`) {
		t.Errorf("it is said %v", err)
	}
}

// A refusal is the reason of what it refused, and not of what gets no answer later.
func TestEarlierRefusal(t *testing.T) {
	t.Parallel()
	s := natstest.With(t, &server.Options{Users: []*server.User{{Username: "node", Password: "p", Permissions: &server.Permissions{
		Publish: &server.SubjectPermission{Deny: []string{"elsewhere"}},
	}}}})
	proxy := natstest.NewProxy(t, s.ClientURL())
	refused := make(chan error, 1)
	nc, err := client.Connect(proxy.URL, client.UserInfo("node", "p"),
		client.ErrorHandler(func(_ *client.Conn, _ *client.Subscription, err error) { refused <- err }))
	if err == nil {
		t.Cleanup(nc.Close)
		err = nc.Publish("elsewhere", nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := patience.Await(t, "the refusal", refused); !errors.Is(err, client.ErrPermissionViolation) {
		t.Fatal(err)
	}
	proxy.Mute()
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if err := begin(ctx, nc, nats.Options{Realm: "test"}); !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, client.ErrPermissionViolation) {
		t.Errorf("without an answer it is said %v", err)
	}
}

// The rights that docs/fleet.md lists are enough for all that a node does.
func TestRights(t *testing.T) {
	t.Parallel()
	rights := &server.Permissions{
		Publish: &server.SubjectPermission{Allow: []string{
			"$JS.API.>", "$JS.FC.>", "$KV.curfew-test-leases.>", "$KV.curfew-test-cursors.>", "$O.curfew-test-snapshots.>", "curfew.test.>", "_INBOX.>",
		}},
		Subscribe: &server.SubjectPermission{Allow: []string{"curfew.test.>", "_INBOX.>"}},
	}
	nc := guarded(t, rights, func(err error) { t.Errorf("the servers refuse something: %v", err) })
	o := nats.Options{Realm: "test"}
	f, err := nats.Fill(t.Context(), nc, o)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(err)
	must(f.Append(after(0, 3, "a")))
	must(f.Finish())
	must(f.Close())
	j := open(t, nc, 1)
	must(j.Append(large(3, several, "b")))
	must(j.SaveSnapshot(bus.Snapshot{Seq: 5}, bustest.Lines(10, 10)))
	if n, err := bustest.ReadLines(j, 5); err != nil || n != 10 {
		t.Errorf("%d lines: %v", n, err)
	}
	must(j.SaveCursor(bus.Cursor{Name: "me", Topic: "run", Seq: 3}))
	if all, err := j.Cursors(); err != nil || len(all) != 1 {
		t.Errorf("%d cursors: %v", len(all), err)
	}
	must(j.DropCursor("me", "run"))
	for seq := range uint64(bus.KeptSnapshots + 1) { // one more than are kept is removed, and its mark by the next
		must(j.SaveSnapshot(bus.Snapshot{Seq: 6 + seq}, bustest.Lines(1, 1)))
	}
	must(j.Drop(5))
	must(j.Close())

	l := leases(t, nc)
	term, ok := take(t, l, "me")
	if _, err := l.All(t.Context()); err != nil || !ok {
		t.Errorf("leases: %v", err)
	}
	must(l.Release(t.Context(), term))

	decides, follows := nodeOn(t, nc), nodeOn(t, nc)
	ctx, cancel := context.WithCancel(t.Context())
	var serving sync.WaitGroup
	defer serving.Wait()
	defer cancel()
	decides.decide(ctx, t, &serving)
	if seq, err := commitOn(t, follows, "an order"); err != nil || seq != 13 {
		t.Errorf("an order is record %d: %v", seq, err)
	}
}
