// Package jobschema compares the JSON Schema of the job file with its reader: what one takes, the other takes.
package jobschema

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/jsonschema-go/jsonschema"

	"curfew/actors"
	"curfew/actors/agent"
	"curfew/actors/cliagent"
	"curfew/actors/httpreq"
	"curfew/actors/shell"
	"curfew/internal/config"
	"curfew/tests/internal/page"
)

type object = map[string]any

// builtIn are the actor types of the program.
func builtIn() *actors.Registry {
	kinds := &actors.Registry{}
	actors.Register(kinds, shell.New)
	actors.Register(kinds, agent.New)
	actors.Register(kinds, cliagent.New)
	actors.Register(kinds, httpreq.New)
	return kinds
}

// published is the schema as text, as values, and as rules of a validator.
type published struct {
	text  []byte
	whole object
	rules *jsonschema.Resolved
}

func schemaOf(t *testing.T, kinds *actors.Registry) published {
	t.Helper()
	text, err := config.JSONSchema(kinds)
	if err != nil {
		t.Fatal(err)
	}
	p := published{text: text}
	var s jsonschema.Schema
	for _, into := range []any{&p.whole, &s} {
		if err := json.Unmarshal(text, into); err != nil {
			t.Fatal(err)
		}
	}
	if p.rules, err = s.Resolve(&jsonschema.ResolveOptions{ValidateDefaults: true}); err != nil {
		t.Fatal(err)
	}
	return p
}

// TestJobSchemaFile: docs/job.schema.json is what `curfew schema` prints.
func TestJobSchemaFile(t *testing.T) {
	file := filepath.Join("..", "..", "docs", "job.schema.json")
	text := schemaOf(t, builtIn()).text
	if page.Rewrite() {
		if err := os.WriteFile(file, text, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if there, err := os.ReadFile(file); err != nil || string(there) != string(text) {
		t.Errorf("docs/job.schema.json is not current (%v): go test ./tests/jobschema -rewrite", err)
	}
}

// TestPage: the page of the job file and the schema have the same keys, and editors show a text for each.
func TestPage(t *testing.T) {
	p := schemaOf(t, builtIn())
	m := &maker{whole: p.whole}
	known := map[string]bool{}
	m.described(p.whole, "", known)
	for _, kind := range builtIn().Names() {
		m.described(m.block(kind), "with."+kind, known)
	}
	for _, row := range rows(t) {
		if !known[row] {
			t.Errorf("docs/jobfile.md has a row for %s, and the schema has no such key", row)
		}
	}
	m.undescribed(p.whole, "", func(path string) {
		t.Errorf("the schema does not describe %s: add a row to docs/jobfile.md, or an About", path)
	})
}

// headings of the page are where the rows below them stand in the file.
var headings = map[string]string{"`jobs` (required, at least one)": "jobs.*.", "`retry`": "jobs.*.retry.", "`sessions`": "sessions.*.", "The rest": ""}

// rows are the paths of the keys that the page has rows for.
func rows(t *testing.T) (out []string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "jobfile.md"))
	if err != nil {
		t.Fatal(err)
	}
	prefix, known := "", false
	for line := range strings.SplitSeq(string(text), "\n") {
		if of, keys, ok := below(line); ok {
			prefix, known = of, keys
			continue
		}
		cell, _, _ := strings.Cut(strings.TrimPrefix(line, "| "), " | ")
		if known && strings.HasPrefix(line, "| `") {
			for i, name := range strings.Split(cell, "`") {
				if i%2 == 1 {
					out = append(out, prefix+name)
				}
			}
		}
	}
	const least = 100 // the page had 109 when this was written; fewer, and the rows are not found
	if len(out) < least {
		t.Errorf("%d rows", len(out))
	}
	return out
}
