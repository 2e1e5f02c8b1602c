package fleet_test

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"curfew/actors"
	"curfew/bus"
	"curfew/messages"
)

// until is an attempt that works until it is told to stop, on one node; elsewhere it returns.
func until(node string) func(context.Context, string, actors.Attempt) error {
	return func(ctx context.Context, on string, _ actors.Attempt) error {
		if on == node {
			<-ctx.Done()
		}
		return ctx.Err()
	}
}

// interrupted are the runs that were interrupted, and why, in order.
func interrupted(f *fleet) (why []messages.InterruptReason, runs []string) {
	for _, r := range records[messages.AttemptInterrupted](f) {
		i := r.Body.(messages.AttemptInterrupted)
		why, runs = append(why, i.Why), append(runs, string(i.Run))
	}
	slices.Sort(runs)
	return why, runs
}

// A node that is not seen any more ends what runs there, which is reported once, and the runs go on elsewhere. When it is seen again it performs again.
func TestUnseenNode(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		f.does(until("b"))
		a, b := f.join("a", jobs(10), 0), f.join("b", jobs(10), 0)
		f.lead(a, "a", "b")
		time.Sleep(time.Minute)
		synctest.Wait()
		running := len(b.Running())
		b.unseen.Store(true)
		b.Lose()
		synctest.Wait()
		if n := len(b.Running()); running == 0 || n != 0 {
			t.Errorf("%d attempts ran, and %d do still", running, n)
		}
		f.commit(a, messages.NodeLost{Node: "b", Incarnation: 1, Reason: messages.LossLapsed})
		synctest.Wait()
		why, runs := interrupted(f)
		if len(runs) != running || len(slices.Compact(runs)) != running || len(slices.Compact(why)) != 1 || why[0] != messages.InterruptLost {
			t.Errorf("%d attempts were in flight, and %v were interrupted: %v", running, runs, why)
		}
		b.incarnation.Store(2)
		b.unseen.Store(false)
		f.does(nil)
		f.see(a, b)
		_, before := f.starts()
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		if _, on := f.starts(); on["b"] == before["b"] {
			t.Errorf("the node performs nothing more: %v", on)
		}
		if n := len(records[messages.RunFinished](f)); n != 20 {
			t.Errorf("%d runs are over, want 20", n)
		}
		f.stop()
	})
}

// A node that is not seen for a moment begins nothing meanwhile, and what it was given is not forgotten: nobody else knows.
func TestUnseenForAMoment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		a, b := f.join("a", jobs(10), 0), f.join("b", jobs(10), 0)
		f.lead(a, "a", "b")
		b.unseen.Store(true)
		time.Sleep(31 * time.Second)
		synctest.Wait()
		if _, on := f.starts(); on["b"] != 0 || b.unseenAt.Load() != 1 {
			t.Errorf("a node that is not seen has begun %d attempts; not as %d", on["b"], b.unseenAt.Load())
		}
		b.unseen.Store(false)
		b.incarnation.Store(2)
		f.see(a, b)
		time.Sleep(6 * time.Minute)
		synctest.Wait()
		if _, runs := interrupted(f); len(runs) == 0 || len(records[messages.RunFinished](f)) != 10 {
			t.Errorf("%d were reported, and %d runs are over", len(runs), len(records[messages.RunFinished](f)))
		}
		f.stop()
	})
}

// A node is given something before it knows that it is seen, as when it has just joined: it begins that a moment later, and
// nothing is interrupted.
func TestSeenInAMoment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		a, b := f.join("a", jobs(10), 0), f.join("b", jobs(10), 0)
		f.lead(a, "a", "b")
		b.unseen.Store(true)
		time.Sleep(30*time.Second + 100*time.Millisecond) // the slot is at 30 s
		b.unseen.Store(false)
		time.Sleep(time.Minute)
		synctest.Wait()
		why, _ := interrupted(f)
		if _, on := f.starts(); on["b"] == 0 || len(why) != 0 || b.unseenAt.Load() != 0 {
			t.Errorf("the node has begun %d attempts, %d were interrupted, and it gave up %d", on["b"], len(why), b.unseenAt.Load())
		}
		f.stop()
	})
}

// A process does not perform what was given to the one before it under the same name.
func TestEarlierProcess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		a, b := f.join("a", jobs(10), 0), f.join("b", jobs(10), 0)
		f.lead(a, "a", "b")
		if err := b.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
		b = f.join("b", jobs(10), 0)
		time.Sleep(time.Minute) // the slot; nobody knows of the new process
		synctest.Wait()
		if _, on := f.starts(); on["b"] != 0 {
			t.Errorf("the new process has begun %d attempts of the old one", on["b"])
		}
		f.see(a, b)
		time.Sleep(6 * time.Minute)
		synctest.Wait()
		all, _ := f.starts()
		if why, runs := interrupted(f); len(runs) == 0 || why[0] != messages.InterruptLost || len(slices.Compact(all)) != 10 {
			t.Errorf("%v were reported: %v; started was %q", runs, why, all)
		}
		f.stop()
	})
}

// All nodes are taken for lost at once, as after the servers of the journal were away, and come back: meanwhile nothing
// begins, since nobody would perform it, and then everything goes on.
func TestAllNodesAreLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		f.does(func(ctx context.Context, _ string, a actors.Attempt) error {
			if a.Number == 1 {
				<-ctx.Done()
			}
			return ctx.Err()
		})
		a, b := f.join("a", jobs(10), 0), f.join("b", jobs(10), 0)
		f.lead(a, "a", "b")
		time.Sleep(time.Minute)
		var lost []bus.Draft // at once: else what one loses may begin on the other, and is lost twice
		for _, n := range []*node{a, b} {
			n.unseen.Store(true)
			n.Lose()
			lost = append(lost, bus.Draft{Fact: messages.NodeLost{Node: n.name, Incarnation: 1, Reason: messages.LossLapsed}})
		}
		if _, err := a.Log().Commit(t.Context(), lost...); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Minute) // over a slot, which the runs that wait take in
		for _, n := range []*node{a, b} {
			n.unseen.Store(false)
			n.incarnation.Store(2)
			f.see(a, n)
		}
		time.Sleep(5 * time.Minute)
		synctest.Wait()
		for _, r := range records[messages.AttemptStarted](f) {
			if s := r.Body.(messages.AttemptStarted); s.Node == "" {
				t.Errorf("attempt %d of %s begins on no node", s.Attempt, s.Job)
			}
		}
		if n := len(records[messages.RunFinished](f)); n != 10 {
			t.Errorf("%d runs are over, want 10", n)
		}
		f.stop()
	})
}
