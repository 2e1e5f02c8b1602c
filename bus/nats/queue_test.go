package nats_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	client "github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"curfew/bus"
	"curfew/bus/bustest"
	"curfew/bus/nats"
	"curfew/bus/nats/natstest"
	"curfew/messages"
	"curfew/tests/patience"
)

// node is a log of a realm, with the queue.
type node struct {
	*bus.Log
	queue   *nats.Queue
	applied atomic.Int64
	stopped chan struct{}
}

func newNode(t *testing.T, url string) *node {
	t.Helper()
	return nodeOn(t, natstest.Connect(t, url))
}

func nodeOn(t *testing.T, nc *client.Conn) *node {
	t.Helper()
	r := join(t, nc)
	q, err := nats.OpenQueue(t.Context(), nc, nats.Options{Realm: "test"}, r.Taken())
	if err != nil {
		t.Fatal(err)
	}
	n := &node{queue: q, stopped: make(chan struct{})}
	n.Log, err = bus.Open(bus.Options{
		Journal: r, Send: q.Send, Stopped: func(error) { close(n.stopped) },
		Recover: func() error {
			return bus.Scan(r, 1, func(messages.Record) error { n.applied.Add(1); return nil })
		},
		Step:  func(messages.Instant, uint64, messages.Fact) []messages.Decision { n.applied.Add(1); return nil },
		Apply: func(messages.Record) { n.applied.Add(1) },
	})
	if err != nil {
		t.Fatal(err)
	}
	stop, err := q.Answers(n.Answered)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stop()
		_ = n.Close()
	})
	return n
}

// decide has the node lead, and serve the queue until it does not.
func (n *node) decide(ctx context.Context, t *testing.T, all *sync.WaitGroup) {
	t.Helper()
	if err := n.Lead(t.Context()); err != nil {
		t.Fatal(err)
	}
	taken := n.Taken()
	all.Go(func() {
		err := n.queue.Serve(ctx, taken, n.TakeIn, func() {}, func(err error) { t.Log(err) })
		if !errors.Is(err, bus.ErrFenced) && !errors.Is(err, bus.ErrFollows) && !errors.Is(err, bus.ErrClosed) && ctx.Err() == nil {
			t.Errorf("serving the queue ended: %v", err)
		}
	})
}

func commitOn(t *testing.T, n *node, id string) (uint64, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience.Limit)
	defer cancel()
	rs, err := n.Commit(ctx, bus.Draft{ID: id, Fact: messages.JobPaused{Job: "a"}})
	if err != nil {
		return 0, err
	}
	return rs[0].Seq, nil
}

// Nodes publish and wait, while who decides changes again and again without a word: each fact is in the journal once, who
// waited knows its seq, and all logs end with the same.
func TestRealm(t *testing.T) {
	url := natstest.Server(t)
	nodes := []*node{newNode(t, url), newNode(t, url), newNode(t, url)}
	var serving, orders sync.WaitGroup
	ctx, cancel := context.WithCancel(t.Context())
	defer serving.Wait()
	defer cancel()
	defer func() {
		for _, n := range nodes {
			_ = n.Close()
		}
	}()
	var mu sync.Mutex
	seqs := map[string]uint64{}
	published := 0
	for round := range 6 {
		nodes[round%3].decide(ctx, t, &serving)
		for i, n := range nodes {
			for range 50 {
				n.Publish(bus.Draft{ID: fmt.Sprint("p", published), Fact: messages.JobPaused{Job: "a"}})
				published++
			}
			for k := range 5 {
				orders.Go(func() {
					id := fmt.Sprint("c", round, i, k)
					seq, err := commitOn(t, n, id)
					if errors.Is(err, bus.ErrFenced) { // he asks again, elsewhere
						seq, err = commitOn(t, nodes[round%3], id)
					}
					mu.Lock()
					defer mu.Unlock()
					if seqs[id] = seq; err != nil {
						t.Errorf("order %s: %v", id, err)
					}
				})
				published++
			}
		}
		orders.Wait()
		// Who is fenced learns that when he appends: he starts anew.
		old := nodes[round%3]
		nodes[(round+1)%3].decide(ctx, t, &serving)
		old.Publish(bus.Draft{ID: fmt.Sprint("p", published), Fact: messages.JobPaused{Job: "a"}})
		published++
		patience.Await(t, "a log that is fenced to stop", old.stopped)
		if err := old.Close(); err != nil { // hands on what it has
			t.Error(err)
		}
		nodes[round%3] = newNode(t, url)
	}
	for i := range nodes {
		if _, err := commitOn(t, nodes[i], fmt.Sprint("last", i)); err != nil {
			t.Fatal(err)
		}
	}
	counted := map[string]uint64{}
	rs := bustest.Records(t, join(t, natstest.Connect(t, url)))
	for _, r := range rs {
		if counted[r.ID] != 0 {
			t.Errorf("%s is in the journal twice", r.ID)
		}
		counted[r.ID] = r.Seq
	}
	if want := published + len(nodes); len(counted) != want {
		t.Errorf("%d facts are in the journal, want %d", len(counted), want)
	}
	for id, seq := range seqs {
		if counted[id] != seq {
			t.Errorf("who ordered %s was told %d, and it is %d", id, seq, counted[id])
		}
	}
	for i, n := range nodes {
		if got := n.applied.Load(); n.Last() == uint64(len(rs)) && got != int64(len(rs)) {
			t.Errorf("node %d has applied %d of %d records", i, got, len(rs))
		}
	}
	t.Logf("%d facts, %d orders, 12 changes of who decides", len(counted), len(seqs))
}

