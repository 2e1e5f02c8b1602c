package live

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"os/exec"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"testing"

	"curfew/internal/contract"
	"curfew/messages"
	"curfew/tests/internal/world"
)

const eventJobs = `jobs:
  - {name: hello, actor: shell, schedule: "0 0 1 1 *", with: {command: echo hi}}
  - {name: other, actor: shell, schedule: "0 0 1 1 *", with: {command: echo ho}}`

var errEnough = errors.New("enough")

// until collects the records that a query selects, up to the end of a run.
func until(ctx context.Context, d *world.Daemon, q contract.EventQuery, run string) (got []messages.Record, err error) {
	err = d.Client.Events(ctx, q, func(r messages.Record) error {
		got = append(got, r)
		if end, ok := r.Body.(messages.RunFinished); ok && string(end.Run) == run {
			return errEnough
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	return got, err
}

// runOf runs a job to its end.
func runOf(t *testing.T, d *world.Daemon, job string) string {
	t.Helper()
	var run contract.Run
	if err := json.Unmarshal(d.Run(nil, "job", "run", job, "--wait", "-o", "json"), &run); err != nil {
		t.Fatal(err)
	}
	return string(run.ID)
}

// TestEvents: what comes as events is what stands in the journal, from wherever one begins, without a gap or a repeat;
// a filter leaves out the rest.
func TestEvents(t *testing.T) {
	d := world.NewDaemon(t)
	d.Start(eventJobs)
	runOf(t, d, "other")
	run := runOf(t, d, "hello")
	all := world.ReadJournal(t, d.Run(nil, "journal", "export"))
	last := slices.IndexFunc(all, func(r messages.Record) bool {
		end, ok := r.Body.(messages.RunFinished)
		return ok && string(end.Run) == run
	})
	for after := range last {
		got, err := until(t.Context(), d, contract.EventQuery{After: strconv.Itoa(after)}, run)
		if err != nil || !slices.EqualFunc(got, all[after:last+1], func(a, b messages.Record) bool { return a.Seq == b.Seq && a.ID == b.ID }) {
			t.Fatalf("after %d came %d records, want %d (%v)", after, len(got), last+1-after, err)
		}
	}
	got, err := until(t.Context(), d, contract.EventQuery{After: "0", Job: "hello", Type: "run, attempt.succeeded"}, run)
	var names []string
	for _, r := range got {
		names = append(names, r.Body.Name())
	}
	if want := []string{"run.queued.v1", "attempt.succeeded.v1", "run.finished.v1"}; err != nil || !slices.Equal(names, want) {
		t.Errorf("%q, %v", names, err)
	}
	for _, wrong := range []contract.EventQuery{{After: "1000000"}, {After: "x"}, {Type: "runs"}} {
		if _, err := until(t.Context(), d, wrong, run); err == nil {
			t.Errorf("%+v is answered", wrong)
		}
	}
}

// TestManyListeners: a thousand programs listen, and each gets every record, in order.
func TestManyListeners(t *testing.T) {
	d := world.NewDaemon(t)
	d.Start(eventJobs)
	first := runOf(t, d, "other")
	const listeners = 1000
	var wait sync.WaitGroup
	ready, failed := make(chan struct{}, listeners), make(chan error, listeners)
	coming := make(chan struct{}, 50) // at a time: the daemon does not wait for ever for what a program asks
	for range listeners {
		coming <- struct{}{}
		wait.Go(func() {
			var seqs []uint64
			come := sync.OnceFunc(func() { <-coming })
			defer come()
			err := d.Client.Events(t.Context(), contract.EventQuery{After: "0"}, func(r messages.Record) error {
				come()
				seqs = append(seqs, r.Seq)
				end, ok := r.Body.(messages.RunFinished)
				switch {
				case len(seqs) > 1 && r.Seq != seqs[len(seqs)-2]+1:
					return errors.New("a record is missing")
				case ok && string(end.Run) == first:
					ready <- struct{}{}
				case ok && end.Job == "hello":
					return errEnough
				}
				return nil
			})
			if !errors.Is(err, errEnough) {
				failed <- err
			}
		})
	}
	for range listeners {
		select {
		case <-ready:
		case err := <-failed:
			t.Fatal(err)
		}
	}
	runOf(t, d, "hello")
	wait.Wait()
	close(failed)
	for err := range failed {
		t.Fatal(err)
	}
}

// TestTail: curfew tail waits for a daemon that is restarted, and leaves nothing out.
func TestTail(t *testing.T) {
	d := world.NewDaemon(t)
	d.Start(eventJobs)
	tail := exec.Command(d.Bin, "tail", "--from", "0", "-o", "json", "--data", d.Data)
	out, err := tail.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := tail.Start(); err != nil {
		t.Fatal(err)
	}
	lines, seq := bufio.NewScanner(out), uint64(0)
	lines.Buffer(nil, 1<<20)
	ended := func(run string) {
		t.Helper()
		for lines.Scan() {
			var r messages.Record
			if err := json.Unmarshal(lines.Bytes(), &r); err != nil || r.Seq != seq+1 {
				t.Fatalf("after %d comes %s (%v)", seq, lines.Text(), err)
			}
			seq = r.Seq
			if end, ok := r.Body.(messages.RunFinished); ok && string(end.Run) == run {
				return
			}
		}
		t.Fatalf("the tail has ended at %d: %v", seq, lines.Err())
	}
	ended(runOf(t, d, "hello"))
	if err := d.End(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	d.Start(eventJobs)
	ended(runOf(t, d, "other"))
	if err := tail.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if err := tail.Wait(); err != nil {
		t.Errorf("the tail ended with %v", err)
	}
}
