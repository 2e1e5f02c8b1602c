package jobschema

import (
	"context"
	"strings"
	"testing"

	"curfew/actors"
	"curfew/internal/config"
)

// probe is the block of an actor type that is not the program's.
type probe struct {
	Region string         `json:"region"`
	Ports  map[string]int `json:"ports"`
}

func (probe) Kind() string    { return "probe" }
func (probe) Validate() error { return nil }

func (probe) Members() map[string]actors.Member {
	return map[string]actors.Member{
		"region":  {About: "Where it stands.", Words: []string{"eu", "us"}, Required: true},
		"ports.*": {Least: 1, Most: 65_535},
	}
}

type prober struct{ actors.Defaults[probe] }

func (prober) Run(context.Context, actors.Run[probe]) (actors.Output, error) {
	return actors.Output{}, nil
}

// TestOwnType: a build with a type of its own has it in its schema, and what the type says of its members holds for both.
func TestOwnType(t *testing.T) {
	kinds := builtIn()
	actors.Register(kinds, func(actors.Env) actors.Actor[probe] { return prober{} })
	p := schemaOf(t, kinds)
	for _, tt := range []struct {
		with object
		says string // empty: both take it
	}{
		{object{"region": "eu", "ports": object{"http": 80}}, ""},
		{object{"region": "asia"}, `with.region must be one of eu, us, not "asia"`},
		{object{"region": "eu", "ports": object{"http": 0}}, "with.ports.http must be 1 to 65535, not 0"},
		{object{"region": "eu", "port": 1}, `unknown key "port" in with; did you mean "ports"?`},
		{object{"region": "eu", "ports": []any{80}}, "with.ports must be a mapping, not a list"},
	} {
		file := object{"jobs": []any{object{"name": "a", "actor": "probe", "schedule": "@daily", "timezone": "UTC", "with": tt.with}}}
		_, err := config.Parse("f", []byte(show(file)), t.TempDir(), kinds)
		if (err == nil) != (tt.says == "") || err != nil && !strings.HasSuffix(err.Error(), tt.says) {
			t.Errorf("%v: the reader says %v, want %q", tt.with, err, tt.says)
		}
		if err := p.validate(t, file); (err == nil) != (tt.says == "") {
			t.Errorf("%v: the schema says %v", tt.with, err)
		}
	}
}
