package browser

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"curfew/actors"
	"curfew/tests/internal/world"
)

// A past is what a data folder remembers of the day before, when a real daemon starts on it.
type past struct {
	span    time.Duration // how long it is
	outages [][2]time.Duration
}

// aDay is a day with a night in which nobody was signed in.
var aDay = past{span: 26 * time.Hour, outages: [][2]time.Duration{{9 * time.Hour, 11*time.Hour + 20*time.Minute}}}

// lived lets a runtime live through a past in a data folder, in virtual time that ends now.
func (p past) lived(t *testing.T, data string, jobs []job, backend string) {
	t.Helper()
	if err := os.MkdirAll(data, 0o700); err != nil {
		t.Fatal(err)
	}
	end := time.Now().Add(-settling)
	synctest.Test(t, func(t *testing.T) {
		start := end.Add(-p.span)
		s := world.NewVirtualAt(t, data, start)
		s.Act = func(ctx context.Context, a actors.Attempt) error { return p.act(ctx, a, jobs, time.Since(start)) }
		s.Start(file(jobs, backend, false))
		s.SignIn(true)
		for _, o := range p.outages {
			time.Sleep(time.Until(start.Add(o[1])))
			s.SignIn(true)
		}
		time.Sleep(time.Until(end))
		s.Stop()
	})
}

// settling is how long before now the past ends: a runtime takes some virtual time to stop.
const settling = 2 * time.Minute

// act is an attempt of the past: it takes a while, and sometimes fails.
func (p past) act(ctx context.Context, a actors.Attempt, jobs []job, at time.Duration) error {
	h := fnv.New32a()
	fmt.Fprint(h, a.Job, a.Run, a.Number)
	chance := h.Sum32() % 100
	for _, j := range jobs {
		if j.name != a.Job {
			continue
		}
		if err := world.Work(ctx, j.takes+j.takes*time.Duration(chance)/80); err != nil {
			return err
		}
		for _, o := range p.outages {
			if j.actor == "agent" && at > o[0] && at < o[1] {
				return actors.SessionExpired(errors.New("Invalid token"))
			}
		}
		if chance < j.fails {
			return errors.New("exit status 1: " + j.complaint)
		}
	}
	return nil
}
