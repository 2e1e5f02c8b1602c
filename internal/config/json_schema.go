package config

import (
	"bytes"
	"encoding/json"

	"curfew/actors"
	"curfew/internal/config/schema"
)

// JSONSchema describes the job files of a build with these actor types as a JSON Schema (draft 2020-12), for editors and
// other tools. What it refuses, [Parse] refuses. What it takes, Parse may refuse for a reason that a JSON Schema cannot say; see
// the package schema.
func JSONSchema(kinds *actors.Registry) ([]byte, error) {
	f := schema.File{Root: describe(kinds), Job: jobsOf(kinds), Texts: pageTexts()}
	for _, name := range kinds.Names() {
		kind, err := kinds.Get(name)
		if err != nil {
			return nil, err
		}
		k := schema.Kind{Name: name, With: block(kind)}
		if !kind.Traits.Gated {
			k.Never = append(k.Never, "session")
		}
		if !kind.Traits.Threads {
			k.Shut = append(k.Shut, schema.Key{Name: "session_target", Value: schema.Choice{Words: isolated}})
		}
		f.Kinds = append(f.Kinds, k)
	}
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(f.Document("A job file of Curfew", "Jobs, what they depend on, and how they run. `curfew check FILE` says the rest.")); err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}
