package actorstest_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"curfew/actors"
	"curfew/actors/actorstest"
)

// toolSpec is the block of an actor type of somebody else, that runs a program of its own.
type toolSpec struct{}

func (toolSpec) Kind() string    { return "tool" }
func (toolSpec) Validate() error { return nil }

type tool struct {
	actors.Defaults[toolSpec]
	exec actors.Exec
}

func newTool(env actors.Env) actors.Actor[toolSpec] { return &tool{exec: env.Exec} }

func (a *tool) Run(ctx context.Context, _ actors.Run[toolSpec]) (actors.Output, error) {
	r, err := a.exec.Run(ctx, actors.Command{Path: "env", Env: []string{"OWN=1"}})
	return actors.Output{Text: r.Output}, err
}

// TestProcessesKnowWhoseTheyAre pins that every type's processes are told whose run they belong to, and get
// what the job's env says: the type has nothing to do for it.
func TestProcessesKnowWhoseTheyAre(t *testing.T) {
	t.Setenv("PASSED", "yes")
	out, err := actorstest.Run(t, newTool, toolSpec{}, actorstest.WithAttempt(func(a *actors.Attempt) {
		a.Job, a.Run, a.Number, a.Slot = "backup", "r1", 2, time.Date(2027, 1, 15, 13, 0, 0, 0, time.UTC)
		a.PassEnv, a.EnvValues = []string{"PASSED"}, map[string]string{"GIVEN": "a b"}
	}))
	if err != nil {
		t.Fatal(err)
	}
	got := "\n" + out.Text
	for _, want := range []string{
		"CURFEW_JOB=backup", "CURFEW_RUN=r1", "CURFEW_ATTEMPT=2", "CURFEW_SLOT=2027-01-15T13:00:00.000Z", "PASSED=yes", "GIVEN=a b", "OWN=1",
	} {
		if !strings.Contains(got, "\n"+want+"\n") {
			t.Errorf("the process does not have %s, only%s", want, got)
		}
	}
}
