package nats_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	client "github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"curfew/bus"
	"curfew/bus/bustest"
	"curfew/bus/nats"
	"curfew/messages"
	"curfew/tests/patience"
)

const subject = "curfew.test.journal"

func open(t *testing.T, nc *client.Conn, replicas int) *nats.Journal {
	t.Helper()
	j, err := nats.Open(t.Context(), nc, nats.Options{Realm: "test", Replicas: replicas})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = j.Close() })
	return j
}

func last(t *testing.T, j bus.Journal) uint64 {
	t.Helper()
	seq, err := j.Last()
	if err != nil {
		t.Fatal(err)
	}
	return seq
}

// after makes n records behind that seq. Whose they are shows in their ids.
func after(seq uint64, n int, whose string) []messages.Record {
	rs := make([]messages.Record, n)
	for i := range rs {
		at := seq + uint64(i) + 1
		rs[i] = messages.Record{Seq: at, At: messages.Instant(at), ID: fmt.Sprintf("%s-%d", whose, at), Body: messages.JobPaused{Job: "a"}}
	}
	return rs
}

// several large records are an append of several messages, each of a block: together they are too large for one.
const several = 9

// large makes n records of about 60 KiB each, so that each is a block of its own.
func large(seq uint64, n int, whose string) []messages.Record {
	rs := after(seq, n, whose)
	for i := range rs {
		rs[i].Body = messages.JobPaused{Job: strings.Repeat("j", 60<<10)}
	}
	return rs
}

// holds checks that the journal has exactly these records, with a reader that takes it over.
func holds(t *testing.T, nc *client.Conn, want []messages.Record) {
	t.Helper()
	got := bustest.Records(t, open(t, nc, 0))
	if len(got) != len(want) {
		t.Fatalf("the journal has %d records, want %d", len(got), len(want))
	}
	if !slices.EqualFunc(got, want, func(a, b messages.Record) bool { return a.Seq == b.Seq && a.ID == b.ID }) {
		t.Error("the journal has other records than were appended")
	}
}

// stored is how many messages the stream has.
func stored(t *testing.T, nc *client.Conn) uint64 {
	t.Helper()
	return state(t, nc).Msgs
}

// state is what the servers say of the stream.
func state(t *testing.T, nc *client.Conn) jetstream.StreamState {
	t.Helper()
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	s, err := js.Stream(t.Context(), "curfew-test")
	if err != nil {
		t.Fatal(err)
	}
	return s.CachedInfo().State
}

// whenStored waits, over a connection of its own, until the stream has the message that begins with that record.
func whenStored(t *testing.T, nc *client.Conn) (wait func(first uint64)) {
	t.Helper()
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	c, err := js.OrderedConsumer(t.Context(), "curfew-test", jetstream.OrderedConsumerConfig{})
	if err != nil {
		t.Fatal(err)
	}
	all, err := c.Messages()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(all.Stop)
	return func(first uint64) {
		for {
			m, err := all.Next(jetstream.NextMaxWait(patience.Limit))
			if err != nil {
				t.Errorf("record %d is not stored: %v", first, err)
				return
			}
			h := m.Headers()
			if h.Get("Curfew-First") == fmt.Sprint(first) && h.Get("Curfew-Last") >= fmt.Sprint(first) {
				return
			}
		}
	}
}
