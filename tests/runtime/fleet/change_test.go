package fleet_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"curfew/actors"
	history "curfew/actors/system/recorder/memory"
	"curfew/bus"
	"curfew/bus/memory"
	"curfew/internal/config"
	"curfew/internal/engine"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// A node that stops gets nothing more from then on, and its next process gets its part again.
func TestRetire(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		a, b := f.join("a", jobs(10), 0), f.join("b", jobs(10), 0)
		f.lead(a, "a", "b")
		synctest.Wait()
		if err := b.Retire(t.Context()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if _, on := f.starts(); on["a"] != 10 || on["b"] != 0 {
			t.Errorf("after one node has said that it stops, attempts were begun by node %v", on)
		}
		if err := b.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
		f.see(a, f.join("b", jobs(10), 0))
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		if _, on := f.starts(); on["b"] == 0 || on["a"]+on["b"] != 20 {
			t.Errorf("after its next process has joined, attempts were begun by node %v", on)
		}
		f.stop()
	})
}

// A sign-in with a program of its own is noticed at the node where somebody has signed in, whichever node decides.
func TestSignInNoticedAtAFollower(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		dir := t.TempDir()
		file := func(node string) string {
			return fmt.Sprintf("sessions: {cli: {signed_in_when: {file: %q}}}\n%s", filepath.Join(dir, node), jobs(1))
		}
		a, b := f.join("a", file("a"), 0), f.join("b", file("b"), 0)
		f.lead(a, "a", "b")
		time.Sleep(time.Second)
		f.commit(a, messages.SessionExpired{Session: "cli", Source: "job-00", Reason: "401"})
		time.Sleep(time.Minute)
		synctest.Wait()
		if n := len(records[messages.SessionRestored](f)); n != 0 {
			t.Fatalf("%d sign-ins were noticed, and there was none", n)
		}
		if err := os.WriteFile(filepath.Join(dir, "b"), []byte("signed in"), 0o600); err != nil {
			t.Fatal(err)
		}
		time.Sleep(3 * time.Minute) // a look a minute, and what was written must stay
		synctest.Wait()
		if n := len(records[messages.SessionRestored](f)); n != 1 {
			t.Errorf("%d sign-ins were noticed at the node that follows, want 1", n)
		}
		var seen policy.SessionView
		seen.Name = "cli"
		if got := b.SignInsWatched(seen); len(got) != 1 || filepath.Base(got[0]) != "b" {
			t.Errorf("it looks at %q", got)
		}
		seen.State, seen.Reason, seen.Source = messages.StateClosed, messages.ReasonSignedOut, "anna"
		if got := b.SignInsWatched(seen); got != nil {
			t.Errorf("after anna has signed out it goes by %q", got)
		}
		f.stop()
	})
}

// parsed is a job file with three jobs, as a runtime on its own has it.
func parsed(f *fleet) (*actors.Registry, config.Config) {
	f.t.Helper()
	kinds := &actors.Registry{}
	actors.Register(kinds, func(actors.Env) actors.Actor[shellSpec] { return shell{f: f} })
	conf, err := config.Parse("jobs.yaml", []byte(jobs(3)), "/srv/jobs", kinds)
	if err != nil {
		f.t.Fatal(err)
	}
	return kinds, conf
}

// agentJob is a job that the API made, with a key in the variable CURFEW_TEST_KEY.
func agentJob(f *fleet) messages.Definition {
	f.t.Helper()
	_, conf := parsed(f)
	made := conf.Jobs[0]
	made.Job, made.Actor, made.ManagedBy = "made", "agent", messages.ManagedByAPI
	made.With = json.RawMessage(`{"provider":{"api_key_env":"CURFEW_TEST_KEY"}}`)
	return made
}

// The variables with the keys of a job that the API made at one node are kept from processes at all of them, also at one
// that joins later.
func TestKeysOfOtherNodes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		a, b := f.join("a", jobs(1), 0), f.join("b", jobs(1), 0)
		f.lead(a, "a", "b")
		time.Sleep(time.Second)
		f.commit(a, messages.JobDefined{Kept: messages.Keep(agentJob(f))})
		synctest.Wait()
		for _, n := range []*node{b, f.join("c", jobs(1), 0)} {
			if !slices.Contains(n.Config().DenyEnv, "CURFEW_TEST_KEY") {
				t.Errorf("at node %s a job's process would get another job's key; denied are %q", n.name, n.Config().DenyEnv)
			}
		}
		f.stop()
	})
}

// So they are when the job is made in the middle of a reload at another node.
func TestKeysDuringAReload(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		a, b := f.join("a", jobs(1), 0), f.join("b", jobs(1), 0)
		f.lead(a, "a", "b")
		time.Sleep(time.Second)
		synctest.Wait()
		made := agentJob(f)
		between := func() { // the job file has been read, and what is defined has been looked at
			f.commit(a, messages.JobDefined{Kept: messages.Keep(made)})
			synctest.Wait()
		}
		b.timed.Store(&between)
		if _, err := b.Reload(t.Context()); err != nil {
			t.Fatal(err)
		}
		if b.timed.Load() != nil || !slices.Contains(b.Config().DenyEnv, "CURFEW_TEST_KEY") {
			t.Errorf("a job's process would get another job's key; denied are %q", b.Config().DenyEnv)
		}
		f.stop()
	})
}

// What a runtime on its own had in flight is interrupted when its journal is that of a fleet, and goes on there.
func TestBeforeTheFleet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		f.does(func(ctx context.Context, on string, _ actors.Attempt) error {
			if on == "" {
				<-ctx.Done()
			}
			return ctx.Err()
		})
		kinds, conf := parsed(f)
		kept := memory.New()
		alone, err := engine.Start(t.Context(), engine.Options{
			Kinds: kinds, Config: conf, Journal: kept, History: &history.Store{}, Tokens: filepath.Join(t.TempDir(), "tokens.json"),
		})
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		writer := f.realm.Open()
		if err := writer.Claim(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := bus.Scan(kept, 1, func(r messages.Record) error { return writer.Append([]messages.Record{r}) }); err != nil {
			t.Fatal(err)
		}
		if err := alone.Stop(t.Context()); err != nil {
			t.Error(err)
		}
		a := f.join("a", jobs(3), 0)
		f.lead(a, "a")
		time.Sleep(9 * time.Minute)
		synctest.Wait()
		why, _ := interrupted(f)
		if _, on := f.starts(); len(why) != 3 || on[""] != 3 || on["a"] != 3 {
			t.Errorf("interrupted were %v; attempts were begun by node %v, want 3 on none and then 3 on a", why, on)
		}
		f.stop()
	})
}
