package daemon

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"curfew/actors"
	history "curfew/actors/system/recorder/memory"
	"curfew/bus/memory"
	"curfew/internal/config"
	"curfew/internal/engine"
	"curfew/messages"
)

// brief is an actor that has done its work at once.
type brief struct{ actors.Defaults[briefSpec] }

type briefSpec struct{}

func (briefSpec) Kind() string    { return "shell" }
func (briefSpec) Validate() error { return nil }

func (brief) Run(context.Context, actors.Run[briefSpec]) (actors.Output, error) {
	return actors.Output{}, nil
}

// TestStopWithoutAttempts: a stop whose time is up because of actors, and not of attempts, does not say that an attempt is
// left.
func TestStopWithoutAttempts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		kinds := &actors.Registry{}
		actors.Register(kinds, func(actors.Env) actors.Actor[briefSpec] { return brief{} })
		c, err := config.Values(map[string]any{
			"jobs": []any{map[string]any{"name": "some", "actor": "shell", "schedule": "@yearly", "with": map[string]any{}}},
		}, t.TempDir(), kinds)
		if err != nil {
			t.Fatal(err)
		}
		goOn := make(chan struct{})
		core, lines := observer.New(zap.InfoLevel)
		log := zap.New(core, zap.Hooks(func(e zapcore.Entry) error {
			if e.Message == "cron: run finished" { // a supervisor says so, and stands still
				<-goOn
			}
			return nil
		}))
		rt, err := engine.Start(t.Context(), engine.Options{
			Kinds: kinds, Config: c, Journal: memory.New(), History: &history.Store{}, Logger: log,
			Tokens: filepath.Join(t.TempDir(), "tokens.json"),
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := rt.Commit(t.Context(), "", messages.RunRequested{Job: "some", Request: "one"}); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if err := stop(t.Context(), rt, nil, Options{Log: log}, nil); err != nil {
			t.Error(err)
		}
		var said []string
		for _, e := range lines.FilterMessageSnippet("cron: stopping").All() {
			said = append(said, fmt.Sprint(e.Message, e.ContextMap()))
		}
		text := strings.Join(said, "\n")
		if !strings.HasSuffix(text, "no attempt is left]") || strings.Contains(text, "attempts were told") {
			t.Errorf("it says\n%s", text)
		}
		close(goOn)
		if err := rt.Stop(t.Context()); err == nil || !strings.Contains(err.Error(), "actors did not stop in time: ") || !strings.HasSuffix(err.Error(), "; no attempt is left") {
			t.Errorf("the stop ends with %v", err)
		}
		time.Sleep(time.Minute) // what protoactor leaves behind
	})
}
