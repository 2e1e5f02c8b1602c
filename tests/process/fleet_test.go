package process

import (
	"syscall"
	"testing"
	"time"

	"curfew/bus/nats/natstest"
	"curfew/internal/contract"
)

// TestFleet: three nodes perform; the one that decides is killed, another is stopped in order, the one that decides then
// stands still beyond its lease, and all of them come back.
func TestFleet(t *testing.T) {
	t.Parallel()
	f := newFleet(t, natstest.Server(t), 1, 30, 2*time.Second, "", "a", "b", "c")
	f.perform("a", "b", "c")
	if s := f.states("c"); len(s) != 3 {
		t.Errorf("the nodes are %v", s)
	}
	first := f.decides("b")
	other := next(first)
	f.end(first, syscall.SIGKILL)
	f.decides(other, first)
	f.perform(other, next(other))
	if _, err := f.nodes[other].Client.Pause(t.Context(), "job-00"); err != nil {
		t.Error(err)
	}
	f.until("an order to one node to be seen at the other", func() bool {
		v, err := f.nodes[next(other)].Client.Job(t.Context(), "job-00")
		return err == nil && v.Body.State == contract.JobPaused
	})
	f.back(first)
	f.perform(first)
	f.end(other, syscall.SIGTERM)
	f.perform(first, next(other))
	f.back(other)
	f.perform(other)
	f.calm()
	asleep := f.decides(first)
	awake := next(asleep)
	f.signal(asleep, syscall.SIGSTOP)
	f.decides(awake, asleep)
	f.wake(asleep)
	f.perform("a", "b", "c")
	f.calm()
	for _, name := range []string{"c", "a", "b"} {
		f.tend()
		f.end(name, syscall.SIGTERM)
	}
	t.Logf("%+v; losses: %d; ended with an error and started again: %d", f.check("job-00"), f.losses, f.again)
}

// next is the node after another one.
func next(node string) string { return map[string]string{"a": "b", "b": "c", "c": "a"}[node] }
