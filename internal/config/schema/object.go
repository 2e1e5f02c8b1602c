package schema

import (
	"fmt"
	"slices"
)

// Object is a mapping with known keys.
type Object struct {
	What string // for messages, such as "a job"
	Keys []Key
	// One are groups of keys of which exactly one must be there, and Most1 those of which at most one may be.
	One, Most1 [][]string
}

// Key is a key of an [Object].
type Key struct {
	Name     string
	Value    Value
	About    string // one line for people; empty: what the page of the job file says
	Default  any    // what it means to leave it out, as JSON; nil: nothing that can be written
	Examples []any  // each is valid

	Required bool
	Unless   []string // keys of which one makes up for a required one
	Needs    []string // keys that must be there, too
	Without  []string // keys that must not be there
}

// Names are the names of the keys, in order.
func (o Object) Names() []string {
	names := make([]string, len(o.Keys))
	for i, k := range o.Keys {
		names[i] = k.Name
	}
	return names
}

// Key finds a key.
func (o Object) Key(name string) (Key, bool) {
	i := slices.IndexFunc(o.Keys, func(k Key) bool { return k.Name == name })
	if i < 0 {
		return Key{}, false
	}
	return o.Keys[i], true
}

// Less is the object without some of its keys.
func (o Object) Less(names ...string) Object {
	o.Keys = slices.DeleteFunc(slices.Clone(o.Keys), func(k Key) bool { return slices.Contains(names, k.Name) })
	return o
}

// Form is the form of a key's value that is of the type V. It panics if the key is not described so: that is an error of
// the program.
func Form[V Value](o Object, name string) V {
	k, _ := o.Key(name)
	if v, ok := As[V](k.Value); ok {
		return v
	}
	panic(fmt.Sprintf("schema: %s of %s is no %T", name, o.What, *new(V)))
}

// As is the value, or the form of it, that is of the type V.
func As[V Value](v Value) (V, bool) {
	switch v := v.(type) {
	case V:
		return v, true
	case Named:
		return As[V](v.Value)
	case Forms:
		for _, form := range v {
			if found, ok := As[V](form); ok {
				return found, true
			}
		}
	}
	var none V
	return none, false
}
