package bus_test

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"

	"curfew/bus"
	"curfew/bus/memory"
	"curfew/messages"
)

// A log that follows takes what older rules have decided, and takes over from them. It stops at the first record that
// newer rules have decided, and has applied nothing of its append.
func TestRulesOfOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		realm := memory.NewRealm()
		type node struct {
			*bus.Log
			applied int
			stopped error
		}
		with := func(version int) *node {
			n := &node{}
			n.Log = openLog(t, bus.Options{
				Journal: realm.Open(), PolicyVersion: version, Step: step,
				Apply: func(messages.Record) { n.applied++ }, Stopped: func(err error) { n.stopped = err },
			})
			return n
		}
		decides, older, same, newer := with(5), with(4), with(5), with(6)
		record := func(n *node, id string, want uint64) {
			t.Helper()
			if err := n.Lead(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := commit(t, n.Log, id, paused("a")); got.Seq != want {
				t.Errorf("fact %s is record %d, want %d", id, got.Seq, want)
			}
			synctest.Wait()
		}
		refuses := func(n *node, want bus.Newer, applied int) {
			t.Helper()
			var got *bus.Newer
			if !errors.As(n.stopped, &got) || *got != want || !strings.HasSuffix(n.stopped.Error(), "use a newer curfew here") {
				t.Errorf("it stops with %v, want %v", n.stopped, &want)
			}
			if n.applied != applied {
				t.Errorf("it has applied %d records, want %d", n.applied, applied)
			}
		}
		record(decides, "first", 1)
		refuses(older, bus.Newer{Seq: 1, Version: 5, HasRules: 4}, 0)
		record(newer, "second", 3)
		refuses(same, bus.Newer{Seq: 3, Version: 6, HasRules: 5}, 2)
		if newer.applied != 2 || newer.stopped != nil {
			t.Errorf("the one with newer rules has applied %d records, and stops with %v", newer.applied, newer.stopped)
		}
	})
}
