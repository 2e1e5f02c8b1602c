package world

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"go.uber.org/zap"

	"curfew/actors"
	"curfew/bus"
	"curfew/bus/memory"
	"curfew/bus/replay/story"
	"curfew/internal/api"
	"curfew/internal/backend"
	"curfew/internal/config"
	"curfew/internal/engine"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// sweepSnapshots is how many records lie between snapshots when every append is seen: those starts come from a
// snapshot, the others from the whole journal.
const sweepSnapshots = 6

// Crash is a live world whose process is killed at one append, and started again at once from what
// the journal and the token file hold then. Whoever was told nothing asks again: an order is repeated under
// its id, and what an attempt would have returned is returned by the attempt that repeats it.
type Crash struct {
	*Story
	journal *memory.Journal
	Disk    *KilledJournal
	fate    Fate
	Always  bool // it is killed at every append from then on, but not while it starts
	conf    messages.RuntimeConfigured
	secrets string // path of the token file
	kept    []byte // what the token file held at the kill
	notices *noticeBook

	Kills  int
	At     uint64                    // newest durable seq at the first kill
	Flew   []messages.AttemptStarted // attempts in flight at the first kill
	orders int
	read   uint64
	owed   []debt
}

var _ story.World = (*Crash)(nil)

// debt is what an attempt was to do when its process was killed. It is done by the attempt that repeats it,
// which may have to wait.
type debt struct {
	job string
	do  func() error
	is  func(messages.Body) bool // the fact of it
}

func NewCrash(t *testing.T, f Fate, killAt int) *Crash {
	w := &Crash{
		Story: NewStory(t), journal: memory.New(), fate: f,
		secrets: filepath.Join(t.TempDir(), "tokens.json"),
	}
	w.Disk = newKilledJournal(w.journal, f, killAt, w.keepSecrets)
	w.began = w.mustBeDurable
	return w
}

// keepSecrets keeps the token file as it is at the kill: what the dying process does to it later, no
// killed process does.
func (w *Crash) keepSecrets() { w.kept, _ = os.ReadFile(w.secrets) } // none yet is empty

// mustBeDurable checks, when an attempt begins, that the journal holds the decision to start it.
func (w *Crash) mustBeDurable(a actors.Attempt) {
	for _, r := range w.RecordsFrom(1) {
		if b, ok := r.Body.(messages.AttemptStarted); ok && b.Run == a.Run && b.Attempt == a.Number {
			return
		}
	}
	w.t.Errorf("attempt %d of %s begins, and the journal does not hold that", a.Number, a.Job)
}

// RecordsFrom are those of the journal from that seq on.
func (w *Crash) RecordsFrom(from uint64) (all []messages.Record) {
	err := bus.Scan(w.journal, from, func(r messages.Record) error { all = append(all, r); return nil })
	if err != nil {
		w.t.Fatal(err)
	}
	return all
}

// Records is what became durable since the last call.
func (w *Crash) Records() []messages.Record {
	w.pay()
	recs := w.RecordsFrom(w.read + 1)
	w.read += uint64(len(recs))
	return recs
}

// pay has attempts that have begun meanwhile do what is owed.
func (w *Crash) pay() {
	owed := w.owed
	w.owed = nil
	for _, d := range owed {
		if !w.flies(d.job) {
			w.owed = append(w.owed, d)
		} else if err := w.aboutAttempt(d.job, d.do, d.is); err != nil {
			w.t.Error(err)
		}
	}
}

// flies reports whether an attempt of the job is in flight.
func (w *Crash) flies(job string) bool {
	return slices.ContainsFunc(w.Rebuilt().InFlight(), func(a messages.AttemptStarted) bool { return a.Job == job })
}

// Rebuilt is the machine as the journal gives it.
func (w *Crash) Rebuilt() *policy.Machine {
	m := policy.New()
	for _, r := range w.RecordsFrom(1) {
		m.Apply(r)
	}
	return m
}

