package schema

import "strings"

// A File is a kind of file whose jobs have a block of their actor type.
type File struct {
	Root Object
	// Job is what stands in the list jobs of Root, and is named so there. What belongs to one actor type is in Kinds.
	Job  Named
	Kind []Kind // sorted by name
	// Texts says what the page of the file says of a key; empty: nothing.
	Texts func(path string) string
}

// Kind is an actor type: its block, the keys of a job that jobs of it may not have, and those that a job of it without
// defaults must have.
type Kind struct {
	Name  string
	With  Object
	Never []string
}

// Names in the schema.
const (
	completeJob = "complete_job"
	withOf      = "with_"
)

// Document is the JSON Schema of the file.
func (f File) Document(title, about string) Node {
	w := &writer{defs: Node{}, texts: f.Texts, parts: true}
	f.Job.write(w) // before the rest, since what a job needs may be among the defaults
	f.kinds(w)
	w.parts = false
	root := f.Root.write(w)
	keys, _ := root["properties"].(Node)
	if defaults, ok := keys["defaults"].(Node); ok {
		defaults["properties"] = f.defaults(w)
	}
	return merged(root, Node{
		"$schema": "https://json-schema.org/draft/2020-12/schema",
		"title":   title, "description": about, "$defs": w.defs,
		"if":   Node{"required": []string{"defaults"}},
		"else": Node{"properties": Node{"jobs": Node{"items": Node{"$ref": refersHere + completeJob}}}},
	})
}

// kinds adds what a job's actor type asks of it.
func (f File) kinds(w *writer) {
	job, _ := w.defs[f.Job.Name].(Node)
	whole := complete(f.Job.Value)
	delete(whole, "required") // said of every job
	var each, wholes []any
	for _, k := range f.Kind {
		name := withOf + strings.ReplaceAll(k.Name, "-", "_")
		w.path = "with." + k.Name
		w.defs[name] = k.With.write(w)
		keys := Node{"with": Node{"$ref": refersHere + name}}
		for _, never := range k.Never {
			keys[never] = false
		}
		each = append(each, ofKind(k.Name, Node{"properties": keys}))
		if needs := complete(k.With); len(needs) > 0 {
			then := Node{"properties": Node{"with": needs}}
			if own := k.With.needs(); own["required"] != nil || own["allOf"] != nil {
				then["required"] = []string{"with"}
			}
			wholes = append(wholes, ofKind(k.Name, then))
		}
	}
	w.path = ""
	object, _ := As[Object](f.Job.Value)
	w.defs[f.Job.Name] = merged(job, Node{"required": object.needs()["required"], "allOf": each})
	both, _ := whole["allOf"].([]any)
	w.defs[completeJob] = merged(whole, Node{"allOf": append(both, wholes...)})
}

// ofKind holds for jobs of an actor type.
func ofKind(name string, then Node) Node {
	return Node{
		"if":   Node{"properties": Node{"actor": Node{"const": name}}, "required": []string{"actor"}},
		"then": then,
	}
}

// defaults has for each actor type the keys of a job that may have a default.
func (f File) defaults(w *writer) Node {
	object, _ := As[Object](f.Job.Value)
	kinds := Node{}
	for _, k := range f.Kind {
		keys := Node{}
		for _, key := range object.Keys {
			keys[key.Name] = Node{"$ref": refersHere + f.Job.Name + "/properties/" + key.Name}
			if key.Required {
				delete(keys, key.Name)
			}
		}
		for _, never := range k.Never {
			delete(keys, never)
		}
		keys["with"] = Node{"$ref": refersHere + withOf + strings.ReplaceAll(k.Name, "-", "_")}
		kinds[k.Name] = Node{"type": "object", "properties": keys, "additionalProperties": false}
	}
	return kinds
}
