package process

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"curfew/internal/api"
	"curfew/internal/contract"
	"curfew/messages"
	"curfew/tests/internal/world"
)

const onceFile = `
jobs:
  - {name: mark, actor: shell, schedule: "@yearly", with: {command: "echo x >> %s"}}
  - {name: other, actor: shell, schedule: "@yearly", with: {command: "true"}}
`

// TestOnce: an order under a name is carried out once, whoever sends it how often, also across a kill; under another
// name, and of another job, it is another order.
func TestOnce(t *testing.T) {
	t.Parallel()
	d := world.NewDaemon(t)
	marks := filepath.Join(filepath.Dir(d.Data), "marks")
	file := fmt.Sprintf(onceFile, marks)
	d.Start(file)
	ask := func(job, name string) messages.RunID {
		got, err := d.Client.RunNow(contract.Once(t.Context(), name), job)
		if err != nil {
			t.Error(err)
		}
		return got.Body.Run
	}
	var wg sync.WaitGroup
	runs := make([]messages.RunID, 8)
	for i := range runs {
		wg.Go(func() { runs[i] = ask("mark", "a") })
	}
	wg.Wait()
	for _, run := range runs {
		if run == "" || run != runs[0] {
			t.Fatalf("runs %v of one order", runs)
		}
	}
	world.Eventually(t, "the run to end", func() bool { return d.Job("mark").State == contract.JobIdle })
	_ = d.End(syscall.SIGKILL)
	d.Start(file)
	if run := ask("mark", "a"); run != runs[0] {
		t.Errorf("after a kill the order made run %s, before it %s", run, runs[0])
	}
	if run := ask("mark", "b"); run == runs[0] {
		t.Error("another order made the same run")
	}
	if run := ask("other", "a"); run == runs[0] || run == "" {
		t.Errorf("the order for another job made run %q", run)
	}
	world.Eventually(t, "the second run to end", func() bool {
		raw, err := os.ReadFile(marks)
		return err == nil && d.Job("mark").State == contract.JobIdle && strings.Count(string(raw), "x") == 2
	})
}

// TestIfMatch: an order for another version of a job than it has is refused, and of two writers who saw the same version
// the second is told.
func TestIfMatch(t *testing.T) {
	t.Parallel()
	d := world.NewDaemon(t)
	file := fmt.Sprintf(onceFile, os.DevNull)
	d.Start(file)
	was := d.Job("mark")
	pause := func(match string) error {
		_, err := d.Client.Pause(contract.OnlyIf(t.Context(), contract.Match(match)), "mark")
		return err
	}
	for match, want := range map[string]int{
		was.ETag(): 0, "*": 0, `"x", ` + was.ETag(): 0, `"x"`: 412, "W/" + was.ETag(): 412, was.Version: 412,
	} {
		var p *api.Problem
		err := pause(match)
		if got := 0; errors.As(err, &p) {
			if got = p.Status; got != want {
				t.Errorf("If-Match %s: %v, want %d", match, err, want)
			}
		} else if err != nil || want != 0 {
			t.Errorf("If-Match %s: %v, want %d", match, err, want)
		}
	}
	if _, err := d.Client.Resume(t.Context(), "mark"); err != nil {
		t.Fatal(err)
	}
	if now := d.Job("mark"); now.Version != was.Version {
		t.Errorf("a pause has changed the version: %s, was %s", now.Version, was.Version)
	}
	if err := d.End(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	d.Start(file)
	if now := d.Job("mark"); now.Version != was.Version {
		t.Errorf("a restart has changed the version: %s, was %s", now.Version, was.Version)
	}
	if err := d.End(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	d.Start(strings.Replace(file, "echo x", "echo y", 1))
	if d.Job("mark").Version == was.Version || d.Job("other").Version == was.Version {
		t.Error("another definition has the same version")
	}
	if err := pause(was.ETag()); err == nil || !strings.Contains(err.Error(), `job "mark" has version "`+d.Job("mark").Version) {
		t.Errorf("a pause of what was there before: %v", err)
	}
	if d.Job("mark").State == contract.JobPaused {
		t.Error("a refused order was carried out")
	}
}

// TestTwoWriters: of writers who have all seen the same version of a job one succeeds; the others are told, and none of
// them undoes its change.
func TestTwoWriters(t *testing.T) {
	t.Parallel()
	d := world.NewDaemon(t)
	d.Start(fmt.Sprintf(onceFile, os.DevNull))
	set := func(ctx context.Context, title string) error {
		_, err := d.Client.SetJob(ctx, "made", contract.SetJob{Text: fmt.Appendf(nil,
			`{"actor":"shell","schedule":"@yearly","title":%q,"with":{"command":"true"}}`, title)})
		return err
	}
	if err := set(t.Context(), "first"); err != nil {
		t.Fatal(err)
	}
	seen := contract.OnlyIf(t.Context(), contract.Match(d.Job("made").ETag()))
	var wg sync.WaitGroup
	errs := make([]error, 8)
	for i := range errs {
		wg.Go(func() { errs[i] = set(seen, fmt.Sprint("writer ", i)) })
	}
	wg.Wait()
	won := -1
	for i, err := range errs {
		var p *api.Problem
		switch {
		case err == nil && won >= 0:
			t.Errorf("writers %d and %d have both succeeded", won, i)
		case err == nil:
			won = i
		case !errors.As(err, &p) || p.Status != 412:
			t.Errorf("writer %d: %v", i, err)
		}
	}
	if got := d.Job("made").Title; won < 0 || got == nil || *got != fmt.Sprint("writer ", won) {
		t.Errorf("writer %d has succeeded, and the title is %v", won, got)
	}
	if _, err := d.Client.RemoveJob(seen, "made"); err == nil {
		t.Error("a job was removed by whoever has seen another version")
	}
}
