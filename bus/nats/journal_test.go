package nats_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	client "github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"curfew/bus"
	"curfew/bus/bustest"
	"curfew/bus/nats"
	"curfew/bus/nats/natstest"
	"curfew/messages"
	"curfew/tests/patience"
)

// A record that is larger than the servers take is refused by name, and the journal goes on.
func TestTooLarge(t *testing.T) {
	nc := natstest.Connect(t, natstest.Server(t))
	j := open(t, nc, 0)
	records := after(0, 3, "a")
	records[1].Body = messages.JobPaused{By: strings.Repeat("b", 1<<20)}
	err := j.Append(records)
	if err == nil || !strings.Contains(err.Error(), "record 2 has 1") || !strings.Contains(err.Error(), "max_payload") {
		t.Errorf("a record of more than 1 MiB: %v", err)
	}
	records[1].Body = messages.JobPaused{By: strings.Repeat("b", 1<<20-2048)}
	if err := j.Append(records); err != nil {
		t.Errorf("and then one that is not too large: %v", err)
	}
	holds(t, nc, records)
}

// An append of more blocks than a batch may have is stored in fewer, larger ones.
func TestManyBlocks(t *testing.T) {
	nc := natstest.Connect(t, natstest.Server(t))
	j := open(t, nc, 0)
	records := after(0, 1001, "a")
	for i := range records {
		records[i].Body = messages.JobPaused{Job: strings.Repeat("j", 17<<10)} // twice in a line: two are more than a block
	}
	if err := j.Append(records); err != nil {
		t.Fatal(err)
	}
	if n := stored(t, nc); n > 100 {
		t.Errorf("they are %d messages", n)
	}
	holds(t, nc, records)
}

// An append is one message if it is not large, and else one for each block.
func TestAppendIsOneMessage(t *testing.T) {
	nc := natstest.Connect(t, natstest.Server(t))
	j := open(t, nc, 0)
	seq, claims := uint64(0), stored(t, nc)
	for _, c := range []struct {
		records []messages.Record
		want    uint64
	}{{after(0, 1024, "a"), 1}, {large(1024, 4, "a"), 1}, {large(1028, several, "a"), several}, {after(1028+several, 1, "a"), 1}} {
		before := stored(t, nc)
		if err := j.Append(c.records); err != nil {
			t.Fatal(err)
		}
		seq += uint64(len(c.records))
		if got := stored(t, nc) - before; got != c.want {
			t.Errorf("%d records up to %d are %d messages, want %d", len(c.records), seq, got, c.want)
		}
	}
	if rs, err := j.Read(500, 2); err != nil || len(rs) != 2 || rs[0].Seq != 500 || claims != 1 {
		t.Errorf("in the middle of a message: %d records, %v", len(rs), err)
	}
	holds(t, nc, slices.Concat(after(0, 1024, "a"), large(1024, 4, "a"), large(1028, several, "a"), after(1028+several, 1, "a")))
}

// An append of many blocks is one batch. A journal that is opened again is as it was left, also when all but the newest
// record were removed.
func TestOpenAgain(t *testing.T) {
	nc := natstest.Connect(t, natstest.Server(t))
	j := open(t, nc, 0)
	records := large(0, 150, "a") // more than a page
	if err := j.Append(records); err != nil {
		t.Fatal(err)
	}
	if err := j.SaveCursor(bus.Cursor{Name: "a b/c", Topic: "run", Seq: 7}); err != nil {
		t.Fatal(err)
	}
	holds(t, nc, records)
	j = open(t, nc, 0)
	if cs, err := j.Cursors(); err != nil || len(cs) != 1 || cs[0].Name != "a b/c" || cs[0].Topic != "run" || cs[0].Seq != 7 {
		t.Errorf("cursors: %+v, %v", cs, err)
	}
	if err := j.Drop(1000); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		j = open(t, nc, 0)
		if first, err := j.First(); err != nil || first != 150 || last(t, j) != 150 {
			t.Errorf("records %d to %d, %v; want 150 alone", first, last(t, j), err)
		}
		if rs := bustest.Records(t, j); len(rs) != 1 || rs[0].ID != records[149].ID {
			t.Errorf("read %d records", len(rs))
		}
	}
	if err := j.Append(after(150, 1, "b")); err != nil {
		t.Error(err)
	}
	if err := j.Append(after(152, 1, "b")); err == nil || !strings.Contains(err.Error(), "the next is 152") {
		t.Errorf("records with a gap: %v", err)
	}
	_ = j.Close()
	if err := j.Append(after(151, 1, "b")); err == nil {
		t.Error("a closed journal appends")
	}
}

