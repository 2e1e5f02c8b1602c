package runtime

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"curfew/actors"
	"curfew/internal/backend"
	"curfew/internal/contract"
	"curfew/messages"
	"curfew/tests/internal/world"
)

// set sets a job from YAML.
func set(ctx context.Context, s *world.Virtual, name, yaml string) (contract.JobSet, error) {
	return backend.New(s.Runtime).SetJob(ctx, name, contract.SetJob{Text: inJSON(s, yaml)})
}

// dry looks what setting a job from YAML would change.
func dry(ctx context.Context, s *world.Virtual, name, yaml string) (contract.JobSet, error) {
	return backend.New(s.Runtime).SetJob(ctx, name, contract.SetJob{Text: inJSON(s, yaml), DryRun: true})
}

func inJSON(s *world.Virtual, yaml string) contract.JobText {
	text, err := json.Marshal(yaml)
	if err != nil {
		s.T.Fatal(err)
	}
	return text
}

// refusedAs checks the kind of a refusal and what it says.
func refusedAs(t *testing.T, err error, kind contract.Kind, text string) {
	t.Helper()
	var refused *contract.Error
	if !errors.As(err, &refused) || refused.Kind != kind || !strings.Contains(refused.Text, text) {
		t.Errorf("got %v, want kind %d with %q", err, kind, text)
	}
}

const setFile = reloadHead + `
jobs:
  - {name: filed, actor: shell, schedule: "0 * * * *", with: {}}
defaults: {shell: {timeout: 7m}}
`

// TestSetJob: a job that was made without the job file runs, survives stops, crashes and reloads, is changed and removed
// by who made it, and by nobody else.
func TestSetJob(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := world.NewVirtual(t)
		var ran atomic.Int32
		s.Act = func(_ context.Context, a actors.Attempt) error {
			if a.Job == "made" {
				ran.Add(1)
			}
			return nil
		}
		s.Start(setFile)
		ctx := t.Context()
		made, err := set(ctx, s, "made", "actor: shell\nschedule: '*/10 * * * *'\ntimezone: UTC\nwith: {}\n")
		if err != nil || !made.Created || made.Job.ManagedBy != messages.ManagedByAPI || made.Job.Timeout.String() != "7m0s" {
			t.Fatalf("the job: %+v, %v", made, err)
		}
		if again, err := set(ctx, s, "made", "actor: shell\nschedule: '*/10 * * * *'\ntimezone: UTC\nwith: {}\n"); err != nil ||
			again.Changed || again.ETag() != made.ETag() {
			t.Errorf("the same again: %+v, %v", again, err)
		}
		s.Until("2027-01-15T00:55:00Z")
		s.Stop()
		s.Start(setFile)
		s.Until("2027-01-15T01:15:00Z")
		s.Crash()
		s.Start(setFile)
		s.Until("2027-01-15T01:35:00Z")
		if n := ran.Load(); n != 6 { // 00:40, 00:50, …, 01:30
			t.Errorf("it ran %d times", n)
		}
		if got := reload(s, setFile); got.ByAPI != 1 || len(got.Gone) != 0 {
			t.Errorf("a reload: %+v", got)
		}

		_, err = set(contract.OnlyIf(ctx, `"another"`), s, "made", "actor: shell\nschedule: '@daily'\nwith: {}\n")
		refusedAs(t, err, contract.KindChanged, "has version")
		changed, err := set(contract.OnlyIf(ctx, contract.Match(made.ETag())), s, "made", "actor: shell\nschedule: '@daily'\ntimezone: UTC\nwith: {}\n")
		if err != nil || !changed.Changed || len(changed.Diff) != 1 || changed.Diff[0].Key != "schedule" {
			t.Errorf("a change: %+v, %v", changed.Diff, err)
		}
		_, err = set(ctx, s, "filed", "actor: shell\nschedule: '@daily'\nwith: {}\n")
		refusedAs(t, err, contract.KindConflict, "jobs.yaml:6")
		_, err = backend.New(s.Runtime).RemoveJob(ctx, "filed")
		refusedAs(t, err, contract.KindConflict, "jobs.yaml:6")
		_, err = backend.New(s.Runtime).RemoveJob(ctx, "none")
		refusedAs(t, err, contract.KindNotFound, "none")
		if _, err = backend.New(s.Runtime).RemoveJob(ctx, "made"); err != nil {
			t.Error(err)
		}
		_, err = backend.New(s.Runtime).Job(ctx, "made")
		refusedAs(t, err, contract.KindNotFound, "made")
		s.Stop()
		records(s)
	})
}

