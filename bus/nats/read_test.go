package nats_test

import (
	"fmt"
	"slices"
	"testing"

	"curfew/bus"
	"curfew/bus/nats"
	"curfew/bus/nats/natstest"
	"curfew/messages"
)

// A journal that is read page by page is read about once, whatever the size of its appends.
func TestReadOnce(t *testing.T) {
	const records = 12 * bus.PageSize
	for _, appends := range []int{7, 3 * bus.PageSize / 2} {
		t.Run(fmt.Sprint(appends), func(t *testing.T) {
			url := natstest.Server(t)
			j := open(t, natstest.Connect(t, url), 1)
			for rs := range slices.Chunk(after(0, records, "a"), appends) {
				if err := j.Append(rs); err != nil {
					t.Fatal(err)
				}
			}
			nc := natstest.Connect(t, url)
			reader, err := nats.Look(t.Context(), nc, nats.Options{Realm: "test"})
			if err != nil {
				t.Fatal(err)
			}
			before := nc.Stats().InBytes
			next := uint64(1)
			err = bus.Scan(reader, 1, func(r messages.Record) error {
				if r.Seq != next {
					t.Errorf("record %d comes in place of %d", r.Seq, next)
				}
				next++
				return nil
			})
			if err != nil || next != records+1 {
				t.Fatalf("read up to record %d, %v", next-1, err)
			}
			if got, is := nc.Stats().InBytes-before, state(t, nc).Bytes; got > 4*is {
				t.Errorf("%d bytes were sent for a stream of %d", got, is)
			}
		})
	}
}
