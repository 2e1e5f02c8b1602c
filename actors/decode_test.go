package actors_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"curfew/actors"
)

// waits is the block of an actor type of somebody else, with spans of time.
type waits struct {
	Name  string           `json:"name"`
	Every actors.Duration  `json:"every"`
	Limit *actors.Duration `json:"limit"`
	Deep  struct {
		Pause actors.Duration `json:"pause"`
	} `json:"deep"`
}

func (waits) Kind() string    { return "waits" }
func (waits) Validate() error { return nil }

type waiting struct{ actors.Defaults[waits] }

var ran waits

func (waiting) Run(_ context.Context, run actors.Run[waits]) (actors.Output, error) {
	ran = run.Spec
	return actors.Output{}, nil
}

func TestDuration(t *testing.T) {
	var kinds actors.Registry
	actors.Register(&kinds, func(actors.Env) actors.Actor[waits] { return waiting{} })
	kind, err := kinds.Get("waits")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ with, want string }{
		{`{"every": "1h30m", "limit": "5m", "deep": {"pause": "1s"}}`, ""},
		{`{"every": null}`, ""},
		{`{}`, ""},
		{`{"every": "5 minutes", "name": "x"}`, `every must be a duration such as "90s" or "1h30m", not "5 minutes"`},
		{`{"name": "x", "limit": 300}`, `limit must be a duration such as "90s" or "1h30m", not 300`},
		{`{"deep": {"pause": "1d"}}`, `deep.pause must be a duration such as "90s" or "1h30m", not "1d"`},
		{`{"evry": "5m"}`, `unknown field "evry"`},
		{`{"name": 5}`, `cannot unmarshal number into Go struct field waits.name of type string`},
	} {
		got := ""
		if err := kind.Check(json.RawMessage(tt.with)); err != nil {
			got = err.Error()
		}
		if got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.with, got, tt.want)
		}
	}
	if _, err := kind.Run(t.Context(), actors.Env{}, actors.Attempt{}, json.RawMessage(`{"every": "1h30m", "limit": "5m"}`)); err != nil {
		t.Fatal(err)
	}
	if ran.Every.D() != 90*time.Minute || ran.Limit.D() != 5*time.Minute {
		t.Errorf("it ran with %+v", ran)
	}
	if raw, err := json.Marshal(waits{Every: actors.Duration(time.Second)}); err != nil || string(raw) != `{"name":"","every":"1s","limit":null,"deep":{"pause":"0s"}}` {
		t.Errorf("written: %s, %v", raw, err)
	}
}
