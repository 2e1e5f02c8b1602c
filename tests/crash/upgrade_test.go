package crash

import (
	"context"
	"errors"
	"reflect"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"curfew/actors"
	"curfew/bus"
	"curfew/bus/replay/brief"
	"curfew/internal/backend"
	"curfew/internal/config"
	"curfew/internal/contract"
	"curfew/messages"
	"curfew/supervisor/policy"
	"curfew/tests/internal/world"
)

const upgradeFile = `
jobs:
  - {name: patient, actor: shell, schedule: "0 12 * * *", timezone: UTC, retry: {jitter: 0}, with: {}}
  - {name: spared, actor: shell, schedule: "0 12 * * *", timezone: UTC, with: {}}
  - {name: quiet, actor: shell, schedule: "0 12 * * *", timezone: UTC, with: {}}
  - {name: cut-off, actor: shell, schedule: "0 12 * * *", timezone: UTC, with: {}}
`

// oldRules is a build with other rules, and the journal that it writes.
type oldRules struct {
	t    *testing.T
	m    *policy.Machine
	recs []messages.Record
}

// fact records a fact with the decisions of the old rules: those of today's rules, changed by alter, which may be nil.
func (o *oldRules) fact(at string, f messages.Fact, alter func([]messages.Decision) []messages.Decision) {
	o.t.Helper()
	when, err := time.Parse(time.RFC3339, at)
	if err != nil {
		o.t.Fatal(err)
	}
	seq := uint64(len(o.recs)) + 1
	today := world.Restored(o.t, world.Snapshot(o.t, o.m)).Step(messages.At(when), seq, f)
	decided := today
	if alter != nil {
		if decided = alter(append([]messages.Decision(nil), today...)); reflect.DeepEqual(decided, today) {
			o.t.Fatalf("today's rules decide the same of %s: %v", f.Name(), today)
		}
	}
	o.record(messages.Record{Seq: seq, At: messages.At(when), ID: messages.FactID(f.Name(), at), Body: f})
	for i, d := range decided {
		o.record(messages.Record{Seq: seq + 1 + uint64(i), At: messages.At(when), ID: messages.DerivedID(seq, i), Cause: seq, Body: d})
	}
}

func (o *oldRules) record(r messages.Record) {
	r.PolicyVersion = policy.Version - 1
	o.recs = append(o.recs, r)
	o.m.Apply(r)
}

// run returns the only unfinished run of a job.
func (o *oldRules) run(job string) messages.AttemptRef {
	for _, v := range o.m.Unfinished() {
		if v.Job == job {
			return messages.AttemptRef{Run: v.ID, Job: job, Attempt: v.Attempt}
		}
	}
	o.t.Fatalf("%s has no run", job)
	return messages.AttemptRef{}
}

// lives writes the journal of the old build: a retry that waits two hours, where today's waits a second; a slot that is
// skipped without reason; a failure that is not reported; and an attempt in flight at its end.
func (o *oldRules) lives(conf config.Config) {
	o.t.Helper()
	o.fact("2027-01-15T00:00:00Z", conf.Runtime, nil)
	for _, d := range conf.Jobs {
		o.fact("2027-01-15T00:00:00Z", messages.Defined(d), nil)
	}
	due := func(job string) messages.Fact {
		slot := messages.At(time.Date(2027, 1, 15, 0, 10, 0, 0, time.UTC))
		return messages.SlotsDue{Slots: []messages.JobSlot{{Job: job, Slot: slot}}}
	}
	const at, later = "2027-01-15T00:10:00Z", "2027-01-15T00:11:00Z"
	o.fact(at, due("patient"), nil)
	o.fact(later, messages.AttemptFailed{AttemptRef: o.run("patient"), Class: messages.ClassTransient, Error: "old", Called: true}, func(ds []messages.Decision) []messages.Decision {
		w := ds[0].(messages.WakeScheduled)
		w.Due = messages.At(time.Date(2027, 1, 15, 2, 0, 0, 0, time.UTC))
		ds[0] = w
		return ds
	})
	o.fact(at, due("spared"), func(ds []messages.Decision) []messages.Decision {
		return []messages.Decision{messages.SlotSkipped{Job: "spared", Slot: ds[0].(messages.RunQueued).Slot, Count: 1, Reason: messages.SkipOverlap}}
	})
	o.fact(at, due("quiet"), nil)
	o.fact(later, messages.AttemptFailed{AttemptRef: o.run("quiet"), Class: messages.ClassPermanent, Error: "old", Called: true}, func(ds []messages.Decision) []messages.Decision {
		return ds[:1] // without the report
	})
	o.fact(at, due("cut-off"), nil)
}

// TestUpgrade starts today's build on the journal of a build with other rules. The old decisions stay and are
// performed; none of them is decided again. Today's rules decide everything new.
func TestUpgrade(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := world.NewVirtual(t)
		var mu sync.Mutex
		began := map[string][]time.Time{}
		s.Act = func(_ context.Context, a actors.Attempt) error {
			mu.Lock()
			defer mu.Unlock()
			began[a.Job] = append(began[a.Job], time.Now().UTC())
			if a.Job == "patient" && a.Number == 1 {
				return errors.New("transient")
			}
			return nil
		}
		old := &oldRules{t: t, m: policy.New()}
		old.lives(s.Parsed(upgradeFile))
		j := s.Open()
		if err := errors.Join(j.Append(old.recs), j.Close()); err != nil {
			t.Fatal(err)
		}
		s.Start(upgradeFile)
		s.Until("2027-01-15T12:00:10Z")
		for job, want := range map[string][]string{
			"patient": {"02:00:00", "12:00:00", "12:00:01"}, // as the old rules said; and today's backoff
			"spared":  {"12:00:00"},
			"quiet":   {"12:00:00"},
			"cut-off": {"00:30:00", "12:00:00"}, // it was in flight, and is repeated
		} {
			var got []string
			for _, at := range began[job] {
				got = append(got, at.Format("15:04:05"))
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("attempts of %s began at %v, want %v", job, got, want)
			}
		}
		runs, err := backend.New(s.Runtime).Runs(t.Context(), contract.RunQuery{Job: "quiet", Page: contract.Page{Limit: 10}})
		if err != nil || len(runs.Items) != 2 || runs.Items[1].Status != messages.StatusFailed {
			t.Errorf("the runs of quiet: %+v, %v", runs, err)
		}
		s.Stop()
		old.stands(s)
	})
}

// stands checks that the old part of the journal is as it was, and that no later decision answers a fact of it.
func (o *oldRules) stands(s *world.Virtual) {
	o.t.Helper()
	j := s.Open()
	defer j.Close()
	n := uint64(len(o.recs))
	var later []messages.Record
	err := bus.Scan(j, 1, func(r messages.Record) error {
		switch {
		case r.Seq > n:
			later = append(later, r)
		case !reflect.DeepEqual(r, o.recs[r.Seq-1]):
			o.t.Errorf("record %d was changed: %+v", r.Seq, r)
		}
		return nil
	})
	if err != nil {
		o.t.Fatal(err)
	}
	m := world.Restored(o.t, world.Snapshot(o.t, o.m))
	for _, r := range later {
		_, reported := r.Body.(messages.ErrorReported)
		if r.PolicyVersion != policy.Version || r.Cause != 0 && r.Cause <= n || reported {
			o.t.Errorf("record %d, by version %d because of %d: %s", r.Seq, r.PolicyVersion, r.Cause, brief.Of(r.Body))
		}
	}
	goesOn(o.t, m, byFact(later))
}
