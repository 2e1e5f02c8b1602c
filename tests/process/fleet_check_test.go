package process

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	client "github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"curfew/bus/jsonl"
	"curfew/bus/nats"
	"curfew/bus/nats/natstest"
	"curfew/messages"
	"curfew/tests/internal/world"
)

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

	closed, inFlight, probed, canaries int // of the session: how often it closed, attempts in flight then, and so on

	nodes losses // of nodes
}

// check reads the journal and the notes, and says what is lost or was begun twice, and which node was taken for lost though
// it worked. Jobs that were paused are not counted.
func (f *fleet) check(paused ...string) (n tally) {
	f.t.Helper()
	gate := gateCount{tally: &n, flying: map[messages.RunID]bool{}}
	records := f.journal()
	silences, longest := f.witness.seen()
	nodes, faults := judge(records, f.blows, silences)
	n.nodes, f.silence = nodes, longest.Round(time.Millisecond)
	for _, fault := range faults {
		f.t.Error(fault)
	}
	for _, r := range records {
		gate.read(r.Body)
		if _, is := r.Body.(messages.AttemptInterrupted); is {
			n.interrupted++
		}
	}
	for job, s := range slotsOf(records) {
		if slices.Contains(paused, job) || !strings.HasPrefix(job, "job-") {
			continue
		}
		due, named := (s.last-s.first)/f.every.Milliseconds()+1, s.named()
		n.slots += int(due)
		if n.lost += int(due - named); due != named {
			f.t.Errorf("%s: %d slots fell due, and runs stand for %d", job, due, named)
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

// slots are those of a job, and the runs that stand for them.
type slots struct {
	first, last int64
	runs        map[messages.RunID]int64 // how many slots each stands for
}

func (s *slots) named() (n int64) {
	for _, stands := range s.runs {
		n += stands
	}
	return n
}

// slotsOf are the slots of each job. A run that is held, as for a person, takes in those that fall due meanwhile.
func slotsOf(records []messages.Record) map[string]*slots {
	all := map[string]*slots{}
	note := func(job string, run messages.RunID, first, last messages.Instant, missed int) {
		if last.IsZero() {
			return // by hand: a yes that came when the run had gone on
		}
		if all[job] == nil {
			all[job] = &slots{first: int64(first), runs: map[messages.RunID]int64{}}
		}
		s := all[job]
		s.last, s.runs[run] = max(s.last, int64(last)), 1+int64(missed)
	}
	for _, r := range records {
		switch b := r.Body.(type) {
		case messages.RunQueued:
			note(b.Job, b.Run, b.FirstSlot, b.Slot, b.Missed)
		case messages.RunHeld:
			note(b.Job, b.Run, b.FirstSlot, b.Slot, b.Missed)
		}
	}
	return all
}

// A slot that a held run has taken in is not lost.
func TestSlotsOfAHeldRun(t *testing.T) {
	all := slotsOf([]messages.Record{
		{Body: messages.RunQueued{Job: "j", Run: "1", FirstSlot: 1, Slot: 1}},
		{Body: messages.RunQueued{Job: "j", Run: "by hand"}},
		{Body: messages.RunQueued{Job: "j", Run: "2", FirstSlot: 2, Slot: 2}},
		{Body: messages.RunHeld{Job: "j", Run: "2", FirstSlot: 2, Slot: 2}},
		{Body: messages.RunHeld{Job: "j", Run: "2", FirstSlot: 2, Slot: 4, Missed: 2}},
	})
	if s := all["j"]; len(all) != 1 || s.first != 1 || s.last != 4 || s.named() != 4 {
		t.Errorf("the slots are %+v", s)
	}
}

// gateCount counts what the session's gate costs: a call with a dead token is in flight when the gate closes, or a canary.
type gateCount struct {
	*tally
	flying  map[messages.RunID]bool // attempts in flight, and whether they began while the session was being proven
	probing bool
}

func (g *gateCount) read(b messages.Body) {
	switch b := b.(type) {
	case messages.AttemptStarted:
		if b.Generation == 0 {
			return
		}
		g.flying[b.Run] = g.probing
		if g.probing {
			g.canaries++
		}
	case messages.GateProbing:
		g.probing = true
		g.probed++
	case messages.GateOpened:
		g.probing = false
	case messages.GateClosed:
		if g.probing = false; b.Source == messages.SourceConfig {
			return
		}
		g.closed++
		g.inFlight += len(g.flying) + 1 // with the one that has found it out
	case messages.AttemptSucceeded:
		delete(g.flying, b.Run)
	case messages.AttemptFailed:
		g.end(b.Run, b.Called)
	case messages.AttemptInterrupted:
		g.end(b.Run, b.Called && b.Why != messages.InterruptLost)
	}
}

// end notes the end of an attempt. One that did not call, or was lost, is no canary: another one is.
func (g *gateCount) end(run messages.RunID, called bool) {
	if g.flying[run] && !called {
		g.canaries--
	}
	delete(g.flying, run)
}

// ears hear everything that is said on the servers.
type ears struct {
	mu    sync.Mutex
	heard [][]byte
}

// listen hears everything from here on.
func listen(t *testing.T, nc *client.Conn) *ears {
	t.Helper()
	e := &ears{}
	if _, err := nc.Subscribe(">", func(m *client.Msg) {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.heard = append(e.heard, m.Data)
	}); err != nil {
		t.Fatal(err)
	}
	return e
}

// secret checks that none of the texts was said on the servers, or is in one of their streams.
func (e *ears) secret(t *testing.T, nc *client.Conn, texts ...string) (looked int) {
	t.Helper()
	e.mu.Lock()
	all := slices.Clone(e.heard)
	e.mu.Unlock()
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	natstest.Until(t, "for the names of their streams", func(ctx context.Context) error {
		lister := js.StreamNames(ctx)
		names = nil
		for name := range lister.Name() {
			names = append(names, name)
		}
		return lister.Err()
	})
	for _, name := range names {
		var s jetstream.Stream
		natstest.Until(t, "for a stream", func(ctx context.Context) (err error) {
			s, err = js.Stream(ctx, name)
			return err
		})
		for seq := s.CachedInfo().State.FirstSeq; seq <= s.CachedInfo().State.LastSeq; seq++ {
			m, err := s.GetMsg(t.Context(), seq)
			if err == nil { // else it was removed
				all = append(all, m.Data, []byte(m.Subject))
			}
		}
	}
	for _, text := range texts {
		if natstest.InTheClear(all, text) {
			t.Error("a token is on the servers in the clear")
		}
	}
	return len(all)
}
