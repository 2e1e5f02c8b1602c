package world

import (
	"context"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"go.uber.org/zap"

	"curfew/actors"
	"curfew/bus"
	"curfew/bus/memory"
	"curfew/bus/replay/story"
	"curfew/internal/backend"
	"curfew/internal/config"
	"curfew/internal/contract"
	"curfew/internal/engine"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// sweepSnapshots is how many records lie between snapshots when every append is seen: those starts come from a
// snapshot, the others from the whole journal.
const sweepSnapshots = 6

// Crash is a [Story] whose process is killed at one append, and started again at once from what the journal and the
// token file hold then. An order that got no answer is given again under the same id, and what an attempt would have
// returned is returned by the attempt that repeats it.
type Crash struct {
	*Story
	journal *memory.Journal
	fate    Fate
	Always  bool   // every process is killed at its first append after its start
	kept    []byte // what the token file held at the kill
	notices *noticeBook

	Kills  int                       // how often a process was killed
	At     uint64                    // the newest durable seq at the first kill
	Flew   []messages.AttemptStarted // attempts in flight at the first kill
	orders int
	read   uint64
	owed   []debt
}

var _ story.World = (*Crash)(nil)

// NewCrash returns a world whose process is killed at that append, counted from 1; 0: never. It must be called in a
// synctest bubble.
func NewCrash(t *testing.T, f Fate, killAt int) *Crash {
	w := &Crash{Story: NewStory(t), journal: memory.New(), fate: f}
	w.disk = newKilledJournal(w.journal, f, killAt, w.keepSecrets)
	w.began = w.mustBeDurable
	return w
}

// keepSecrets remembers the token file as it is at the kill: a process that is really killed does not write to it later.
func (w *Crash) keepSecrets() { w.kept, _ = os.ReadFile(w.tokens) } // there may be none yet

// mustBeDurable checks, when an attempt begins, that the journal holds the decision to start it.
func (w *Crash) mustBeDurable(a actors.Attempt) {
	for _, r := range w.RecordsFrom(1) {
		if b, ok := r.Body.(messages.AttemptStarted); ok && b.Run == a.Run && b.Attempt == a.Number {
			return
		}
	}
	w.t.Errorf("attempt %d of %s begins, and the journal does not hold that", a.Number, a.Job)
}

// RecordsFrom returns the records of the journal from that seq on.
func (w *Crash) RecordsFrom(from uint64) (all []messages.Record) {
	err := bus.Scan(w.journal, from, func(r messages.Record) error { all = append(all, r); return nil })
	if err != nil {
		w.t.Fatal(err)
	}
	return all
}

// Records returns what became durable since the last call.
func (w *Crash) Records() []messages.Record {
	w.pay()
	recs := w.RecordsFrom(w.read + 1)
	w.read += uint64(len(recs))
	return recs
}

// Appends counts the appends of the process that lives now.
func (w *Crash) Appends() int { return w.disk.count() }

// Rebuilt returns the machine that the records of the journal make.
func (w *Crash) Rebuilt() *policy.Machine {
	m := policy.New()
	for _, r := range w.RecordsFrom(1) {
		m.Apply(r)
	}
	return m
}

// survive waits until everything of this instant is done, and starts the process again if it was killed. It reports
// whether it was.
func (w *Crash) survive() bool {
	w.settle()
	if !w.disk.isDead() {
		return false
	}
	if w.fate == Seen {
		w.keepSecrets() // performing the last append may have changed it
	}
	m := w.Rebuilt()
	if w.Kills++; w.Kills == 1 {
		w.At, w.Flew = uint64(len(w.RecordsFrom(1))), m.InFlight()
	}
	w.bury()
	var jobs []messages.Definition
	for _, d := range m.Spent() {
		jobs = append(jobs, d.Whole())
	}
	for _, name := range m.JobNames("", policy.All) {
		v, _ := m.Job(name)
		jobs = append(jobs, v.Definition.Whole())
	}
	w.disk = newKilledJournal(w.journal, w.fate, 0, w.keepSecrets)
	if err := w.begin(jobs); err != nil {
		w.t.Fatalf("it does not start again: %v", err)
	}
	w.settle()
	if w.Always {
		w.disk.arm(1)
	}
	return true
}

// bury stops what is left of the killed process; on the wall clock that takes no time.
func (w *Crash) bury() {
	w.endFlying()
	before := time.Now()
	if w.Runtime != nil {
		_ = w.Runtime.Stop(context.Background()) // it complains that it cannot write
		w.settle()
	}
	w.offset.Add(-int64(time.Since(before)))
	var err error
	if w.kept == nil {
		err = os.RemoveAll(w.tokens)
	} else {
		err = os.WriteFile(w.tokens, w.kept, 0o600)
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

// begin starts the process with these jobs in its job file.
func (w *Crash) begin(jobs []messages.Definition) (err error) {
	w.notices = newNoticeBook(w)
	o := engine.Options{
		Config: config.Config{Runtime: w.conf, Jobs: jobs}, Journal: w.disk, Tokens: w.tokens, Logger: zap.New(w.notices),
	}
	if w.fate == Seen {
		o.SnapshotEvery = sweepSnapshots
	}
	w.Runtime, err = w.boot(o)
	return err
}

// Publish commits facts, and commits them again under the same ids if the process was killed meanwhile.
func (w *Crash) Publish(facts ...messages.Fact) error {
	conf, configures := facts[0].(messages.RuntimeConfigured)
	if configures {
		w.conf = conf
		w.conf.Reloaded = false
	}
	if configures && w.Runtime == nil {
		if err := w.begin(nil); w.survive() {
			return nil
		} else {
			return err
		}
	}
	w.orders++
	drafts := make([]bus.Draft, len(facts))
	for i, f := range facts {
		drafts[i] = bus.Draft{ID: fmt.Sprintf("order-%d-%d", w.orders, i), Fact: f}
	}
	for {
		if _, err := w.Runtime.Log().Commit(context.Background(), drafts...); !w.survive() {
			return err
		}
	}
}

// SignIn gives the session a token of its own.
func (w *Crash) SignIn(session, by string, expires messages.Instant) error {
	if messages.BroughtByItself(by) {
		return w.Publish(messages.SessionRestored{Session: session, By: by, ExpiresAt: expires})
	}
	token := contract.Secret(w.token(session, expires))
	from := w.last()
	for {
		if _, err := backend.New(w.Runtime).Login(context.Background(), session, contract.Login{Token: token}); !w.survive() {
			return err
		}
		if w.since(from, func(b messages.Body) bool {
			f, ok := b.(messages.SessionRestored)
			return ok &&
				f.Session == session
		}) {
			return nil
		}
	}
}

func (w *Crash) last() uint64 { return uint64(len(w.RecordsFrom(1))) }

// since reports whether such a record became durable after that seq.
func (w *Crash) since(seq uint64, is func(messages.Body) bool) bool {
	return slices.ContainsFunc(w.RecordsFrom(seq+1), func(r messages.Record) bool { return is(r.Body) })
}

// Advance lets time pass, also if the process is killed meanwhile.
func (w *Crash) Advance(to messages.Instant) error {
	w.steps++
	for {
		timer := time.NewTimer(to.Time().Sub(w.now()) + w.steps*time.Microsecond)
		select {
		case <-timer.C:
		case <-w.disk.dies:
			timer.Stop()
		}
		if !w.survive() {
			return nil
		}
	}
}
