//go:build unix

package realm_test

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	client "github.com/nats-io/nats.go"

	"curfew/bus"
	"curfew/bus/bustest"
	"curfew/bus/nats"
	"curfew/bus/nats/natstest"
	"curfew/bus/sleep"
	"curfew/internal/realm"
	"curfew/messages"
	"curfew/tests/patience"
)

var (
	rounds  = flag.Int("rounds", 3, "how many nodes TestProcesses ends or stops, one after the other")
	cluster = flag.Bool("cluster", false, "have TestProcesses use a cluster of three servers")
)

// The environment of a node's process.
const (
	envServers  = "CURFEW_TEST_SERVERS"
	envNode     = "CURFEW_TEST_NODE"
	envReplicas = "CURFEW_TEST_REPLICAS"
)

func TestMain(m *testing.M) {
	if os.Getenv(envNode) == "" {
		os.Exit(m.Run())
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	if err := runNode(ctx); err != nil {
		fmt.Fprintln(os.Stderr, err)
		syscall.Exit(1)
	}
	syscall.Exit(0) // before an os.Exit the race detector waits for a second, and a node that is told to stop is waited for
}

// runNode is a node that commits facts, one after the other, until it is told to stop. It says what was acknowledged, and
// when it begins to decide.
func runNode(ctx context.Context) error {
	nc, err := client.Connect(os.Getenv(envServers), client.MaxReconnects(-1), client.ReconnectWait(50*time.Millisecond),
		client.RetryOnFailedConnect(true))
	if err != nil {
		return err
	}
	defer nc.Close()
	o := nats.Options{Realm: "test", Replicas: int(os.Getenv(envReplicas)[0] - '0')}
	for incarnation := uint64(time.Now().UnixNano()); ctx.Err() == nil; incarnation++ {
		if err := live(ctx, nc, o, incarnation); err != nil && ctx.Err() == nil {
			fmt.Println("again", err)
		}
	}
	return nil
}

// live is one life of a node: until its log stops.
func live(ctx context.Context, nc *client.Conn, o nats.Options, incarnation uint64) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	j, err := nats.Join(ctx, nc, o)
	if err != nil {
		return err
	}
	q, err := nats.OpenQueue(ctx, nc, o, j.Taken())
	if err != nil {
		return errors.Join(err, j.Close())
	}
	log, err := bus.Open(bus.Options{Journal: j, Send: q.Send, Stopped: func(err error) { cancel(err) }})
	if err != nil {
		return errors.Join(err, j.Close())
	}
	defer log.Close()
	stop, err := q.Answers(log.Answered)
	if err != nil {
		return err
	}
	defer stop()
	name := os.Getenv(envNode)
	r, err := realm.Join(ctx, realm.Options{
		Conn: nc, Realm: o, Queue: q, Log: log, Node: realm.Node{Name: name, Incarnation: incarnation},
		Begin: func(context.Context) { fmt.Println("decides", name) },
	})
	if err != nil {
		return err
	}
	defer r.Leave()
	for n := 0; ctx.Err() == nil; {
		id := fmt.Sprintf("%s-%d-%d", name, incarnation, n)
		once, done := context.WithTimeout(ctx, 30*time.Second)
		rs, err := log.Commit(once, bus.Draft{ID: id, Fact: messages.JobPaused{Job: name}})
		done()
		if err != nil {
			_ = sleep.For(ctx, 50*time.Millisecond)
			continue // the same again
		}
		fmt.Println("ack", id, rs[0].Seq)
		n++
	}
	return context.Cause(ctx)
}

// process is a node's process as the test sees it.
type process struct {
	name string
	cmd  *exec.Cmd
	read sync.WaitGroup
}

// seen is what the processes have said.
type seen struct {
	mu      sync.Mutex
	grown   chan struct{}
	acked   map[string]string // id → seq
	by      map[string]int    // acknowledged to each node
	decider string
	changes int
	again   []string
}

func (s *seen) line(name, line string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch word, rest, _ := strings.Cut(line, " "); word {
	case "ack":
		id, seq, _ := strings.Cut(rest, " ")
		s.acked[id] = seq
		s.by[name]++
	case "decides":
		s.decider = rest
		s.changes++
	default:
		s.again = append(s.again, name+": "+line)
	}
	close(s.grown)
	s.grown = make(chan struct{})
}

// until waits until it is so.
func (s *seen) until(t *testing.T, what string, so func() bool) {
	t.Helper()
	limit := time.After(patience.Limit)
	for {
		s.mu.Lock()
		grown, is := s.grown, so()
		s.mu.Unlock()
		if is {
			return
		}
		select {
		case <-grown:
		case <-limit:
			t.Fatalf("%s: not so after a long time; the nodes said %q", what, s.again)
		}
	}
}