// TestSetJobDryRun: a dry run finds what setting the job finds, and records nothing.
func TestSetJobDryRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := world.NewVirtual(t)
		s.Start(setFile)
		ctx := t.Context()
		const often, daily = "actor: shell\nschedule: '* * * * *'\ntimezone: UTC\nwith: {}\n", "actor: shell\nschedule: '@daily'\ntimezone: UTC\nwith: {}\n"
		last := s.Runtime.Log().Last()
		would, err := dry(ctx, s, "made", daily)
		if err != nil || !would.Created || would.Changed || len(would.Diff) == 0 || would.Job.ScheduleText != "every day at 00:00 in UTC" || would.Job.NextSlot.IsZero() {
			t.Errorf("a job that is new: %+v, %v", would, err)
		}
		_, err = dry(contract.OnlyIf(ctx, `"another"`), s, "made", daily)
		refusedAs(t, err, contract.KindChanged, "no job")
		if now := s.Runtime.Log().Last(); now != last {
			t.Errorf("dry runs have written %d records", now-last)
		}
		made, err := set(ctx, s, "made", daily)
		if err != nil {
			t.Fatal(err)
		}
		last = s.Runtime.Log().Last()
		would, err = dry(contract.OnlyIf(ctx, contract.Match(made.ETag())), s, "made", often)
		if err != nil || would.Created || would.Changed || len(would.Diff) != 1 || would.Diff[0].Key != "schedule" || would.ETag() != made.ETag() {
			t.Errorf("a change: %+v, %v", would, err)
		}
		if would, err = dry(ctx, s, "made", daily); err != nil || len(would.Diff) != 0 {
			t.Errorf("no change: %+v, %v", would, err)
		}
		_, err = dry(contract.OnlyIf(ctx, `"another"`), s, "made", often)
		refusedAs(t, err, contract.KindChanged, "has version")
		_, err = dry(ctx, s, "made", "actor: shell\nschedule: '61 * * * *'\n")
		refusedAs(t, err, contract.KindRefused, "job made:2:11: ")
		_, err = dry(ctx, s, "filed", daily)
		refusedAs(t, err, contract.KindConflict, "jobs.yaml:6")
		if now := s.Runtime.Log().Last(); now != last {
			t.Errorf("dry runs have written %d records", now-last)
		}
		s.Stop()
		records(s)
	})
}

// TestSetJobRefused: what is wrong with a job is said by its key, and nothing changes.
func TestSetJobRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := world.NewVirtual(t)
		s.Start(setFile)
		last := s.Runtime.Log().Last()
		for _, tt := range []struct{ text, field, says string }{
			{"actor: shell\nschedule: '61 * * * *'\nwith: {}", "body.schedule", "job x:2:11: "},
			{"actor: shell\nschedule: '@daily'\nshedule: x\nwith: {}", "body.shedule", "unknown key"},
			{"actor: shell\nschedule: '@daily'\nretry: {attempts: 0}\nwith: {}", "body.retry.attempts", "attempts must be"},
			{"actor: shell\nschedule: '@daily'\ntags: [a, '']\nwith: {}", "body.tags[1]", "each item of tags"},
			{"name: y\nactor: shell\nschedule: '@daily'\nwith: {}", "body.name", `names itself "y"`},
			{"actor: shell\nschedule: '@daily'\nhealthcheck: https://hc.example.com/x\nwith: {}", "body.healthcheck", "only a job of the job file"},
			{"jobs: []", "body", "whole job file"},
			{"- a", "body", "must be a mapping"},
			{"", "body", "there is no job"},
			{"actor: agent\nschedule: '@daily'\nsession: office\nwith: {}", "body.session", "unknown session"},
			{"actor: [", "body", "job x:"},
		} {
			_, err := set(t.Context(), s, "x", tt.text)
			refusedAs(t, err, contract.KindRefused, "the job is not valid")
			var refused *contract.Error
			if errors.As(err, &refused) && (len(refused.Faults) == 0 || refused.Faults[0].Location != tt.field ||
				!strings.Contains(refused.Faults[0].Message, tt.says)) {
				t.Errorf("%q: %+v", tt.text, refused.Faults)
			}
		}
		_, err := set(t.Context(), s, "Bad Name", "actor: shell\nschedule: '@daily'\nwith: {}")
		refusedAs(t, err, contract.KindRefused, "job name")
		if now := s.Runtime.Log().Last(); now != last {
			t.Errorf("%d records were made", now-last)
		}
		s.Stop()
	})
}

