package fleet_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"curfew/actors"
	"curfew/actors/system/gate"
	history "curfew/actors/system/recorder/memory"
	"curfew/bus"
	"curfew/bus/memory"
	"curfew/internal/config"
	"curfew/internal/engine"
	"curfew/messages"
)

const withBackend = "sessions: {default: {backend: http://127.0.0.1:1}}\n" +
	"jobs:\n  - {name: beat, actor: shell, schedule: 0 7 1 1 *}\n"

// holds is what a runtime has of a generation's token: the token is in it.
func holds(r *engine.Runtime, generation uint64) []byte {
	return r.Give(messages.DefaultSession, generation, func(text []byte) []byte { return text })
}

// alone starts a runtime on its own on a journal, in virtual time.
func alone(t *testing.T, j bus.Journal, tokens string) *engine.Runtime {
	t.Helper()
	kinds := &actors.Registry{}
	actors.Register(kinds, func(actors.Env) actors.Actor[shellSpec] { return shell{} })
	conf, err := config.Parse("jobs.yaml", []byte(withBackend), "/srv/jobs", kinds)
	if err != nil {
		t.Fatal(err)
	}
	r, err := engine.Start(t.Context(), engine.Options{
		Kinds: kinds, Config: conf, Journal: j, History: &history.Store{}, Tokens: tokens, Alone: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func signIn(t *testing.T, r *engine.Runtime, tokens ...string) {
	t.Helper()
	for _, token := range tokens {
		if _, err := r.SignIn(t.Context(), messages.DefaultSession, gate.SignIn{Token: token, By: "somebody"}); err != nil {
			t.Fatal(err)
		}
	}
	synctest.Wait()
}

func ends(t *testing.T, r *engine.Runtime) {
	t.Helper()
	if err := r.Stop(t.Context()); err != nil {
		t.Error(err)
	}
	time.Sleep(time.Minute) // what protoactor leaves behind
}

// A file of tokens that is brought from another journal is not used in a fleet, whether its generation is newer, or by
// chance the same. The token stays in the file, and somebody is told.
func TestTokensOfAnotherJournal(t *testing.T) {
	for _, generations := range []int{1, 3} {
		synctest.Test(t, func(t *testing.T) {
			f := newFleet(t)
			brought := filepath.Join(t.TempDir(), "tokens.json")
			other := alone(t, memory.New(), brought)
			for i := range generations {
				signIn(t, other, fmt.Sprint("foreign-sesame-", i))
			}
			ends(t, other)

			a := f.join("a", withBackend, 0)
			f.lead(a, "a")
			time.Sleep(time.Second)
			signIn(t, a.Runtime, "own-sesame")
			f.tokens = map[string]string{"b": brought}
			b := f.join("b", withBackend, 0)
			if got := holds(b.Runtime, 1); got != nil {
				t.Errorf("of %d generations: it would give the others %d bytes", generations, len(got))
			}
			if n := b.log.FilterMessageSnippet("not of this fleet's journal").Len(); n != 1 {
				t.Errorf("of %d generations: that it is not used was said %d times", generations, n)
			}
			if raw, err := os.ReadFile(brought); err != nil || !bytes.Contains(raw, []byte("foreign-sesame")) {
				t.Errorf("of %d generations: the file has it no more: %v", generations, err)
			}
			f.stop()
		})
	}
}

// Tokens that were brought with their journal are used in the fleet, as they were by the runtime on its own.
func TestTokensComeWithTheirJournal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		tokens, from := filepath.Join(t.TempDir(), "tokens.json"), memory.New()
		before := alone(t, from, tokens)
		signIn(t, before, "first-sesame", "second-sesame")
		ends(t, before)
		into := f.realm.Open()
		if err := into.Claim(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := bus.Scan(from, 1, func(r messages.Record) error { return into.Append([]messages.Record{r}) }); err != nil {
			t.Fatal(err)
		}
		f.tokens = map[string]string{"a": tokens}
		a := f.join("a", withBackend, 0)
		if got := holds(a.Runtime, 2); !bytes.Contains(got, []byte("second-sesame")) {
			t.Error("the token of the journal is not used")
		}
		f.stop()
	})
}

// A runtime on its own goes on with a journal that is older than its tokens, as a backup is: it uses them.
func TestTokensNewerThanABackup(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tokens, backup, j := filepath.Join(t.TempDir(), "tokens.json"), memory.New(), memory.New()
		r := alone(t, j, tokens)
		signIn(t, r, "first-sesame")
		if err := bus.Scan(j, 1, func(r messages.Record) error { return backup.Append([]messages.Record{r}) }); err != nil {
			t.Fatal(err)
		}
		signIn(t, r, "second-sesame")
		ends(t, r)
		for range 2 {
			r = alone(t, backup, tokens)
			if got := holds(r, 1); !bytes.Contains(got, []byte("second-sesame")) {
				t.Error("the token is not used with the backup")
			}
			ends(t, r)
		}
	})
}
