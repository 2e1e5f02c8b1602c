package runtime

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"curfew/actors"
	"curfew/internal/backend"
	"curfew/internal/contract"
	"curfew/messages"
	"curfew/tests/internal/world"
)

const treeFile = reloadHead + `
jobs:
  - {name: brief, actor: agent, schedule: "0 1 * * *", with: {}}
  - {name: flaky, actor: shell, schedule: "0 1 * * *", with: {}, retry: {attempts: 3, initial: 10m, factor: 1, jitter: 0, max: 10m}}
  - {name: long, actor: shell, schedule: "0 1 * * *", with: {}, timeout: 6h}
  - {name: many, actor: shell, schedule: "0 1,2 * * *", with: {}, timeout: 6h, overlap: allow}
  - {name: quiet, actor: shell, schedule: "0 9 * * *", with: {}}
  - {name: stubborn, actor: shell, schedule: "0 1 * * *", with: {}, timeout: 1m, retry: {attempts: 1}}
  - {name: turn, actor: shell, schedule: "0 2 * * *", with: {}}
lanes: {shell: 3}
`

// treeStage is a runtime of which each state of a job actor is shown.
func treeStage(t *testing.T) *world.Virtual {
	s := world.NewVirtual(t)
	s.Act = func(ctx context.Context, a actors.Attempt) error {
		switch a.Job {
		case "flaky":
			return errors.New("no")
		case "long", "many":
			return world.Work(ctx, 3*time.Hour)
		case "stubborn":
			time.Sleep(4 * time.Hour)
		}
		return nil
	}
	s.Start(treeFile)
	return s
}

// actorsIn are the job actors of a tree in a line each.
func actorsIn(tree contract.Tree) (lines []string) {
	for _, a := range tree.Actors {
		line := fmt.Sprintf("%s %s restarts=%d attempt=%d", a.Job, a.State, a.Restarts, a.Attempt)
		if a.Name != a.Job {
			line += " beside"
		}
		if a.Fenced {
			line += " fenced"
		}
		if w := a.Waits; w != nil {
			line += fmt.Sprintf(" waits=%s%v since=%s", w.Status, w.Holds, w.Since.Time().UTC().Format("15:04"))
		}
		lines = append(lines, line)
	}
	return lines
}

