package schema

import "strings"

// A File is a kind of file whose jobs have a block of their actor type.
type File struct {
	Root Object
	// Job is what stands in the list jobs of Root, and is named so there. What belongs to one actor type is in Kinds.
	Job Named
	// Kinds are the actor types, sorted by name.
	Kinds []Kind
	// Texts says what the page of the file says of a key; empty: nothing.
	Texts func(path string) string
}

// Kind is an actor type, and what holds for jobs of it.
type Kind struct {
	Name  string
	With  Object   // its block
	Never []string // keys of a job that they do not have
	Shut  []Key    // keys of which they may have less than others
}

// Names in the schema.
const (
	completeJob = "complete_job"
	withOf      = "with." // and the actor type: paths of keys
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
	return merged(both(root, Node{"allOf": f.complete(w)}), Node{
		"$schema": "https://json-schema.org/draft/2020-12/schema",
		"title":   title, "description": about, "$defs": w.defs,
	})
}

// kinds adds what a job's actor type asks of it.
func (f File) kinds(w *writer) {
	var each []any
	for _, k := range f.Kinds {
		w.path = withOf + k.Name
		w.defs[defOf(k.Name)] = k.With.write(w)
		keys := Node{"with": Node{"$ref": refersHere + defOf(k.Name)}}
		for _, never := range k.Never {
			keys[never] = false
		}
		for _, key := range k.Shut {
			keys[key.Name] = key.Value.write(w)
		}
		each = append(each, ofKind(k.Name, Node{"properties": keys}))
	}
	w.path = ""
	job, _ := w.defs[f.Job.Name].(Node)
	object, _ := As[Object](f.Job.Value)
	w.defs[f.Job.Name] = both(merged(job, Node{"required": object.needs()["required"]}), Node{"allOf": each})
}

// complete says which keys must be there in the blocks of jobs whose type has no defaults.
func (f File) complete(w *writer) (all []any) {
	whole := complete(f.Job.Value)
	delete(whole, "required") // said of every job
	w.defs[completeJob] = whole
	for _, k := range f.Kinds {
		then := Node{"$ref": refersHere + completeJob}
		if needs := complete(k.With); len(needs) > 0 {
			then["properties"] = Node{"with": needs}
			if own := k.With.needs(); own["required"] != nil || own["allOf"] != nil {
				then["required"] = []string{"with"}
			}
		}
		all = append(all, Node{
			"if":   Node{"properties": Node{"defaults": Node{"required": []string{k.Name}}}, "required": []string{"defaults"}},
			"else": Node{"properties": Node{"jobs": Node{"items": ofKind(k.Name, then)}}},
		})
	}
	return all
}

// defOf is the name of a block in the schema.
func defOf(kind string) string { return "with_" + strings.ReplaceAll(kind, "-", "_") }

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
	for _, k := range f.Kinds {
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
		keys["with"] = Node{"$ref": refersHere + defOf(k.Name)}
		kinds[k.Name] = Node{
			"type": "object", "properties": keys, "additionalProperties": false,
			"description": "Keys of jobs of the type that do not say otherwise.",
		}
	}
	return kinds
}
