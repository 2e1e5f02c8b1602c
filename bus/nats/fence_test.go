package nats_test

import (
	"errors"
	"testing"

	"curfew/bus"
	"curfew/bus/nats/natstest"
	"curfew/messages"
	"curfew/tests/patience"
)

// Who opened the journal last is its only writer. One that was frozen meanwhile appends nothing when it wakes, not even
// records of the very seqs that the other one has appended, and stays fenced.
func TestFence(t *testing.T) {
	nc := natstest.Connect(t, natstest.Server(t))
	frozen := open(t, nc, 0)
	records := after(0, 3, "frozen")
	if err := frozen.Append(records); err != nil {
		t.Fatal(err)
	}
	heir := open(t, nc, 0)
	if got := last(t, heir); got != 3 {
		t.Fatalf("the next writer begins behind record %d, want 3", got)
	}
	before := stored(t, nc)
	for name, rs := range map[string][]messages.Record{
		"small": after(3, 1, "frozen"), "again": after(3, 1, "frozen"), "large": large(3, several, "frozen"),
	} {
		if err := frozen.Append(rs); !errors.Is(err, bus.ErrFenced) {
			t.Errorf("%s: an append of the fenced writer: %v", name, err)
		}
	}
	if got := stored(t, nc); got != before {
		t.Errorf("the fenced writer has stored %d messages", got-before)
	}
	records = append(records, after(3, 2, "heir")...)
	if err := heir.Append(records[3:]); err != nil {
		t.Errorf("the new writer: %v", err)
	}
	holds(t, nc, records)
	if err := heir.Append(large(5, several, "heir")); !errors.Is(err, bus.ErrFenced) { // holds has taken it over
		t.Errorf("a batch of the fenced writer: %v", err)
	}
	holds(t, nc, records)
}

// A message that somebody else publishes to the stream fences its writer, and is no record.
func TestStrangers(t *testing.T) {
	nc := natstest.Connect(t, natstest.Server(t))
	j := open(t, nc, 0)
	if err := j.Append(after(0, 1, "a")); err != nil {
		t.Fatal(err)
	}
	if _, err := nc.Request(subject, []byte("hello"), patience.Limit); err != nil {
		t.Fatal(err)
	}
	if err := j.Append(after(1, 1, "a")); !errors.Is(err, bus.ErrFenced) {
		t.Errorf("behind a message of somebody else: %v", err)
	}
	if rs, err := j.Read(1, 10); len(rs) != 1 || err != nil {
		t.Errorf("what was appended before: %v, %v", rs, err)
	}
}