// TestTree: the tree shows what supervisors, machine and host know: who is suspended, held, running and restarted, since
// when and by what.
func TestTree(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := treeStage(t)
		defer time.Sleep(5 * time.Hour) // until the stubborn one returns
		defer s.Stop()
		b := backend.New(s.Runtime)
		tree := func(q contract.TreeQuery) contract.Tree {
			t.Helper()
			got, err := b.Tree(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			return got
		}
		expect := func(when string, q contract.TreeQuery, want ...string) {
			t.Helper()
			if got := actorsIn(tree(q)); !slices.Equal(got, want) {
				t.Errorf("%s:\n%s\nwant:\n%s", when, strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		}
		s.Until("2027-01-15T01:15:00Z")
		expect("nobody has signed in", contract.TreeQuery{Supervisor: "agent-0"},
			"brief idle restarts=0 attempt=0 waits=held[session] since=01:00")
		expect("shells", contract.TreeQuery{Supervisor: "shell-0"},
			"flaky suspended restarts=1 attempt=0 waits=backing_off[] since=01:10",
			"long running restarts=0 attempt=1",
			"many running restarts=0 attempt=1",
			"quiet idle restarts=0 attempt=0",
			"stubborn idle restarts=0 attempt=0 fenced",
			"turn idle restarts=0 attempt=0")
		expect("the ones that run", contract.TreeQuery{Supervisor: "shell-0", State: contract.ActorRunning},
			"long running restarts=0 attempt=1", "many running restarts=0 attempt=1")
		expect("one job", contract.TreeQuery{Job: "quiet"}, "quiet idle restarts=0 attempt=0")

		all := tree(contract.TreeQuery{})
		if len(all.Actors) > 0 {
			t.Errorf("%d job actors are listed, and nobody has asked for them", len(all.Actors))
		}
		want := []contract.Lane{{Actor: "agent", Used: 0, Limit: 4, Held: 1}, {Actor: "shell", Used: 2, Limit: 3}}
		if !slices.Equal(all.Lanes, want) {
			t.Errorf("lanes %+v, want %+v", all.Lanes, want)
		}
		if len(all.Abandoned) != 1 || all.Abandoned[0].Job != "stubborn" || all.Counts.Abandoned != 1 {
			t.Errorf("abandoned: %+v", all.Abandoned)
		}
		for _, one := range all.Supervisors {
			if one.Name == "agent-0" && (!slices.Equal(one.Locked, []string{"default"}) || one.Actors[contract.ActorIdle] != 1) {
				t.Errorf("%+v", one)
			}
			if one.Name == "shell-0" && (one.Restarts != 1 || one.Fenced != 1 || one.Actors[contract.ActorRunning] != 2) {
				t.Errorf("%+v", one)
			}
		}
		if i := slices.IndexFunc(all.Readers, func(r contract.LogReader) bool { return r.Name == "supervisors" }); i < 0 || all.Readers[i].Behind != 0 {
			t.Errorf("readers: %+v", all.Readers)
		}

		s.Until("2027-01-15T02:05:00Z")
		expect("two runs beside each other", contract.TreeQuery{Job: "many"},
			"many running restarts=0 attempt=1", "many running restarts=0 attempt=1 beside")
		expect("one that waits for its turn", contract.TreeQuery{Job: "turn"},
			"turn idle restarts=0 attempt=0 waits=queued[] since=02:00")
		if got := tree(contract.TreeQuery{}).Lanes[1]; got.Used != 3 || got.Waiting != 1 || got.Held != 0 {
			t.Errorf("the full lane: %+v", got)
		}
		_, err := b.Tree(t.Context(), contract.TreeQuery{Supervisor: "none-0"})
		refusedAs(t, err, contract.KindNotFound, `no supervisor "none-0"`)
		_, err = b.Tree(t.Context(), contract.TreeQuery{Job: "none"})
		refusedAs(t, err, contract.KindNotFound, `no job "none"`)
		s.SignIn(true)
		if _, err := backend.New(s.Runtime).Pause(t.Context(), "brief"); err != nil {
			t.Fatal(err)
		}
		expect("after the sign-in", contract.TreeQuery{Job: "brief"}, "brief idle restarts=0 attempt=0")
	})
}

// TestTreeOfManyJobs: a page of thousands of job actors is a page, and the pages together have each once.
func TestTreeOfManyJobs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const many = 3_000
		var file strings.Builder
		file.WriteString("jobs:\n")
		for i := range many {
			fmt.Fprintf(&file, "  - {name: job-%05d, actor: shell, schedule: \"0 1 * * *\", with: {}}\n", i)
		}
		s := world.NewVirtual(t)
		s.Act = func(context.Context, actors.Attempt) error { return nil }
		s.Start(file.String())
		defer s.Settle()
		defer s.Stop()
		b := backend.New(s.Runtime)
		seen := make(map[string]bool)
		root, err := b.Tree(t.Context(), contract.TreeQuery{})
		if err != nil || len(root.Supervisors) != 2 { // the gate's, and one for all of them
			t.Fatalf("%d supervisors, %v", len(root.Supervisors), err)
		}
		for _, one := range root.Supervisors {
			for q := (contract.TreeQuery{Supervisor: one.Name}); ; {
				part, err := b.Tree(t.Context(), q)
				if err != nil || len(part.Actors) > contract.DefaultLimit {
					t.Fatalf("%d job actors, %v", len(part.Actors), err)
				}
				for _, a := range part.Actors {
					seen[a.Job] = true
				}
				if q.After = part.Next; q.After == "" {
					break
				}
			}
		}
		if len(seen) != many {
			t.Errorf("%d jobs were seen, want %d", len(seen), many)
		}
	})
}

// TestAroundRun: beside the jobs that follow one stand the runs that the end of its run has made.
func TestAroundRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := world.NewVirtual(t)
		s.Act = func(context.Context, actors.Attempt) error { return nil }
		s.Start(`
jobs:
  - {name: backup, actor: shell, schedule: "0 1 * * *", with: {}}
  - {name: alarm, actor: shell, schedule: {after: {job: backup, on: failure}}, with: {}}
  - {name: report, actor: shell, schedule: {after: {job: backup}}, with: {}}
`)
		defer s.Settle()
		defer s.Stop()
		s.Until("2027-01-15T01:05:00Z")
		b := backend.New(s.Runtime)
		runs, err := b.Runs(t.Context(), contract.RunQuery{Job: "backup", Page: contract.Page{Limit: 5}})
		if err != nil || len(runs.Items) != 1 {
			t.Fatal(runs, err)
		}
		around, err := b.AroundRun(t.Context(), "backup", runs.Items[0].ID)
		got := around.Followers
		if err != nil || len(got) != 2 || around.Lane == nil || around.Lane.Actor != "shell" || !around.Due.IsZero() {
			t.Fatal(around, err)
		}
		if got[0].Job != "alarm" || got[0].Run != nil || got[0].On != messages.AfterFailure {
			t.Errorf("the alarm: %+v", got[0])
		}
		if got[1].Job != "report" || got[1].Run == nil || got[1].Run.Status != messages.StatusSucceeded {
			t.Fatalf("the report: %+v", got[1])
		}
		next, err := b.Run(t.Context(), got[1].Run.ID)
		if err != nil || next.AfterRun == nil || next.AfterRun.Run != runs.Items[0].ID {
			t.Errorf("its run: %+v, %v", next, err)
		}
	})
}