// allCommit waits until all nodes have committed some more facts.
func (s *seen) allCommit(t *testing.T) {
	t.Helper()
	s.mu.Lock()
	before := map[string]int{"a": s.by["a"], "b": s.by["b"], "c": s.by["c"]}
	s.mu.Unlock()
	s.until(t, "all nodes commit again", func() bool {
		return s.by["a"] > before["a"]+10 && s.by["b"] > before["b"]+10 && s.by["c"] > before["c"]+10
	})
}

func start(t *testing.T, s *seen, name, servers, replicas string) *process {
	t.Helper()
	p := &process{name: name, cmd: exec.Command(os.Args[0])}
	p.cmd.Env = append(os.Environ(), envNode+"="+name, envServers+"="+servers, envReplicas+"="+replicas)
	p.cmd.Stderr = os.Stderr
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p.read.Go(func() {
		for lines := bufio.NewScanner(out); lines.Scan(); {
			s.line(name, lines.Text())
		}
	})
	t.Cleanup(func() { p.end(syscall.SIGKILL) })
	return p
}

// end ends the process, and returns when all that it has said was read.
func (p *process) end(how syscall.Signal) {
	_ = p.cmd.Process.Signal(how)
	p.read.Wait()
	_ = p.cmd.Wait()
}

// TestProcesses: three nodes, each a process, commit facts without a pause. The one that decides and others are killed, and
// the one that decides is stopped beyond its lease and goes on; of a cluster one server is stopped at last. Every fact that was acknowledged is in the journal once, in
// the place that was said; nothing is there twice.
func TestProcesses(t *testing.T) {
	servers, replicas := "", "1"
	stopServer := func() {}
	if *cluster {
		replicas = "3"
		all := natstest.Cluster(t, 3)
		for _, s := range all {
			servers += "," + s.ClientURL()
		}
		servers = servers[1:]
		stopServer = all[0].Shutdown
	} else {
		servers = natstest.Server(t)
	}
	s := &seen{grown: make(chan struct{}), acked: map[string]string{}, by: map[string]int{}}
	nodes := map[string]*process{}
	for _, name := range []string{"a", "b", "c"} {
		nodes[name] = start(t, s, name, servers, replicas)
	}
	s.until(t, "all nodes commit", func() bool { return s.by["a"] > 10 && s.by["b"] > 10 && s.by["c"] > 10 })
	var kills, stops int
	var longest time.Duration
	for round := range *rounds {
		s.mu.Lock()
		decider, changes := s.decider, s.changes
		s.mu.Unlock()
		began := time.Now()
		switch round % 3 {
		case 0: // who decides is killed
			nodes[decider].end(syscall.SIGKILL)
			s.until(t, "another node decides", func() bool { return s.changes > changes && s.decider != decider })
			longest = max(longest, time.Since(began))
			nodes[decider] = start(t, s, decider, servers, replicas)
			kills++
		case 1: // who decides is stopped until another one does
			_ = nodes[decider].cmd.Process.Signal(syscall.SIGSTOP)
			s.until(t, "another node decides", func() bool { return s.changes > changes && s.decider != decider })
			longest = max(longest, time.Since(began))
			_ = nodes[decider].cmd.Process.Signal(syscall.SIGCONT)
			stops++
		case 2: // another one is killed
			other := "a"
			if decider == "a" {
				other = "b"
			}
			nodes[other].end(syscall.SIGKILL)
			nodes[other] = start(t, s, other, servers, replicas)
			kills++
		}
		s.allCommit(t)
	}
	stopServer() // of three
	s.allCommit(t)
	for _, p := range nodes {
		p.end(syscall.SIGTERM)
	}
	check(t, s, servers)
	t.Logf("%d facts acknowledged, %d kills, %d stops, %d changes of who decides, the slowest after %s; %d lives ended: %q",
		len(s.acked), kills, stops, s.changes, longest.Round(100*time.Millisecond), len(s.again), s.again[:min(3, len(s.again))])
}

// check compares what was acknowledged with the journal.
func check(t *testing.T, s *seen, servers string) {
	t.Helper()
	j, err := nats.Join(t.Context(), natstest.Connect(t, strings.Split(servers, ",")...), nats.Options{Realm: "test"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = j.Close() })
	kept := map[string]string{}
	twice := 0
	for _, r := range bustest.Records(t, j) {
		if kept[r.ID] != "" {
			twice++
		}
		kept[r.ID] = cmp.Or(kept[r.ID], fmt.Sprint(r.Seq))
	}
	lost := 0
	for id, seq := range s.acked {
		if kept[id] != seq {
			lost++
		}
	}
	if lost > 0 || twice > 0 {
		t.Errorf("of %d facts that were acknowledged %d are not in their place; %d of %d are there twice",
			len(s.acked), lost, twice, len(kept))
	}
}
