package yaml_test

import (
	"encoding/json"
	"reflect"
	"testing"

	other "go.yaml.in/yaml/v3"
	"pgregory.net/rapid"

	"curfew/internal/config/yaml"
)

// TestFromJSON: the document has the members in their order, and every text is a text again.
func TestFromJSON(t *testing.T) {
	const body = `{"zeta":1,"at":"2027-01-15T12:00:00.000Z","list":[],"none":null,"on":"yes","number":"010","deep":{"a":[1.5,true,{"b":"x\ny\n"}]},"empty":{}}`
	const want = `zeta: 1
at: "2027-01-15T12:00:00.000Z"
list: []
none: null
"on": "yes"
number: "010"
deep:
  a:
    - 1.5
    - true
    - b: |
        x
        y
empty: {}
`
	got, err := yaml.FromJSON([]byte(body))
	if err != nil || string(got) != want {
		t.Errorf("%v\n%s", err, got)
	}
	if _, err := yaml.FromJSON([]byte(`{"a":`)); err == nil {
		t.Error("half a value is written")
	}
}

// TestYAMLIsTheSame: whatever the texts, a reader of YAML reads the same value.
func TestYAMLIsTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		texts := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.SampledFrom([]rune("a \t\n\r\x01\x7f\u0085\u00a0\u2028\u2029\ufeff"))))
		want := map[string]any{
			"text": texts.Draw(t, "text"), "list": []any{texts.Draw(t, "item"), rapid.Bool().Draw(t, "bool"), nil},
		}
		raw, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		text, err := yaml.FromJSON(raw)
		if err != nil {
			t.Fatal(err)
		}
		var got map[string]any
		if err := other.Unmarshal(text, &got); err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("%q is read as %#v (%v), want %#v", text, got, err, want)
		}
		root, err := yaml.Parse(string(text))
		if err != nil {
			t.Fatalf("%q cannot be read: %v", text, err)
		}
		for _, e := range root.Entries {
			if e.Key.Text == "text" && e.Value.Text != want["text"] {
				t.Fatalf("%q is read as %q, want %q", text, e.Value.Text, want["text"])
			}
		}
	})
}
