package supervisor

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/asynkron/protoactor-go/actor"
)

// byHand is an actor whose turns a test takes.
type byHand struct {
	turns []func()
	got   []string
}

func (b *byHand) Schedule(run func())     { b.turns = append(b.turns, run) }
func (b *byHand) Throughput() int         { return 2 }
func (b *byHand) InvokeUserMessage(m any) { b.note("user", m) }

func (b *byHand) InvokeSystemMessage(m any)     { b.note("system", m) }
func (b *byHand) EscalateFailure(reason, m any) { b.note("failure", fmt.Sprint(reason, " at ", m)) }

func (b *byHand) note(what string, m any) {
	b.got = append(b.got, fmt.Sprint(what, " ", m))
	if m == "boom" {
		panic("bang")
	}
}

func (b *byHand) turn(t *testing.T, want ...string) {
	t.Helper()
	if len(b.turns) != 1 {
		t.Fatalf("it was scheduled %d times, want once", len(b.turns))
	}
	run := b.turns[0]
	b.turns, b.got = nil, nil
	run()
	if !slices.Equal(b.got, want) {
		t.Errorf("got %q, want %q", b.got, want)
	}
}

// TestMailbox: messages of the system come first, those of users wait while the actor is suspended, and a panic is a
// failure after which the next message comes.
func TestMailbox(t *testing.T) {
	b := &byHand{}
	m := &mailbox{}
	m.RegisterHandlers(b, b)
	m.PostUserMessage(1)
	m.PostUserMessage("boom")
	m.PostUserMessage(3)
	m.PostSystemMessage("a")
	b.turn(t, "system a", "user 1", "user boom", "failure bang at boom", "user 3")
	m.PostUserMessage(4)
	m.PostSystemMessage(&actor.SuspendMailbox{})
	m.PostSystemMessage("b")
	b.turn(t, "system b")
	if n := m.UserMessageCount(); n != 1 {
		t.Errorf("%d messages wait, want 1", n)
	}
	m.PostUserMessage(5)
	b.turn(t)
	m.PostSystemMessage(&actor.ResumeMailbox{})
	b.turn(t, "user 4", "user 5")
}

// TestMailboxLosesNothing: whoever posts while an actor goes idle wakes it.
func TestMailboxLosesNothing(t *testing.T) {
	const senders, each = 8, 2000
	pool := &Pool{}
	m, got := &mailbox{}, &counted{seen: make(map[int]int), done: make(chan struct{})}
	got.left = senders * each
	m.RegisterHandlers(got, pool)
	var posting sync.WaitGroup
	for s := range senders {
		posting.Go(func() {
			for i := range each {
				m.PostUserMessage([2]int{s, i})
			}
		})
	}
	posting.Wait()
	<-got.done
	if got.wrong != "" {
		t.Error(got.wrong)
	}
}

// counted counts messages, and looks at their order. Only the actor's own turn touches it.
type counted struct {
	seen  map[int]int
	left  int
	wrong string
	done  chan struct{}
}

func (c *counted) InvokeUserMessage(m any) {
	is := m.([2]int)
	if c.seen[is[0]] != is[1] {
		c.wrong = fmt.Sprintf("message %d of a sender came when %d was due", is[1], c.seen[is[0]])
	}
	c.seen[is[0]]++
	if c.left--; c.left == 0 {
		close(c.done)
	}
}
func (*counted) InvokeSystemMessage(any)  {}
func (*counted) EscalateFailure(any, any) {}
