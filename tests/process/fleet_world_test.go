package process

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"curfew/bus/jsonl"
	"curfew/bus/nats"
	"curfew/bus/nats/natstest"
	"curfew/internal/contract"
	"curfew/messages"
	"curfew/tests/internal/world"
)

// realm is the name of the fleet in its tests.
const realm = "test"

// fleetEvery is the time between two slots of a job of a [fleet].
const fleetEvery = 4 * time.Second

// fleet is nodes of one realm, as processes. One that ends with an error is started again, as a service manager does.
type fleet struct {
	t        *testing.T
	servers  string // the URL of the servers
	replicas int
	file     string // the job file of all
	notes    string // the file in which shell jobs note their attempts
	nodes    map[string]*world.Daemon
	again    int // how often a node ended with an error, and was started again
	losses   int // how often the test, or an error, ended what ran on a node
}

// newFleet starts nodes of a new realm. Its shell jobs are due every fleetEvery; each notes its attempts in a file that all
// nodes share. Rest is the rest of the job file.
func newFleet(t *testing.T, servers string, replicas, jobs int, rest string, names ...string) *fleet {
	f := &fleet{
		t: t, servers: servers, replicas: replicas, notes: filepath.Join(t.TempDir(), "notes"),
		nodes: map[string]*world.Daemon{},
	}
	var b strings.Builder
	b.WriteString(rest)
	if !strings.Contains(rest, "jobs:") {
		b.WriteString("jobs:\n")
	}
	for i := range jobs {
		fmt.Fprintf(&b, "  - {name: job-%02d, actor: shell, schedule: \"every %s\", overlap: queue_all, catch_up: {policy: all}, "+
			"with: {command: \"echo $CURFEW_JOB $CURFEW_SLOT $CURFEW_ATTEMPT $PPID >> %s\"}}\n", i, fleetEvery, f.notes)
	}
	f.file = b.String()
	for _, name := range names {
		f.join(name)
	}
	return f
}

// join starts a node, with a data folder of its own, and the job file at the path that all have, as on machines that are
// set up alike.
func (f *fleet) join(name string) { f.joinBy(name, f.servers) }

// joinBy is join for a node that reaches the servers by another URL.
func (f *fleet) joinBy(name, servers string) {
	f.t.Helper()
	d := world.NewDaemon(f.t)
	d.File = filepath.Join(filepath.Dir(f.notes), "jobs.yaml")
	d.Args = []string{
		"--fleet", servers, "--realm", realm, "--replicas", fmt.Sprint(f.replicas), "--node", name, "--label", "zone=" + name,
	}
	f.nodes[name] = d
	d.Start(f.file)
}

// until waits for something, and looks after the nodes meanwhile.
func (f *fleet) until(what string, is func() bool) {
	f.t.Helper()
	world.Eventually(f.t, what, func() bool {
		f.tend()
		return is()
	})
}

// tend starts nodes again that have ended with an error.
func (f *fleet) tend() {
	f.t.Helper()
	for name, d := range f.nodes {
		if d.Ended() {
			said := d.Log.String()
			f.t.Logf("node %s ended: %v: %s", name, d.Wait(), said[max(0, len(said)-1000):])
			f.again++
			f.losses++
			d.Start(f.file)
		}
	}
}

// end sends a node a signal and waits until it has ended.
func (f *fleet) end(name string, sig syscall.Signal) {
	f.t.Helper()
	f.losses++
	if err := f.nodes[name].End(sig); err != nil && sig == syscall.SIGTERM {
		f.t.Errorf("the end of %s: %v", name, err)
	}
}

// back starts a node again, if it does not run.
func (f *fleet) back(name string) {
	f.t.Helper()
	if d := f.nodes[name]; d.Process == nil {
		d.Start(f.file)
	}
}

// signal sends a node a signal that does not end it.
func (f *fleet) signal(name string, sig syscall.Signal) {
	f.t.Helper()
	if err := f.nodes[name].Process.Process.Signal(sig); err != nil {
		f.t.Fatal(err)
	}
}

// perform waits until each of the nodes has begun three more attempts.
func (f *fleet) perform(names ...string) {
	f.t.Helper()
	before := f.begun()
	f.until(fmt.Sprintf("%v to perform", names), func() bool {
		now := f.begun()
		for _, name := range names {
			if d := f.nodes[name]; d.Process == nil || now[d.Process.Process.Pid] < before[d.Process.Process.Pid]+3 {
				return false
			}
		}
		return true
	})
}

