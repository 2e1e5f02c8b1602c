package fleet_test

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"curfew/bus"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// A node stops following at the first record that newer rules have decided, and says so. Started again it refuses the
// journal. It performs nothing of what they have decided.
func TestNewerRules(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		a, b := f.join("a", jobs(3), 0), f.join("b", jobs(3), 0)
		f.lead(a, "a", "b")
		time.Sleep(time.Minute)
		synctest.Wait()
		before, _ := f.starts()
		newest, err := a.relay.Last()
		if err != nil {
			t.Fatal(err)
		}
		f.yield(a)
		newer := f.realm.Open() // the journal as a node of a newer build has it
		if err := newer.Claim(t.Context()); err != nil {
			t.Fatal(err)
		}
		err = newer.Append([]messages.Record{{
			Seq: newest + 1, At: messages.At(time.Now()), ID: "newer", PolicyVersion: policy.Version + 1,
			Body: messages.RunRequested{Job: "job-00", Request: "1"},
		}})
		if err != nil {
			t.Fatal(err)
		}
		want := bus.Newer{Seq: newest + 1, Version: policy.Version + 1, HasRules: policy.Version}
		for _, n := range []*node{a, b} {
			var got *bus.Newer
			if err := n.Wait(t.Context()); !errors.As(err, &got) || *got != want || !strings.HasSuffix(err.Error(), "use a newer curfew here") {
				t.Errorf("node %s stops with %v, want %v", n.name, err, &want)
			}
		}
		var got *bus.Newer
		if _, err := f.start("c", jobs(3), 0); !errors.As(err, &got) || *got != want {
			t.Errorf("a node that is started says %v, want %v", err, &want)
		}
		time.Sleep(time.Hour)
		if after, _ := f.starts(); len(before) == 0 || len(after) != len(before) {
			t.Errorf("%d attempts had begun, and %d after all", len(before), len(after))
		}
		for _, n := range f.nodes {
			_ = n.Stop(t.Context()) // it complains that its log has stopped
		}
		time.Sleep(time.Minute) // what protoactor leaves behind
	})
}
