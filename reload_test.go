package curfew_test

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"

	"curfew"
	"curfew/internal/config"
	"curfew/messages"
)

// never is a job that is due in some centuries.
func never(name string, with askSpec) curfew.Job {
	return curfew.Job{Name: name, Schedule: "at 2999-01-01T00:00:00Z", With: with}
}

// of is what a runtime with these jobs in that folder is made of.
func of(folder string, jobs ...curfew.Job) curfew.Config {
	return curfew.Config{Folder: folder, Actors: kinds, Jobs: jobs}
}

// beginOf starts a runtime, and stops it with the test at the latest.
func beginOf(t *testing.T, c curfew.Config) *curfew.Runtime {
	t.Helper()
	rt, err := curfew.New(c)
	if err != nil {
		t.Fatal(err)
	}
	if err := rt.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := rt.Stop(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	return rt
}

// known are those of the jobs that the runtime has: a pause of another one is refused.
func known(t *testing.T, rt *curfew.Runtime, jobs ...string) (has []string) {
	t.Helper()
	for _, job := range jobs {
		if _, err := rt.Submit(t.Context(), messages.JobPaused{Job: job, By: "test"}); err == nil {
			has = append(has, job)
		}
	}
	return has
}

// TestReload: a runtime that has been started without jobs gets some, with a session of their own; then one is changed
// while it runs, one is removed, and one is added.
func TestReload(t *testing.T) {
	c := of(t.TempDir())
	rt := beginOf(t, c)
	heard := subscribe(t, rt)
	reload := func(jobs ...curfew.Job) {
		t.Helper()
		c.Jobs = jobs
		if err := rt.Reload(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	run := func(job string) messages.RunID {
		t.Helper()
		id, err := rt.RunJob(t.Context(), job)
		if err != nil {
			t.Fatal(err)
		}
		until(t, heard, func(a messages.AttemptStarted) bool { return a.Run == id })
		return id
	}
	c.Settings = map[string]any{"sessions": map[string]any{"ada": map[string]any{}}}
	changes := never("changes", askSpec{Text: "old", Wait: true})
	changes.Keys = map[string]any{"session": "ada"}
	reload(changes, never("leaves", askSpec{Wait: true}))
	leaves, runs := run("leaves"), run("changes")

	changes.With = askSpec{Text: "new"}
	reload(changes, never("comes", askSpec{Text: "fresh"}))
	gone := until(t, heard, func(f messages.RunFinished) bool { return f.Run == leaves })
	if gone.Status != messages.StatusCancelled || gone.Reason != messages.FinishJobRemoved {
		t.Errorf("the run of the job that is gone is %s, %s", gone.Status, gone.Reason)
	}
	if _, err := rt.RunJob(t.Context(), "leaves"); err == nil {
		t.Error("the job that is gone was run")
	}
	run("comes")
	if done := until(t, heard, anyOf[messages.AttemptSucceeded]); done.Output != "fresh" {
		t.Errorf("the job that came says %q", done.Output)
	}
	if _, err := rt.Submit(t.Context(), messages.CancelRequested{Job: "changes", Run: runs, By: "test"}); err != nil {
		t.Fatal(err)
	}
	until(t, heard, func(f messages.RunFinished) bool { return f.Run == runs })
	run("changes")
	if done := until(t, heard, anyOf[messages.AttemptSucceeded]); done.Output != "new" {
		t.Errorf("the job that was changed says %q", done.Output)
	}
	reload()
	if has := known(t, rt, "changes", "comes"); len(has) > 0 {
		t.Errorf("there are still %v", has)
	}
}

// TestReloadIsAllOrNothing: of jobs of which one is not valid none is taken in, and the error is that of New. The same
// jobs again are no change.
func TestReloadIsAllOrNothing(t *testing.T) {
	c := of(t.TempDir(), never("old", askSpec{}))
	rt := beginOf(t, c)
	heard := subscribe(t, rt)
	if err := rt.Reload(t.Context(), c); err != nil {
		t.Error(err)
	}
	bad := c
	bad.Jobs = []curfew.Job{never("good", askSpec{}), {Name: "bad", Schedule: "@sometimes", With: askSpec{}}, {Name: "old"}}
	_, want := curfew.New(bad)
	if err := rt.Reload(t.Context(), bad); err == nil || err.Error() != want.Error() || !strings.Contains(err.Error(), "job bad, schedule") {
		t.Errorf("the error is %v, want %v", err, want)
	}
	if has := known(t, rt, "good", "bad", "old"); !slices.Equal(has, []string{"old"}) {
		t.Errorf("there are %v", has)
	}
	if first := <-heard; first.Body.Name() != (messages.JobPaused{}).Name() {
		t.Errorf("a reload without a change, or with an error, has recorded a %s", first.Body.Name())
	}
}

// TestReloadAndRestart: a start goes by what New gets, whatever was taken in before.
func TestReloadAndRestart(t *testing.T) {
	c := of(t.TempDir(), never("first", askSpec{}))
	rt := beginOf(t, c)
	with := c
	with.Jobs = []curfew.Job{never("first", askSpec{}), never("second", askSpec{}), never("third", askSpec{})}
	if err := rt.Reload(t.Context(), with); err != nil {
		t.Fatal(err)
	}
	if err := rt.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := rt.Reload(t.Context(), with); !errors.Is(err, curfew.ErrNotRunning) {
		t.Errorf("a reload after the stop: %v", err)
	}
	c.Jobs = with.Jobs[:2]
	if has := known(t, beginOf(t, c), "first", "second", "third"); !slices.Equal(has, []string{"first", "second"}) {
		t.Errorf("after the restart there are %v", has)
	}
}

// TestReloadChangesNothingElse: what only a start takes in is an error.
func TestReloadChangesNothingElse(t *testing.T) {
	c := of(t.TempDir(), never("old", askSpec{}))
	rt := beginOf(t, c)
	for want, change := range map[string]func(*curfew.Config){
		"the Folder":  func(c *curfew.Config) { c.Folder = "other" },
		"the JobFile": func(c *curfew.Config) { c.JobFile = "jobs.yaml" },
		"the Listen":  func(c *curfew.Config) { c.Listen = "127.0.0.1:0" },
		"the Drain":   func(c *curfew.Config) { c.Drain = time.Second },
		"the Logger":  func(c *curfew.Config) { c.Logger = zap.NewNop() },
	} {
		other := c
		change(&other)
		if err := rt.Reload(t.Context(), other); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want an error with %q, got %v", want, err)
		}
	}
}

// TestReloadHasOneSource: a runtime of a job file takes in that file, and no jobs or settings beside it.
func TestReloadHasOneSource(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "jobs.yaml")
	if err := os.WriteFile(file, []byte("jobs: [{name: first, actor: ask, schedule: \"@yearly\", with: {}}]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c := curfew.Config{Folder: folder, Actors: kinds, JobFile: file}
	rt := beginOf(t, c)
	if err := rt.Reload(t.Context(), c); err != nil {
		t.Error(err)
	}
	withJobs, withSettings := c, c
	withJobs.Jobs = []curfew.Job{never("second", askSpec{})}
	withSettings.Settings = map[string]any{"lanes": map[string]any{"shell": 2}}
	for _, other := range []curfew.Config{withJobs, withSettings} {
		if err := rt.Reload(t.Context(), other); err == nil || !strings.Contains(err.Error(), "use either") {
			t.Errorf("a second source: %v", err)
		}
	}
	if has := known(t, rt, "second"); len(has) > 0 {
		t.Errorf("there are %v", has)
	}
}

// TestReloadAndTheAPI: a job that somebody has set by the API is not taken over, and those of the program are not the
// API's to change. Either error says whose the job is.
func TestReloadAndTheAPI(t *testing.T) {
	c := of(t.TempDir(), never("ours", askSpec{}))
	rt := beginOf(t, c)
	if text := put(t, c.Folder, "theirs"); text != "" {
		t.Fatal(text)
	}
	if text := put(t, c.Folder, "ours"); !strings.Contains(text, "Runtime.Reload") {
		t.Errorf("the API answers %q", text)
	}
	c.Jobs = append(c.Jobs, never("theirs", askSpec{}))
	err := rt.Reload(t.Context(), c)
	if err == nil || !strings.HasPrefix(err.Error(), config.InProgram+": job theirs") || !strings.Contains(err.Error(), "made by the API") {
		t.Errorf("the error is %v", err)
	}
}

// TestReloadOfAFile: a job file that is not valid any more is refused, and who asks the runtime hears which file that is, and
// why.
func TestReloadOfAFile(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "jobs.yaml")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const jobs = "jobs: [{name: first, actor: ask, schedule: \"@yearly\", with: {}}]\n"
	write(jobs)
	c := curfew.Config{Folder: folder, Actors: kinds, JobFile: file}
	rt := beginOf(t, c)
	write(jobs + "lane: {shell: 1}\n")
	if err := rt.Reload(t.Context(), c); err == nil {
		t.Error("a file with an unknown key was taken in")
	}
	resp, err := onSocket(t, folder).Get("http://localhost/v1/status")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	for _, want := range []string{`"config":"` + file + `"`, `"config_error":"` + file + `:2:1: `} {
		if err != nil || !strings.Contains(string(body), want) {
			t.Errorf("the status has no %s: %s, %v", want, body, err)
		}
	}
}