// begun is how many attempts of shell jobs each process has begun.
func (f *fleet) begun() map[int]int {
	on := map[int]int{}
	for _, n := range f.noted() {
		on[n.pid]++
	}
	return on
}

// noted is an attempt that was begun, as its job noted it.
type noted struct {
	job, slot string
	attempt   int
	pid       int // of the node
}

func (f *fleet) noted() (all []noted) {
	f.t.Helper()
	file, err := os.Open(f.notes)
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		f.t.Fatal(err)
	}
	defer file.Close()
	for s := bufio.NewScanner(file); s.Scan(); {
		var n noted
		if _, err := fmt.Sscan(s.Text(), &n.job, &n.slot, &n.attempt, &n.pid); err != nil {
			f.t.Fatalf("a note is %q: %v", s.Text(), err)
		}
		all = append(all, n)
	}
	return all
}

// decider is the node that decides, as one of them has it; empty: none, or it does not answer.
func (f *fleet) decider(ask string) string {
	c := f.nodes[ask].Client
	if c == nil {
		return ""
	}
	s, err := c.Status(f.t.Context())
	if err != nil || s.Body.Fleet == nil {
		return ""
	}
	return s.Body.Fleet.Decider
}

// decides waits until a node decides that is none of these, and returns it.
func (f *fleet) decides(ask string, not ...string) (name string) {
	f.t.Helper()
	f.until("another node to decide", func() bool {
		name = f.decider(ask)
		return name != "" && !slices.Contains(not, name)
	})
	return name
}

// states are the states of the nodes as one of them has them.
func (f *fleet) states(ask string) map[string]contract.NodeState {
	f.t.Helper()
	states := map[string]contract.NodeState{}
	got, err := f.nodes[ask].Client.Nodes(f.t.Context(), contract.Page{Limit: contract.MaxLimit})
	if err != nil {
		f.t.Fatal(err)
	}
	for _, n := range got.Body.Items {
		states[n.Name] = n.State
	}
	return states
}

// journal is the realm's journal, which a replay must derive again and which must keep the invariants.
func (f *fleet) journal() []messages.Record {
	f.t.Helper()
	j, err := nats.Join(f.t.Context(), natstest.Connect(f.t, strings.Split(f.servers, ",")...), nats.Options{Realm: realm})
	if err != nil {
		f.t.Fatal(err)
	}
	defer j.Close()
	var text bytes.Buffer
	if _, err := jsonl.Export(&text, j); err != nil {
		f.t.Fatal(err)
	}
	return world.CheckJournal(f.t, text.Bytes())
}

// tally is what became of the slots of the shell jobs.
type tally struct {
	slots, lost, attempts, twice, interrupted int
}

// check reads the journal and the notes, and says what is lost or was begun twice. Jobs that were paused are not counted.
func (f *fleet) check(paused ...string) (n tally) {
	f.t.Helper()
	type span struct{ first, last, named int64 }
	spans := map[string]*span{}
	for _, r := range f.journal() {
		switch b := r.Body.(type) {
		case messages.RunQueued:
			s := spans[b.Job]
			if s == nil {
				s = &span{first: int64(b.FirstSlot)}
				spans[b.Job] = s
			}
			s.last = max(s.last, int64(b.Slot))
			s.named += 1 + int64(b.Missed)
		case messages.AttemptInterrupted:
			n.interrupted++
		}
	}
	for job, s := range spans {
		if slices.Contains(paused, job) || !strings.HasPrefix(job, "job-") {
			continue
		}
		due := (s.last-s.first)/fleetEvery.Milliseconds() + 1
		n.slots += int(due)
		if n.lost += int(due - s.named); due != s.named {
			f.t.Errorf("%s: %d slots fell due, and runs stand for %d", job, due, s.named)
		}
	}
	seen := map[noted]bool{}
	for _, a := range f.noted() {
		n.attempts++
		a.pid = 0
		if seen[a] {
			n.twice++
			f.t.Errorf("attempt %d of slot %s of %s was begun twice", a.attempt, a.slot, a.job)
		}
		seen[a] = true
	}
	return n
}