// What is no parcel is passed over and said; a queue that was made anew is noticed.
func TestQueueIsChecked(t *testing.T) {
	nc := natstest.Connect(t, natstest.Server(t))
	o := nats.Options{Realm: "test"}
	q, err := nats.OpenQueue(t.Context(), nc, o, 0)
	if err != nil {
		t.Fatal(err)
	}
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := js.Publish(t.Context(), "curfew.test.facts", []byte("hello")); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second one is a repeat
		if err := q.Send(t.Context(), bus.Parcel{ID: "1", Content: []byte("a parcel")}); err != nil {
			t.Fatal(err)
		}
	}
	if err := q.Send(t.Context(), bus.Parcel{ID: "2", Content: make([]byte, 2<<20)}); !errors.Is(err, bus.ErrTooLarge) {
		t.Errorf("a parcel of 2 MiB: %v", err)
	}
	enough := errors.New("enough")
	var got, troubles []string
	err = q.Serve(t.Context(), 0, func(_ context.Context, place uint64, content []byte) (bus.Answer, error) {
		got = append(got, fmt.Sprint(place, " ", string(content)))
		if place == 1 {
			return bus.Answer{}, bus.ErrBadParcel
		}
		return bus.Answer{}, enough
	}, func() {}, func(err error) { troubles = append(troubles, err.Error()) })
	if !errors.Is(err, enough) || strings.Join(got, ", ") != "1 hello, 2 a parcel" {
		t.Errorf("served %q, %v", got, err)
	}
	if len(troubles) != 1 || !strings.Contains(troubles[0], "message 1 of stream curfew-test_facts is removed") {
		t.Errorf("said %q", troubles)
	}
	if err := q.Serve(t.Context(), 7, nil, nil, nil); err == nil || !strings.Contains(err.Error(), "was made anew") {
		t.Errorf("at a place that there never was: %v", err)
	}
	if err := js.DeleteStream(t.Context(), "curfew-test_facts"); err != nil {
		t.Fatal(err)
	}
	if q, err = nats.OpenQueue(t.Context(), nc, o, 7); err != nil {
		t.Fatal(err)
	}
	if err := q.Send(t.Context(), bus.Parcel{ID: "3", Content: []byte("next")}); err != nil {
		t.Fatal(err)
	}
	err = q.Serve(t.Context(), 7, func(_ context.Context, place uint64, _ []byte) (bus.Answer, error) {
		if place != 8 {
			t.Errorf("a queue that is made for place 8 has %d", place)
		}
		return bus.Answer{}, enough
	}, func() {}, nil)
	if !errors.Is(err, enough) {
		t.Error(err)
	}
}

