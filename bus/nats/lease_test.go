package nats_test

import (
	"context"
	"strings"
	"testing"
	"time"

	client "github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"curfew/bus/nats"
	"curfew/bus/nats/natstest"
	"curfew/bus/sleep"
	"curfew/tests/patience"
)

func leases(t *testing.T, nc *client.Conn) *nats.Leases {
	t.Helper()
	l, err := nats.OpenLeases(t.Context(), nc, nats.Options{Realm: "test"})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func take(t *testing.T, l *nats.Leases, who string) (*nats.Term, bool) {
	t.Helper()
	term, ok, err := l.Take(t.Context(), "decider", who)
	if err != nil {
		t.Fatal(err)
	}
	return term, ok
}

// await takes the lease as soon as it can be had. Whoever had it before does not believe so any more.
func await(t *testing.T, l *nats.Leases, before *nats.Term) *nats.Term {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience.Limit)
	defer cancel()
	for {
		believed := before.Valid()
		term, ok := take(t, l, "heir")
		if ok {
			if believed && before.Valid() {
				t.Error("two hold the lease")
			}
			return term
		}
		if sleep.For(ctx, 50*time.Millisecond) != nil {
			t.Fatal("the lease cannot be had")
		}
	}
}

// One holds the lease, as long as he renews it. When he stops, he knows that it is over before another has it.
func TestLease(t *testing.T) {
	t.Parallel()
	nc := natstest.Connect(t, natstest.Server(t))
	l := leases(t, nc)
	first, ok := take(t, l, "first")
	if !ok || !first.Valid() {
		t.Fatal("a lease that nobody has cannot be had")
	}
	ctx, stop := context.WithTimeout(t.Context(), nats.LeaseTTL+nats.LeaseTTL/2)
	defer stop()
	kept := make(chan error, 1)
	go func() { kept <- l.Keep(ctx, first) }()
	for ctx.Err() == nil {
		if _, ok := take(t, l, "second"); ok && ctx.Err() == nil {
			t.Fatal("two hold the lease")
		}
		_ = sleep.For(ctx, 200*time.Millisecond)
	}
	if err := patience.Await(t, "the renewal to end", kept); err == nil || ctx.Err() == nil {
		t.Errorf("it was lost: %v", err)
	}
	heir := await(t, l, first)
	all, err := l.All(t.Context())
	if err != nil || len(all) != 1 || string(all["decider"]) != `"heir"` {
		t.Errorf("the leases are %s, %v", all, err)
	}
	if err := l.Keep(t.Context(), first); err == nil {
		t.Error("the one before keeps it")
	}
	if err := l.Release(t.Context(), heir); err != nil {
		t.Error(err)
	}
	if _, ok := take(t, l, "third"); !ok {
		t.Error("what was given up cannot be had at once")
	}
}

// Who gets no answers any more lets go of the lease, before another can have it.
func TestLeaseWithoutAnswers(t *testing.T) {
	t.Parallel()
	url := natstest.Server(t)
	proxy := natstest.NewProxy(t, url)
	cut := leases(t, natstest.Connect(t, proxy.URL))
	term, ok := take(t, cut, "cut")
	if !ok {
		t.Fatal("a lease that nobody has cannot be had")
	}
	proxy.Mute()
	if err := cut.Keep(t.Context(), term); err == nil || term.Valid() {
		t.Errorf("it keeps the lease: %v", err)
	}
	await(t, leases(t, natstest.Connect(t, url)), term)
}

// A lease lasts as long as its bucket says, which is what the servers go by, and not as this build would make it. A bucket
// that keeps its keys for ever is refused.
func TestLeaseLastsAsItsBucketSays(t *testing.T) {
	t.Parallel()
	nc := natstest.Connect(t, natstest.Server(t))
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	bucket := jetstream.KeyValueConfig{Bucket: "curfew-test-leases", History: 1, TTL: 2 * time.Second}
	if _, err := js.CreateKeyValue(t.Context(), bucket); err != nil {
		t.Fatal(err)
	}
	l := leases(t, nc)
	first, ok := take(t, l, "first")
	if !ok {
		t.Fatal("a lease that nobody has cannot be had")
	}
	heir := await(t, l, first) // checks that the first does not believe to hold it by then
	if err := l.Release(t.Context(), heir); err != nil {
		t.Error(err)
	}
	bucket.TTL = 0
	if _, err := js.UpdateKeyValue(t.Context(), bucket); err != nil {
		t.Fatal(err)
	}
	if _, err := nats.OpenLeases(t.Context(), nc, nats.Options{Realm: "test"}); err == nil || !strings.Contains(err.Error(), "keeps a key for 0s") {
		t.Errorf("a bucket without an end: %v", err)
	}
}
