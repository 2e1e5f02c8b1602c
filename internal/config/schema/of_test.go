package schema_test

import (
	"encoding/json"
	"net/netip"
	"reflect"
	"testing"
	"time"

	"curfew/actors"
	"curfew/internal/config/schema"
)

type inner struct{ Deep string }

type tree struct {
	Name  string  `json:"name"`
	Under []*tree `json:"under"`
}

type everything struct {
	inner
	Untagged string
	Text     string            `json:"text"`
	Word     string            `json:"word"`
	Count    int               `json:"count"`
	Size     uint8             `json:"size,omitzero"`
	Part     float64           `json:"part"`
	Flag     *bool             `json:"flag"`
	Span     *actors.Duration  `json:"span"`
	Names    []string          `json:"names"`
	Heads    map[string]string `json:"heads"`
	Raw      json.RawMessage   `json:"raw"`
	At       time.Time         `json:"at"`
	Addr     netip.Addr        `json:"addr"`
	Data     []byte            `json:"data"`
	Quoted   int               `json:"quoted,string"`
	Tree     tree              `json:"tree"`
	Hidden   string            `json:"-"`
	secret   string
}

// TestOf: a type that says nothing of its members is described by what encoding/json reads into it.
func TestOf(t *testing.T) {
	_ = everything{}.secret
	is, ok := schema.As[schema.Object](schema.Of(reflect.TypeFor[everything](), map[string]actors.Member{
		"word": {Words: []string{"a", "b"}}, "count": {Least: 1, Most: 9}, "names": {Most: 3}, "names.*": {Most: 7}, "heads": {Pattern: "^x"},
	}))
	if !ok {
		t.Fatal("a struct is no object")
	}
	text := schema.Text{Blank: true}
	want := map[string]schema.Value{
		"Deep": text, "Untagged": text, "text": text, "word": schema.Choice{Words: []string{"a", "b"}},
		"count": schema.Integer{Least: 1, Most: 9}, "size": schema.Integer{Most: 1 << 53}, "part": schema.Number{}, "flag": schema.Bool{},
		"span": schema.Duration{}, "names": schema.List{Of: schema.Text{Blank: true, Longest: 7}, Most: 3}, "heads": schema.Map{Names: "^x", Of: text},
		"raw": schema.Any{}, "at": schema.Any{}, "addr": text, "data": text, "quoted": schema.Any{},
		"tree": schema.Object{Keys: []schema.Key{{Name: "name", Value: text}, {Name: "under", Value: schema.List{Of: schema.Any{}}}}},
	}
	for _, key := range is.Keys {
		if !reflect.DeepEqual(key.Value, want[key.Name]) {
			t.Errorf("%s is %#v, want %#v", key.Name, key.Value, want[key.Name])
		}
		delete(want, key.Name)
	}
	for name := range want {
		t.Errorf("%s is missing", name)
	}
}