// Parcels that nobody has taken in and that are not there any more are said, before and while a log decides.
func TestLostParcels(t *testing.T) {
	nc := natstest.Connect(t, natstest.Server(t))
	q, err := nats.OpenQueue(t.Context(), nc, nats.Options{Realm: "test"}, 0)
	if err != nil {
		t.Fatal(err)
	}
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	stream, err := js.Stream(t.Context(), "curfew-test_facts")
	if err != nil {
		t.Fatal(err)
	}
	send := func(ids ...string) {
		for _, id := range ids {
			if err := q.Send(t.Context(), bus.Parcel{ID: id, Content: []byte(id)}); err != nil {
				t.Fatal(err)
			}
		}
	}
	remove := func(places ...uint64) { // as the servers do with old ones
		for _, place := range places {
			if err := stream.DeleteMsg(t.Context(), place); err != nil {
				t.Fatal(err)
			}
		}
	}
	send("1", "2", "3")
	remove(2, 3) // 1 was taken in
	var got, said []string
	enough := errors.New("enough")
	serve := func(taken, last uint64) {
		err := q.Serve(t.Context(), taken, func(_ context.Context, place uint64, content []byte) (bus.Answer, error) {
			if got = append(got, string(content)); place == last {
				return bus.Answer{}, enough
			}
			return bus.Answer{}, nil
		}, func() {}, func(err error) { said = append(said, err.Error()) })
		if !errors.Is(err, enough) {
			t.Fatal(err)
		}
	}
	send("4")
	serve(1, 4)
	send("5", "6", "7")
	remove(6)
	serve(3, 7)
	remove(4, 5)
	serve(3, 7)
	serve(6, 7)
	if text := strings.Join(got, " "); text != "4 4 5 7 7 7" {
		t.Errorf("taken in is %q", text)
	}
	var places []string
	for _, text := range said {
		places = append(places, strings.Split(text, ": ")[2])
	}
	if want := "places 2 to 3 of the queue of realm test are empty, places 6 to 6 of the queue of realm test are empty, " +
		"places 4 to 6 of the queue of realm test are empty"; strings.Join(places, ", ") != want {
		t.Errorf("said %q, want %q", said, want)
	}
}

// Whoever serves is told when what was there at the beginning is taken in, also if that is nothing.
func TestServeCatchesUp(t *testing.T) {
	nc := natstest.Connect(t, natstest.Server(t))
	q, err := nats.OpenQueue(t.Context(), nc, nats.Options{Realm: "test"}, 0)
	if err != nil {
		t.Fatal(err)
	}
	send := func(id string) {
		if err := q.Send(t.Context(), bus.Parcel{ID: id, Content: []byte(id)}); err != nil {
			t.Error(err)
		}
	}
	enough := errors.New("enough")
	serve := func(taken, last uint64) string {
		var got []string
		err := q.Serve(t.Context(), taken, func(_ context.Context, place uint64, content []byte) (bus.Answer, error) {
			if got = append(got, string(content)); place == last {
				return bus.Answer{}, enough
			}
			return bus.Answer{}, nil
		}, func() {
			got = append(got, "caught up")
			send(fmt.Sprint(last))
		}, func(err error) { t.Error(err) })
		if !errors.Is(err, enough) {
			t.Fatal(err)
		}
		return strings.Join(got, ", ")
	}
	send("1")
	send("2")
	if got := serve(0, 3); got != "1, 2, caught up, 3" {
		t.Errorf("of two parcels, and a later one, it has %q", got)
	}
	if got := serve(3, 4); got != "caught up, 4" {
		t.Errorf("of none, and a later one, it has %q", got)
	}
}

// Whoever stops serving while the servers are silent has no trouble to tell.
func TestServeEndsInSilence(t *testing.T) {
	t.Parallel()
	url, o := natstest.Server(t), nats.Options{Realm: "test"}
	proxy := natstest.NewProxy(t, url)
	q, err := nats.OpenQueue(t.Context(), natstest.Connect(t, proxy.URL), o, 0)
	other, err2 := nats.OpenQueue(t.Context(), natstest.Connect(t, url), o, 0)
	if err := errors.Join(err, err2); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	asked, taken := make(chan struct{}), make(chan error, 1)
	go func() {
		taken <- q.Serve(ctx, 0, func(context.Context, uint64, []byte) (bus.Answer, error) {
			proxy.Mute()
			close(asked)
			return bus.Answer{}, nil
		}, func() {}, func(err error) { t.Errorf("trouble: %v", err) })
	}()
	if err := other.Send(t.Context(), bus.Parcel{ID: "one", Content: []byte("one")}); err != nil {
		t.Fatal(err)
	}
	patience.Await(t, "the parcel to be taken in", asked)
	cancel()
	if err := patience.Await(t, "serving to end", taken); !errors.Is(err, context.Canceled) {
		t.Errorf("it ends with %v", err)
	}
}