// TestSetJobAndFile: a name that both have. A start is not refused for it, a reload is; the API's job stays until
// somebody says that the file's takes its place.
func TestSetJobAndFile(t *testing.T) {
	with := strings.Replace(setFile, "jobs:", "jobs:\n  - {name: made, actor: shell, schedule: '30 * * * *', with: {}}", 1)
	synctest.Test(t, func(t *testing.T) {
		s := world.NewVirtual(t)
		s.Act = func(ctx context.Context, _ actors.Attempt) error { return world.Work(ctx, time.Second) }
		s.Start(setFile)
		if _, err := set(t.Context(), s, "made", "actor: shell\nschedule: '*/10 * * * *'\ntimezone: UTC\nwith: {}\n"); err != nil {
			t.Fatal(err)
		}
		s.Write(with)
		_, err := backend.New(s.Runtime).Reload(t.Context())
		refusedAs(t, err, contract.KindRefused, "jobs.yaml:6:5: job made at jobs.yaml:6 is not taken in")
		s.Stop()
		s.Start(with)
		b := backend.New(s.Runtime)
		if job, err := b.Job(t.Context(), "made"); err != nil || job.ManagedBy != messages.ManagedByAPI || job.Schedule != "*/10 * * * *" {
			t.Errorf("after the start: %+v, %v", job, err)
		}
		if notes, err := b.Notes(t.Context()); err != nil || !strings.Contains(fmt.Sprint(notes), "is not taken in") {
			t.Errorf("what people should look at: %v, %v", notes, err)
		}
		look, err := b.TakeFromFile(t.Context(), "made", contract.FromFile{DryRun: true})
		if err != nil || look.Changed || look.Job.ManagedBy != messages.ManagedByAPI || len(look.Diff) == 0 {
			t.Errorf("a look: %+v, %v", look, err)
		}
		done, err := b.TakeFromFile(contract.OnlyIf(t.Context(), contract.Match(look.ETag())), "made", contract.FromFile{})
		if err != nil || done.Job.ManagedBy != messages.ManagedByFile || done.Job.Schedule != "30 * * * *" {
			t.Errorf("taken: %+v, %v", done, err)
		}
		if notes, err := b.Notes(t.Context()); err != nil || len(notes) != 0 {
			t.Errorf("and then: %v, %v", notes, err)
		}
		if got := reload(s, with); got.Seq != nil {
			t.Errorf("the reload after it: %+v", got)
		}
		s.Stop()
		records(s)
	})
}

// TestSetJobLosesItsSession: a reload that takes a session away from a job of the API is refused. A start is not: it
// says so, and the job's runs wait.
func TestSetJobLosesItsSession(t *testing.T) {
	const office = `
sessions:
  default: {backend: "https://api.example.com"}
  office: {}
jobs:
  - {name: filed, actor: shell, schedule: "0 * * * *", with: {}}
`
	synctest.Test(t, func(t *testing.T) {
		s := world.NewVirtual(t)
		s.Act = func(context.Context, actors.Attempt) error { return nil }
		s.Start(strings.Replace(office, "office: {}", `office: {backend: "https://office.example.com"}`, 1))
		if _, err := set(t.Context(), s, "made", "actor: agent\nsession: office\nschedule: '*/10 * * * *'\ntimezone: UTC\nwith: {}\n"); err != nil {
			t.Fatal(err)
		}
		s.Write(setFile)
		_, err := backend.New(s.Runtime).Reload(t.Context())
		refusedAs(t, err, contract.KindRefused, `job made, which the API made, belongs to session "office"`)
		s.Stop()
		s.Start(setFile)
		s.Until("2027-01-15T00:41:00Z")
		if run := lastRun(s, "made"); run.Status != messages.StatusHeld {
			t.Errorf("without its session the run is %s", run.Status)
		}
		if notes, err := backend.New(s.Runtime).Notes(t.Context()); err != nil || !strings.Contains(fmt.Sprint(notes), "office") {
			t.Errorf("what people should look at: %v, %v", notes, err)
		}
		s.Stop()
		records(s)
	})
}
