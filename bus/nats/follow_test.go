package nats_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	client "github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"curfew/bus"
	"curfew/bus/nats"
	"curfew/bus/nats/natstest"
	"curfew/messages"
	"curfew/tests/patience"
)

func join(t *testing.T, nc *client.Conn) *nats.Relay {
	t.Helper()
	r, err := nats.Join(t.Context(), nc, nats.Options{Realm: "test"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close() })
	return r
}

// next is what a relay reads next.
func next(t *testing.T, r *nats.Relay) []messages.Record {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience.Limit)
	defer cancel()
	rs, err := r.Follow(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return rs
}

func claim(t *testing.T, r *nats.Relay) {
	t.Helper()
	if err := r.Claim(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// Who follows reads whole appends, behind those that were there when he joined; a claim is none of them.
func TestFollow(t *testing.T) {
	nc := natstest.Connect(t, natstest.Server(t))
	j := open(t, nc, 0)
	if err := j.Append(after(0, 2, "before")); err != nil {
		t.Fatal(err)
	}
	r := join(t, nc)
	if got := last(t, r); got != 2 {
		t.Fatalf("it begins behind record %d", got)
	}
	for _, n := range []int{1, 40, 3} { // the second is a batch of 40 messages
		rs := large(last(t, j), n, "a")
		if err := j.Append(rs); err != nil {
			t.Fatal(err)
		}
		j = open(t, nc, 0) // claims
		if got := next(t, r); len(got) != n || got[0].ID != rs[0].ID || last(t, r) != last(t, j) {
			t.Errorf("followed %d records of an append of %d", len(got), n)
		}
	}
	if rs, err := r.Read(1, 100); err != nil || len(rs) != 46 {
		t.Errorf("read %d records, %v", len(rs), err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := r.Follow(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("with a context that has ended: %v", err)
	}
	if err := j.Append(after(46, 1, "b")); err != nil {
		t.Fatal(err)
	}
	if got := next(t, r); len(got) != 1 || got[0].Seq != 47 {
		t.Errorf("after that it reads %+v", got)
	}
}

// A claim fences, and what was appended before it is read without waiting. The one before can follow on from where it is.
func TestClaim(t *testing.T) {
	nc := natstest.Connect(t, natstest.Server(t))
	a, b := join(t, nc), join(t, nc)
	var all []messages.Record
	for turn := range 6 {
		now, other := a, b
		if turn%2 == 1 {
			now, other = b, a
		}
		claim(t, now)
		var read []messages.Record
		for {
			rs := next(t, now)
			if len(rs) == 0 {
				break
			}
			read = append(read, rs...)
		}
		if turn > 0 && len(read) != 6 {
			t.Errorf("turn %d: read %d records behind the claim, want 6", turn, len(read))
		}
		if now.Taken() != uint64(10*turn) {
			t.Errorf("turn %d: parcels are taken in up to %d", turn, now.Taken())
		}
		if err := other.Append(after(last(t, other), 1, "late")); turn > 0 && !errors.Is(err, bus.ErrFenced) {
			t.Errorf("turn %d: the one before: %v", turn, err)
		}
		now.Take(uint64(10 * (turn + 1)))
		for range 2 { // the place is kept by what follows, too
			rs := after(last(t, now), 3, fmt.Sprint("turn", turn))
			if err := now.Append(rs); err != nil {
				t.Fatal(err)
			}
			all = append(all, rs...)
		}
	}
	holds(t, nc, all)
}

// Whoever has claimed the journal and is told to let it be, before he has read what is left, follows on from where he is.
func TestClaimIsCalledOff(t *testing.T) {
	nc := natstest.Connect(t, natstest.Server(t))
	a, b := join(t, nc), join(t, nc)
	lead := func(first uint64, whose string) {
		t.Helper()
		claim(t, a)
		if rs := next(t, a); len(rs) > 0 {
			t.Errorf("it reads %d records, and there is nothing new", len(rs))
		}
		if err := a.Append(after(first, 3, whose)); err != nil {
			t.Fatal(err)
		}
	}
	lead(0, "before")
	claim(t, b)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if rs, err := b.Follow(ctx); len(rs) > 0 || !errors.Is(err, context.Canceled) {
		t.Errorf("called off, it reads %d records: %v", len(rs), err)
	}
	lead(3, "after")
	var read []messages.Record
	for len(read) < 6 {
		read = append(read, next(t, b)...)
	}
	holds(t, nc, read)
}

// A connection that is cut loses and doubles nothing.
func TestFollowThroughCuts(t *testing.T) {
	url := natstest.Server(t)
	proxy := natstest.NewProxy(t, url)
	r := join(t, natstest.Connect(t, proxy.URL))
	j := open(t, natstest.Connect(t, url), 0)
	var want, got []messages.Record
	for i := range 30 {
		rs := after(last(t, j), 5, "a")
		if err := j.Append(rs); err != nil {
			t.Fatal(err)
		}
		want = append(want, rs...)
		if i%10 == 5 {
			proxy.Cut()
		}
		if i%3 == 0 {
			got = append(got, next(t, r)...)
		}
	}
	for len(got) < len(want) {
		got = append(got, next(t, r)...)
	}
	if !slices.EqualFunc(got, want, func(a, b messages.Record) bool { return a.Seq == b.Seq && a.ID == b.ID }) {
		t.Errorf("followed %d records, want %d", len(got), len(want))
	}
}

// Who is so far behind that records are gone must begin again, and is told.
func TestFollowTooFarBehind(t *testing.T) {
	nc := natstest.Connect(t, natstest.Server(t))
	j := open(t, nc, 0)
	if err := j.Append(after(0, 1, "a")); err != nil {
		t.Fatal(err)
	}
	r := join(t, nc)
	for i := range 5 {
		if err := j.Append(after(uint64(i)+1, 1, "a")); err != nil {
			t.Fatal(err)
		}
	}
	if err := j.Drop(4); err != nil {
		t.Fatal(err)
	}
	if rs, err := r.Follow(t.Context()); err == nil {
		t.Errorf("read %+v", rs)
	}
	r = join(t, nc)
	if first, err := r.First(); err != nil || first != 4 || last(t, r) != 6 {
		t.Errorf("a new one has records %d to %d, %v", first, last(t, r), err)
	}
}

// Who follows reads on when another process has removed old records, from what is left.
func TestReadWhatIsLeft(t *testing.T) {
	nc := natstest.Connect(t, natstest.Server(t))
	j := open(t, nc, 0)
	followed, joined := join(t, nc), join(t, nc)
	for i := range 6 {
		if err := j.Append(after(uint64(i), 1, "a")); err != nil {
			t.Fatal(err)
		}
		next(t, followed)
	}
	late := join(t, nc) // it does not know where the records are
	if err := j.Drop(4); err != nil {
		t.Fatal(err)
	}
	for name, r := range map[string]*nats.Relay{"followed": followed, "late": late} {
		rs, err := r.Read(1, 100)
		if err != nil || len(rs) != 3 || rs[0].Seq != 4 {
			t.Errorf("%s: read %d records, %v", name, len(rs), err)
		}
		if first, err := r.First(); err != nil || first != 4 {
			t.Errorf("%s: the first is %d, %v", name, first, err)
		}
	}
	if rs, err := joined.Read(1, 100); err != nil || len(rs) != 0 {
		t.Errorf("one that has not followed: read %d records, %v", len(rs), err)
	}
}

// A feed that lives and brings nothing is not believed.
func TestDeafFeed(t *testing.T) {
	t.Parallel()
	nc := natstest.Connect(t, natstest.Server(t))
	j, r := open(t, nc, 0), join(t, nc)
	if err := j.Append(after(0, 1, "a")); err != nil {
		t.Fatal(err)
	}
	if got := next(t, r); len(got) != 1 { // there is a feed now
		t.Fatalf("followed %d records", len(got))
	}
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	stream, err := js.Stream(t.Context(), "curfew-test")
	if err != nil {
		t.Fatal(err)
	}
	paused := 0
	for name := range stream.ConsumerNames(t.Context()).Name() {
		if _, err := stream.PauseConsumer(t.Context(), name, time.Now().Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		paused++
	}
	if err := j.Append(after(1, 1, "b")); err != nil {
		t.Fatal(err)
	}
	if got := next(t, r); paused != 1 || len(got) != 1 || got[0].Seq != 2 {
		t.Errorf("of %d feeds that were silenced: %+v", paused, got)
	}
}
