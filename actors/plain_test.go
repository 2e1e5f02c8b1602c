package actors_test

import (
	"context"
	"encoding/json"
	"testing"

	"curfew/actors"
)

// decoded counts how often a counted was read.
var decoded int

// counted is a plain value that counts how often it is read.
type counted string

func (c *counted) UnmarshalJSON(b []byte) error {
	decoded++
	return json.Unmarshal(b, (*string)(c))
}

type (
	flat struct {
		Text counted `json:"text"`
	}
	deep struct {
		Text counted  `json:"text"`
		List []string `json:"list"`
	}
	echo[S actors.Spec] struct {
		actors.Defaults[S]
		run func(S) string
	}
)

func (flat) Kind() string    { return "flat" }
func (flat) Validate() error { return nil }
func (deep) Kind() string    { return "deep" }
func (deep) Validate() error { return nil }

func (e echo[S]) Run(_ context.Context, r actors.Run[S]) (actors.Output, error) {
	return actors.Output{Text: e.run(r.Spec)}, nil
}

// attempts runs two attempts with the same block, and says how often it was decoded and what the second has seen.
func attempts[S actors.Spec](t *testing.T, kind, with string, run func(S) string) (times int, second string) {
	t.Helper()
	var r actors.Registry
	actors.Register(&r, func(actors.Env) actors.Actor[S] { return echo[S]{run: run} })
	k, err := r.Get(kind)
	if err != nil {
		t.Fatal(err)
	}
	decoded = 0
	for range 2 {
		out, err := k.Run(t.Context(), actors.Env{}, actors.Attempt{}, json.RawMessage(with))
		if err != nil {
			t.Fatal(err)
		}
		second = out.Text
	}
	return decoded, second
}

// A block is decoded once for all attempts only if none of them can change what the next one gets.
func TestPlainSpecsAreDecodedOnce(t *testing.T) {
	change := func(s flat) string { was := string(s.Text); s.Text = "changed"; return was }
	if times, got := attempts(t, "flat", `{"text":"a"}`, change); times != 1 || got != "a" {
		t.Errorf("a plain spec was decoded %d times, and the second attempt saw %q", times, got)
	}
	alter := func(s deep) string { was := s.List[0]; s.List[0] = "changed"; return was }
	if times, got := attempts(t, "deep", `{"text":"a","list":["x"]}`, alter); times != 2 || got != "x" {
		t.Errorf("a spec with a list was decoded %d times, and the second attempt saw %q", times, got)
	}
}

// A block that is wrong is refused at every attempt.
func TestWrongBlockIsNotKept(t *testing.T) {
	var r actors.Registry
	actors.Register(&r, func(actors.Env) actors.Actor[flat] { return echo[flat]{run: func(flat) string { return "" }} })
	k, _ := r.Get("flat")
	for range 2 {
		if _, err := k.Run(t.Context(), actors.Env{}, actors.Attempt{}, json.RawMessage(`{"no":1}`)); err == nil {
			t.Error("a block with an unknown member was run")
		}
	}
}