// What cannot be a journal is refused before anything is written.
func TestOpenRefuses(t *testing.T) {
	nc := natstest.Connect(t, natstest.Server(t))
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	for realm, change := range map[string]func(*jetstream.StreamConfig){
		"old":     func(c *jetstream.StreamConfig) { c.Discard = jetstream.DiscardOld },
		"memory":  func(c *jetstream.StreamConfig) { c.Storage = jetstream.MemoryStorage },
		"subject": func(c *jetstream.StreamConfig) { c.Subjects = []string{"curfew.subject.>"} },
		"batch":   func(c *jetstream.StreamConfig) { c.AllowAtomicPublish = false },
		"rollup":  func(c *jetstream.StreamConfig) { c.AllowRollup = true },
		"newer":   func(c *jetstream.StreamConfig) { c.Metadata = map[string]string{"curfew-format": "2"} },
	} {
		c := jetstream.StreamConfig{
			Name: "curfew-" + realm, Subjects: []string{"curfew." + realm + ".journal"},
			Discard: jetstream.DiscardNew, AllowAtomicPublish: true, AllowDirect: true,
		}
		change(&c)
		if _, err := js.CreateStream(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		_, err := nats.Open(t.Context(), nc, nats.Options{Realm: realm})
		if err == nil || !strings.Contains(err.Error(), "cannot keep a journal: it") {
			t.Errorf("%s: %v", realm, err)
		}
	}
	for _, o := range []nats.Options{{}, {Realm: "A"}, {Realm: "a.b"}, {Realm: strings.Repeat("a", 33)}, {Realm: "a", Replicas: 2}} {
		if _, err := nats.Open(t.Context(), nc, o); err == nil || !strings.Contains(err.Error(), "is not a valid") {
			t.Errorf("%+v: %v", o, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := nats.Open(ctx, nc, nats.Options{Realm: "late"}); !errors.Is(err, context.Canceled) {
		t.Errorf("with a context that has ended: %v", err)
	}
}

// A full stream refuses an append and loses nothing; the journal goes on when there is room.
func TestFull(t *testing.T) {
	nc := natstest.Connect(t, natstest.Server(t))
	j := open(t, nc, 0)
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	s, err := js.Stream(t.Context(), "curfew-test")
	if err != nil {
		t.Fatal(err)
	}
	limit := func(bytes int64) {
		c := s.CachedInfo().Config
		c.MaxBytes = bytes
		if _, err := js.UpdateStream(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	limit(1000)
	records := large(0, 1, "a")
	if err := j.Append(records); err == nil || !strings.Contains(err.Error(), "the stream is full") {
		t.Errorf("a full stream: %v", err)
	}
	limit(-1)
	if err := j.Append(records); err != nil {
		t.Errorf("and then: %v", err)
	}
	holds(t, nc, records)
}

// A block that was changed is reported with its records; those before it are read.
func TestDamage(t *testing.T) {
	nc := natstest.Connect(t, natstest.Server(t))
	j := open(t, nc, 0)
	if err := j.Append(after(0, 2, "a")); err != nil {
		t.Fatal(err)
	}
	m := client.NewMsg(subject)
	m.Data = []byte("no line\n")
	for name, value := range map[string]string{"First": "3", "Last": "4", "At": "4", "Before": "100", "Crc": "77"} {
		m.Header.Set("Curfew-"+name, value)
	}
	if _, err := nc.RequestMsg(m, patience.Limit); err != nil {
		t.Fatal(err)
	}
	j = open(t, nc, 0)
	rs, err := j.Read(1, 100)
	var damage *bus.Corrupt
	if !errors.As(err, &damage) || damage.First != 3 || damage.Last != 4 || len(rs) != 2 {
		t.Errorf("read %d records, %v", len(rs), err)
	}
}

// What a snapshot that was never finished left in the store is removed with the next one, when nobody can be writing it any
// more. Lines of a part that was
// changed are not returned.
func TestSnapshotsAreChecked(t *testing.T) {
	nc := natstest.Connect(t, natstest.Server(t))
	j := open(t, nc, 0)
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := js.Publish(t.Context(), "$O.curfew-test-snapshots.C.unfinished", []byte("x")); err != nil {
		t.Fatal(err)
	}
	if err := j.SaveSnapshot(bus.Snapshot{Seq: 5}, bustest.Lines(10, 10)); err != nil {
		t.Fatal(err)
	}
	s, err := js.Stream(t.Context(), "OBJ_curfew-test-snapshots")
	if err != nil {
		t.Fatal(err)
	}
	if got := s.CachedInfo().State.Msgs; got != 3 {
		t.Errorf("the store has %d messages, want those of the snapshot and what another process may be writing", got)
	}
	j.Ahead(11 * time.Minute)
	if err := j.SaveSnapshot(bus.Snapshot{Seq: 5}, bustest.Lines(10, 10)); err != nil {
		t.Fatal(err)
	}
	if s, err = js.Stream(t.Context(), "OBJ_curfew-test-snapshots"); err != nil {
		t.Fatal(err)
	}
	if got := s.CachedInfo().State.Msgs; got != 2 { // a chunk, and what the store says of the object
		t.Errorf("the store has %d messages, want 2", got)
	}
	objects, err := js.ObjectStore(t.Context(), "curfew-test-snapshots")
	if err != nil {
		t.Fatal(err)
	}
	whole, err := objects.GetBytes(t.Context(), fmt.Sprintf("%020d", 5))
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func([]byte) []byte{
		"a byte":  func(b []byte) []byte { b[len(b)-1] ^= 1; return b },
		"cut":     func(b []byte) []byte { return b[:len(b)-1] },
		"nothing": func([]byte) []byte { return nil },
		"a size":  func(b []byte) []byte { b[0] = 0xff; return b },
		"more":    func(b []byte) []byte { return append(b, 1, 2, 3) },
	} {
		o := jetstream.ObjectMeta{Name: fmt.Sprintf("%020d", 5), Metadata: map[string]string{"at": "0", "policy_version": "1"}}
		if _, err := objects.Put(t.Context(), o, strings.NewReader(string(change([]byte(string(whole)))))); err != nil {
			t.Fatal(err)
		}
		n, err := bustest.ReadLines(j, 5)
		if want := map[bool]int{true: 10}[name == "more"]; err == nil || n != want {
			t.Errorf("%s: read %d lines, %v; want %d and an error", name, n, err, want)
		}
	}
}

// What is removed leaves nothing in its bucket: neither a cursor, nor a snapshot when the next one is saved. A mark would
// stay for ever, and be read by every start.
func TestRemovedLeavesNothing(t *testing.T) {
	nc := natstest.Connect(t, natstest.Server(t))
	j := open(t, nc, 0)
	const many = 20
	for i := range many {
		if err := j.SaveCursor(bus.Cursor{Name: fmt.Sprint("reader of node ", i), Topic: "run", Seq: 1}); err != nil {
			t.Fatal(err)
		}
		if err := j.SaveSnapshot(bus.Snapshot{Seq: uint64(i + 1)}, bustest.Lines(1, 1)); err != nil {
			t.Fatal(err)
		}
	}
	for i := range many - 1 {
		if err := j.DropCursor(fmt.Sprint("reader of node ", i), "run"); err != nil {
			t.Fatal(err)
		}
	}
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]uint64{
		"KV_curfew-test-cursors":    1,
		"OBJ_curfew-test-snapshots": 2*bus.KeptSnapshots + 1, // a chunk and a mark of each, and the mark of the one removed last
	} {
		s, err := js.Stream(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		if got := s.CachedInfo().State.Msgs; got != want {
			t.Errorf("stream %s has %d messages, want %d", name, got, want)
		}
	}
}
