package fleet_test

import (
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"curfew/actors"
	history "curfew/actors/system/recorder/memory"
	"curfew/bus"
	"curfew/bus/memory"
	"curfew/internal/config"
	"curfew/internal/engine"
	"curfew/messages"
)

// A runtime on its own goes on with the journal of a fleet: what was in flight is interrupted, what waited for a node
// goes on, and everything is performed here, also after nodes that were lost before.
func TestAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		f.does(until("a"))
		a, b := f.join("a", jobs(10), 0), f.join("b", jobs(10), 0)
		f.lead(a, "a", "b")
		f.commit(a, messages.NodeLost{Node: "b", Incarnation: b.incarnation.Load(), Reason: messages.LossLapsed})
		time.Sleep(3 * time.Minute)
		f.stop()
		f.does(nil)

		kept := memory.New()
		if err := bus.Scan(f.realm.Open(), 1, func(r messages.Record) error { return kept.Append([]messages.Record{r}) }); err != nil {
			t.Fatal(err)
		}
		kinds := &actors.Registry{}
		actors.Register(kinds, func(actors.Env) actors.Actor[shellSpec] { return shell{f: f} })
		conf, err := config.Parse("jobs.yaml", []byte(jobs(10)), "/srv/jobs", kinds)
		if err != nil {
			t.Fatal(err)
		}
		r, err := engine.Start(t.Context(), engine.Options{
			Kinds: kinds, Config: conf, Journal: kept, History: &history.Store{}, Tokens: filepath.Join(t.TempDir(), "tokens.json"), Alone: true,
		})
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(5 * time.Minute)
		if err := r.Stop(t.Context()); err != nil {
			t.Error(err)
		}
		time.Sleep(time.Minute) // what protoactor leaves behind
		if _, on := f.starts(); on["a"] != 10 || on[""] != 10 || on["b"] != 0 {
			t.Errorf("attempts were begun by node %v, want 10 on a, and then 10 on none", on)
		}
	})
}
