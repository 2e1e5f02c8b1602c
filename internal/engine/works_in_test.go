package engine

import (
	"context"
	"encoding/json"
	"testing"

	"curfew/actors"
)

type worksSpec struct {
	Dir string `json:"dir"`
}

func (worksSpec) Kind() string    { return "works" }
func (worksSpec) Validate() error { return nil }
func (worksSpec) UsesDir() bool   { return true }

type readsSpec struct {
	Dir string `json:"dir"`
}

func (readsSpec) Kind() string    { return "reads" }
func (readsSpec) Validate() error { return nil }

type idleActor[S actors.Spec] struct{ actors.Defaults[S] }

func (idleActor[S]) Run(context.Context, actors.Run[S]) (actors.Output, error) {
	return actors.Output{}, nil
}

// TestWorksIn: a job works in the folder of its member dir, unless its type means something else by that.
func TestWorksIn(t *testing.T) {
	kinds := new(actors.Registry)
	actors.Register(kinds, func(actors.Env) actors.Actor[worksSpec] { return idleActor[worksSpec]{} })
	actors.Register(kinds, func(actors.Env) actors.Actor[readsSpec] { return idleActor[readsSpec]{} })
	r := &Runtime{o: Options{Kinds: kinds}}
	for _, c := range []struct{ actor, with, want string }{
		{"works", `{"dir":"/srv/feeds"}`, "/srv/feeds"},
		{"works", `{}`, ""},
		{"reads", `{"dir":"/srv/feeds"}`, ""},
		{"of another build", `{"dir":"/srv/feeds"}`, ""},
	} {
		if got := r.WorksIn(c.actor, json.RawMessage(c.with)); got != c.want {
			t.Errorf("%s with %s works in %q, want %q", c.actor, c.with, got, c.want)
		}
	}
}
