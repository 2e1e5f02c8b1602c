package runtime

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"

	"curfew/actors"
	"curfew/internal/backend"
	"curfew/internal/contract"
	"curfew/messages"
	"curfew/tests/internal/world"
)

const viewFile = reloadHead + `
jobs:
  - {name: filed, actor: shell, schedule: "*/10 * * * *", timezone: UTC, with: {}, env: [NOT_SET_ANYWHERE]}
  - {name: follower, actor: shell, schedule: {after: {job: filed}}, timezone: UTC, with: {}}
`

// TestJobView: what the page of a job asks is what is true of jobs of the file, of the API, and of a chain.
func TestJobView(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := world.NewVirtual(t)
		s.Act = func(context.Context, actors.Attempt) error { return nil }
		s.Start(viewFile)
		ctx, b := t.Context(), backend.New(s.Runtime)
		s.Until("2027-01-15T01:05:00Z")

		filed, err := b.JobDetails(ctx, "filed")
		if err != nil || filed.Name != "filed" || !strings.HasPrefix(filed.Place, "jobs.yaml:") || filed.Chain != nil || len(filed.Next) != contract.MaxNextSlots ||
			filed.Next[0].At != filed.NextSlot || !strings.Contains(filed.Definition, "\nretry:\n  attempts: 3\n") {
			t.Errorf("a job of the file: %+v, %v", filed, err)
		}
		if len(filed.Doubts) != 1 || !strings.Contains(filed.Doubts[0].Message, "NOT_SET_ANYWHERE") || !strings.HasPrefix(filed.Doubts[0].Location, filed.Place+":") {
			t.Errorf("its doubts: %+v", filed.Doubts)
		}
		if _, _, err = b.JobText(ctx, "filed"); err == nil {
			t.Error("it has a text by which it is set")
		}
		follower, err := b.JobDetails(ctx, "follower")
		if err != nil || follower.Chain == nil || *follower.Chain != (contract.JobFollows{Job: "filed", On: messages.AfterSuccess, Known: true}) || len(follower.Next) != 0 {
			t.Errorf("a job that follows another: %+v, %v", follower, err)
		}
		if _, err = b.JobDetails(ctx, "none"); err == nil {
			t.Error("a job that does not exist has details")
		}

		const daily = "actor: shell\nschedule: '@daily'\ntimezone: UTC\nwith: {}\n"
		if _, err := set(contract.OnlyIfNew(ctx), s, "made", daily); err != nil {
			t.Fatal(err)
		}
		_, err = set(contract.OnlyIfNew(ctx), s, "made", daily)
		refusedAs(t, err, contract.KindChanged, "there is a job")
		text, version, err := b.JobText(ctx, "made")
		if err != nil || strings.Contains(text, "retry") || !strings.Contains(text, "schedule: '@daily'") {
			t.Errorf("its text is %q, %v", text, err)
		}
		would, err := b.PreviewJob(contract.OnlyIf(ctx, contract.Match(`"`+version+`"`)), "made", inJSON(s, text))
		if err != nil || len(would.Diff) != 0 || would.Next[0].At.String() != "2027-01-16T00:00:00.000Z" {
			t.Errorf("its own text would change %+v, %v", would, err)
		}
		would, err = b.PreviewJob(ctx, "made", inJSON(s, strings.Replace(text, "'@daily'", "'@hourly'", 1)))
		if err != nil || len(would.Diff) != 1 || would.Next[0].At.String() != "2027-01-15T02:00:00.000Z" {
			t.Errorf("another schedule would change %+v, %v", would, err)
		}

		from, to := s.Runtime.Now().Add(-60*60*1e9), s.Runtime.Now()
		slots, err := b.CountBackfill(ctx, "filed", contract.Backfill{From: from, To: to})
		if err != nil || slots.Count != 6 || slots.AtLeast || slots.First.String() != "2027-01-15T00:10:00.000Z" {
			t.Errorf("a backfill would be of %+v, %v", slots, err)
		}
		_, err = b.CountBackfill(ctx, "follower", contract.Backfill{From: from, To: to})
		refusedAs(t, err, contract.KindRefused, "no slots by the clock")

		points, err := b.JobSeries(ctx, "filed")
		if err != nil || len(points) == 0 || points[0].Status != messages.StatusSucceeded || points[0].Attempts != 1 || points[0].At <= points[len(points)-1].At {
			t.Errorf("its runs in short: %+v, %v", points, err)
		}
		s.Stop()
	})
}

// TestJobViewInSpring: a slot whose time of day the change of the clock leaves out is told as such.
func TestJobViewInSpring(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := world.NewVirtual(t)
		s.Act = func(context.Context, actors.Attempt) error { return nil }
		s.Start(viewFile)
		if _, err := set(t.Context(), s, "night", "actor: shell\nschedule: '30 2 28,29 3 *'\ntimezone: Europe/Vienna\nwith: {}\n"); err != nil {
			t.Fatal(err)
		}
		night, err := backend.New(s.Runtime).JobDetails(t.Context(), "night")
		if err != nil || !strings.Contains(night.Next[0].Note, "made up for: the clock goes from 02:00 to 03:00") || night.Next[1].Note != "" {
			t.Errorf("%+v, %v", night.Next, err)
		}
		s.Stop()
	})
}
