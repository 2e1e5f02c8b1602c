package live

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"go.uber.org/zap"

	"curfew/actors"
	"curfew/actors/shell"
	"curfew/actors/system/readers"
	"curfew/bus/nats"
	"curfew/bus/nats/natstest"
	"curfew/internal/config"
	"curfew/internal/daemon"
	"curfew/internal/engine"
	"curfew/internal/realm"
	"curfew/messages"
	"curfew/tests/patience"
)

// count is a reader of one node, over its starts.
type count struct {
	mu   sync.Mutex
	seqs []uint64
	more chan struct{} // has an element when there is something new
}

func (c *count) read(_ context.Context, batch []messages.Record) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, r := range batch {
		c.seqs = append(c.seqs, r.Seq)
	}
	select {
	case c.more <- struct{}{}:
	default:
	}
	return nil
}

// upTo returns what was read when that seq has been.
func (c *count) upTo(t *testing.T, seq uint64) []uint64 {
	t.Helper()
	for {
		c.mu.Lock()
		seqs := slices.Clone(c.seqs)
		c.mu.Unlock()
		if slices.Contains(seqs, seq) {
			return seqs
		}
		select {
		case <-c.more:
		case <-time.After(patience.Limit):
			t.Fatalf("record %d has not come: %v", seq, seqs)
		}
	}
}

// node is a daemon of a fleet in this process.
type node struct {
	*engine.Runtime
	stop  context.CancelFunc
	ended chan error
}

// begin starts a node with a job, which has a reader, and returns when it is ready.
func begin(
	t *testing.T, url, folder, name, command string, read func(context.Context, []messages.Record) error, also ...func(*daemon.Options),
) *node {
	t.Helper()
	kinds := &actors.Registry{}
	actors.Register(kinds, shell.New)
	text := fmt.Sprintf(`jobs: [{name: yearly, actor: shell, schedule: "@yearly", with: {command: %q}}]`, command)
	jobs, err := config.Parse("jobs.yaml", []byte(text), folder, kinds)
	if err != nil {
		t.Fatal(err)
	}
	ready := make(chan *engine.Runtime, 1)
	ctx, stop := context.WithCancel(t.Context())
	n := &node{stop: stop, ended: make(chan error, 1)}
	o := daemon.Options{
		Kinds: kinds, Config: jobs, Data: folder, Log: zap.NewNop(), Guest: true, MCP: daemon.MCPOff,
		Readers: []readers.Reader{{Name: "count", Read: read}},
		Fleet: &daemon.Fleet{
			Servers: realm.Servers{URL: url}, Realm: nats.Options{Realm: "test"}, Node: realm.Node{Name: name},
		},
		Started: func(r *engine.Runtime) { ready <- r },
	}
	for _, set := range also {
		set(&o)
	}
	go func() { n.ended <- daemon.Serve(ctx, o) }()
	select {
	case n.Runtime = <-ready:
	case err := <-n.ended:
		t.Fatalf("node %s: %v", name, err)
	}
	return n
}

// end stops a node in order.
func (n *node) end(t *testing.T) {
	t.Helper()
	n.stop()
	if err := <-n.ended; err != nil {
		t.Error(err)
	}
}

// TestReadersOfAFleet: over servers of NATS an added reader has a cursor on each node. Each gets every record, and a node
// that is back goes on where it was.
func TestReadersOfAFleet(t *testing.T) {
	url := natstest.Server(t)
	var (
		folderA, folderB = t.TempDir(), t.TempDir()
		readA, readB     = &count{more: make(chan struct{}, 1)}, &count{more: make(chan struct{}, 1)}
	)
	a, b := begin(t, url, folderA, "a", "true", readA.read), begin(t, url, folderB, "b", "true", readB.read)
	say := func(n *node, f messages.Fact) uint64 {
		t.Helper()
		got, err := n.Commit(t.Context(), "", f)
		if err != nil {
			t.Fatal(err)
		}
		return got.Seq
	}
	say(a, messages.SessionExpired{Session: "default", Source: "test"})
	last := say(b, messages.SessionRestored{Session: "default", By: "test"})
	readA.upTo(t, last)
	readB.upTo(t, last)
	b.end(t)
	say(a, messages.SessionExpired{Session: "default", Source: "test"})
	b = begin(t, url, folderB, "b", "true", readB.read)
	last = say(b, messages.SessionRestored{Session: "default", By: "test"})
	for name, c := range map[string]*count{"a": readA, "b": readB} {
		for i, seq := range c.upTo(t, last) {
			if seq != uint64(i+1) {
				t.Fatalf("on %s record %d came at place %d", name, seq, i+1)
			}
		}
	}
	b.end(t)
	a.end(t)
}
