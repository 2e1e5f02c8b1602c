// Package openapi tests docs/openapi.json: it is made from the routes, it is valid, requests and answers are as it says.
package openapi

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"slices"
	"testing"
)

const file = "../../docs/openapi.json"

func encode(t *testing.T, doc object) []byte {
	t.Helper()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(doc); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestDrift: docs/openapi.json is what the routes and their types say.
func TestDrift(t *testing.T) {
	want := encode(t, document(readComments(t), false))
	if f := flag.Lookup("rewrite"); f.Value.String() == "true" { // it is datadriven's, as of all stories
		if err := os.WriteFile(file, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("docs/openapi.json is not what the code says; write it with go test ./tests/openapi -rewrite, and read the diff")
	}
}

// TestNothingIsLeftOut: an answer has every member that its type has; an absent value is null. It is otherwise in what the
// journal has in its own form, and in a problem, which has that of RFC 9457.
func TestNothingIsLeftOut(t *testing.T) {
	r := readDocument(t)
	others := []string{"After", "Left", "Step", "Problem"}
	for name, of := range r.schemas {
		made := of.(object)
		if _, closed := made["additionalProperties"]; closed || slices.Contains(others, name) {
			continue // a question
		}
		needed, _ := made["required"].([]any)
		for member := range made["properties"].(object) {
			if !slices.Contains(needed, any(member)) {
				t.Errorf("%s may lack %s", name, member)
			}
		}
	}
}