// survive lets the instant become quiet and starts the process again if it was killed; it says whether
// it was.
func (w *Crash) survive() bool {
	w.settle()
	if !w.Disk.isDead() {
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
	jobs := m.Spent()
	for _, name := range m.JobNames() {
		v, _ := m.Job(name)
		jobs = append(jobs, v.Definition)
	}
	w.Disk = newKilledJournal(w.journal, w.fate, 0, w.keepSecrets)
	if err := w.begin(jobs); err != nil {
		w.t.Fatalf("it does not start again: %v", err)
	}
	w.settle()
	if w.Always {
		w.Disk.arm(1)
	}
	return true
}

// bury ends what is left of the killed process, in no time.
func (w *Crash) bury() {
	w.mu.Lock()
	for _, attempts := range w.flying {
		for _, c := range attempts {
			close(c)
		}
	}
	clear(w.flying)
	w.mu.Unlock()
	before := time.Now()
	if w.Runtime != nil {
		_ = w.Runtime.Stop(context.Background()) // it complains that it cannot write
		w.settle()
	}
	w.offset.Add(-int64(time.Since(before)))
	var err error
	if w.kept == nil {
		err = os.RemoveAll(w.secrets)
	} else {
		err = os.WriteFile(w.secrets, w.kept, 0o600)
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

// begin starts the process, with the job file as it stands.
func (w *Crash) begin(jobs []messages.Definition) (err error) {
	w.notices = newNoticeBook(w)
	o := engine.Options{
		Config: config.Config{Runtime: w.conf, Jobs: jobs}, Journal: w.Disk, Tokens: w.secrets, Logger: zap.New(w.notices),
	}
	if w.fate == Seen {
		o.SnapshotEvery = sweepSnapshots
	}
	w.Runtime, err = w.boot(o)
	return err
}

// Publish commits facts, and again under the same ids if the process was killed meanwhile.
func (w *Crash) Publish(facts ...messages.Fact) error {
	if conf, ok := facts[0].(messages.RuntimeConfigured); ok && w.Runtime == nil {
		w.conf = conf
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
	if by == messages.ByRefresh {
		return w.Publish(messages.SessionRestored{Session: session, By: by, ExpiresAt: expires})
	}
	token := api.Secret(w.token(expires))
	from := w.last()
	for {
		if _, err := backend.New(w.Runtime).Login(context.Background(), session, api.Login{Token: token}); !w.survive() {
			return err
		}
		if w.since(from, func(b messages.Body) bool { f, ok := b.(messages.SessionRestored); return ok && f.Session == session }) {
			return nil
		}
	}
}

func (w *Crash) last() uint64 { return uint64(len(w.RecordsFrom(1))) }

// since reports whether such a record became durable behind that seq.
func (w *Crash) since(seq uint64, is func(messages.Body) bool) bool {
	return slices.ContainsFunc(w.RecordsFrom(seq+1), func(r messages.Record) bool { return is(r.Body) })
}

// aboutAttempt does something to the attempt in flight of a job, or to the attempt that repeats it if a process
// was killed before that fact of it was durable.
func (w *Crash) aboutAttempt(job string, do func() error, is func(messages.Body) bool) error {
	from := w.last()
	for w.Kills == 0 || w.flies(job) {
		if err := do(); !w.survive() {
			return err
		}
		if w.since(from, is) {
			return nil
		}
	}
	w.owed = append(w.owed, debt{job, do, is})
	return nil
}

// End lets an attempt return.
func (w *Crash) End(job string, o story.Outcome) error {
	return w.aboutAttempt(job, func() error { return w.Story.End(job, o) }, func(b messages.Body) bool {
		switch f := b.(type) {
		case messages.AttemptSucceeded:
			return f.Job == job
		case messages.AttemptFailed:
			return f.Job == job
		case messages.AttemptInterrupted:
			return f.Job == job && f.Why != messages.InterruptCrashed
		}
		return false
	})
}

// SideEffect lets an attempt call a tool.
func (w *Crash) SideEffect(job string) error {
	return w.aboutAttempt(job, func() error { return w.Story.SideEffect(job) }, func(b messages.Body) bool {
		f, ok := b.(messages.SideEffectBegan)
		return ok && f.Job == job
	})
}

// Confirm lets the backend accept the first call of an attempt.
func (w *Crash) Confirm(job string) error {
	do := func() error {
		i := slices.IndexFunc(w.Rebuilt().InFlight(), func(a messages.AttemptStarted) bool { return a.Job == job })
		if i < 0 {
			return fmt.Errorf("no attempt of %s is in flight", job)
		}
		a := w.Rebuilt().InFlight()[i]
		_, err := w.Runtime.Log().Commit(context.Background(), bus.Draft{Fact: messages.SessionConfirmed{Session: a.Session, Generation: a.Generation, Run: a.Run}})
		return err
	}
	return w.aboutAttempt(job, do, func(b messages.Body) bool { _, ok := b.(messages.SessionConfirmed); return ok })
}

// Answer lets a target answer; the process that follows a kill asks it again, and hears the same.
func (w *Crash) Answer(target string, taken bool) error {
	from := w.last()
	for {
		if err := w.Story.Answer(target, taken); !w.survive() {
			return err
		}
		if w.since(from, func(b messages.Body) bool { f, ok := b.(messages.DeliveryFinished); return ok && f.To == target }) {
			return nil
		}
	}
}

// Advance lets time pass, through the kill if it comes meanwhile.
func (w *Crash) Advance(to messages.Instant) error {
	w.steps++
	for {
		timer := time.NewTimer(to.Time().Sub(w.now()) + w.steps*time.Microsecond)
		select {
		case <-timer.C:
		case <-w.Disk.dies:
			timer.Stop()
		}
		if !w.survive() {
			return nil
		}
	}
}
