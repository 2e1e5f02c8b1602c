package process

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"curfew/bus/nats/natstest"
	"curfew/internal/contract"
	"curfew/messages"
	"curfew/tests/internal/world"
)

// realm is the name of the fleet in its tests.
const realm = "test"

// fleet is nodes of one realm, as processes. One that ends with an error is started again, as a service manager does.
type fleet struct {
	t        *testing.T
	servers  string // the URL of the servers
	replicas int
	every    time.Duration // between two slots of a shell job
	file     string        // the job file of all
	notes    string        // the file in which shell jobs note their attempts
	read     []noted       // of the notes
	readTo   int64         // so many bytes of the notes
	nodes    map[string]*world.Daemon
	paths    map[string][]*natstest.Proxy // from each node to each server
	again    int                          // how often a node ended with an error, and was started again
	losses   int                          // how often the test, or an error, ended what ran on a node
	blows    []span
	quiet    messages.Instant // when all nodes did what they should, last
	witness  *witness
	silence  time.Duration // the longest in which the servers answered nobody; set by check
}

// newFleet starts nodes of a new realm. Its shell jobs are due again and again; each notes its attempts in a file that all
// nodes share. Rest is the rest of the job file.
func newFleet(
	t *testing.T, servers string, replicas, jobs int, every time.Duration, rest string, names ...string,
) *fleet {
	f := &fleet{
		t: t, servers: servers, replicas: replicas, every: every, notes: filepath.Join(t.TempDir(), "notes"),
		nodes: map[string]*world.Daemon{}, paths: map[string][]*natstest.Proxy{},
	}
	var b strings.Builder
	b.WriteString(rest)
	if !strings.Contains(rest, "jobs:") {
		b.WriteString("jobs:\n")
	}
	for i := range jobs {
		fmt.Fprintf(&b, "  - {name: job-%02d, actor: shell, schedule: \"every %s\", overlap: queue_all, catch_up: {policy: all}, "+
			"with: {command: \"echo $CURFEW_JOB $CURFEW_SLOT $CURFEW_ATTEMPT $PPID >> %s\"}}\n", i, every, f.notes)
	}
	f.file, f.witness = b.String(), f.watch()
	for _, name := range names {
		f.join(name)
	}
	return f
}

// join starts a node, with a data folder of its own, and the job file at the path that all have, as on machines that are
// set up alike. It reaches each server by a proxy of its own.
func (f *fleet) join(name string) {
	f.t.Helper()
	d := world.NewDaemon(f.t)
	d.File = filepath.Join(filepath.Dir(f.notes), "jobs.yaml")
	f.nodes[name] = d
	if f.paths[name] == nil {
		for server := range strings.SplitSeq(f.servers, ",") {
			f.paths[name] = append(f.paths[name], natstest.NewProxy(f.t, server))
		}
	}
	var urls []string
	for _, p := range f.paths[name] {
		urls = append(urls, p.URL)
	}
	d.Args = []string{
		"--fleet", strings.Join(urls, ","), "--realm", realm, "--replicas", fmt.Sprint(f.replicas), "--node", name, "--label", "zone=" + name,
	}
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
			f.hit(name)
			f.blows[len(f.blows)-1].from = f.quiet // it may have ended before
			d.Start(f.file)
		}
	}
}

// end sends a node a signal and waits until it has ended. One that is told to stop ends without an error, or says why.
func (f *fleet) end(name string, sig syscall.Signal) {
	f.t.Helper()
	f.hit(name)
	if err := f.nodes[name].End(sig); err != nil && sig == syscall.SIGTERM {
		f.t.Errorf("the end of %s: %v; its log:\n%s", name, err, f.nodes[name].Log.String())
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
	if sig == syscall.SIGSTOP {
		f.hit(name)
	}
	if err := f.nodes[name].Process.Process.Signal(sig); err != nil {
		f.t.Fatal(err)
	}
}

// wake lets a node that stood still while it decided go on, until it has noticed that another one decides. It may end for
// that, and is started again.
func (f *fleet) wake(asleep string) {
	f.t.Helper()
	f.signal(asleep, syscall.SIGCONT)
	f.until("the node that stood still to notice that another one decides", func() bool {
		f.tend()
		name := f.decider(asleep)
		return name != "" && name != asleep
	})
}

// perform waits until each of the nodes has begun two more attempts.
func (f *fleet) perform(names ...string) {
	f.t.Helper()
	before := f.begun()
	f.until(fmt.Sprintf("%v to perform", names), func() bool {
		f.answer()
		now := f.begun()
		for _, name := range names {
			if d := f.nodes[name]; d.Process == nil || now[d.Process.Process.Pid] < before[d.Process.Process.Pid]+2 {
				return false
			}
		}
		return true
	})
}

// answer says yes to the runs that wait for a person. Blows that follow fast on each other interrupt a run twice within a
// minute of its starts, or cost it two good sessions; with a no to all of them a node would have nothing left to perform.
func (f *fleet) answer() {
	f.t.Helper()
	for _, d := range f.nodes {
		if d.Client == nil {
			continue
		}
		q := contract.RunQuery{Status: messages.StatusHeld, Page: contract.Page{Limit: contract.MaxLimit}}
		got, err := d.Client.Runs(f.t.Context(), q)
		if err != nil {
			continue
		}
		for _, run := range got.Body.Items {
			if slices.Equal(run.Holds, []messages.Hold{messages.HoldAsk}) || slices.Equal(run.Holds, []messages.Hold{messages.HoldSuspect}) {
				_, _ = d.Client.RunNow(f.t.Context(), run.Job) // a refusal is asked again
			}
		}
		return
	}
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

// noted are all attempts that were begun so far.
func (f *fleet) noted() []noted {
	f.t.Helper()
	file, err := os.Open(f.notes)
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		f.t.Fatal(err)
	}
	defer file.Close()
	lines := bufio.NewReader(io.NewSectionReader(file, f.readTo, 1<<40))
	for {
		line, err := lines.ReadString('\n')
		if err != nil { // the end, or a part of a line
			return f.read
		}
		f.readTo += int64(len(line))
		var n noted
		if _, err := fmt.Sscan(line, &n.job, &n.slot, &n.attempt, &n.pid); err != nil {
			f.t.Fatalf("a note is %q: %v", line, err)
		}
		f.read = append(f.read, n)
	}
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
