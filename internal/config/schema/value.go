// Package schema describes what a file may contain, as values. The reader of job files takes the keys, words and bounds
// from such a description, and editors get it as a JSON Schema (draft 2020-12): a bound stands in one place.
//
// A JSON Schema cannot say everything. Left to the reader are the grammar of schedules, dates and patterns, the bounds of
// durations and sizes, names that must exist elsewhere in the file, keys that do not go with the form of a
// schedule, and texts whose bytes are more than their characters.
package schema

import "time"

// A Value describes a value.
type Value interface {
	// write returns it as JSON Schema.
	write(w *writer) Node
}

// A Node is a JSON Schema.
type Node = map[string]any

// Text is a text that is not blank.
type Text struct {
	Pattern string // in the syntax that RE2 and ECMA-262 share; empty: any
	Longest int    // bytes; 0: any
	Blank   bool   // it may be empty
}

// Choice is one of some words.
type Choice struct{ Words []string }

// Words are the words of a choice.
func Words[T ~string](all []T) Choice {
	out := Choice{}
	for _, w := range all {
		out.Words = append(out.Words, string(w))
	}
	return out
}

// Integer is a whole number. Both bounds 0: any.
type Integer struct{ Least, Most int }

// Number is a number. Both bounds 0: any.
type Number struct{ Least, Most float64 }

// Bool is true or false.
type Bool struct{}

// Duration is a span of time in Go's form. Most 0: any, also one below zero.
type Duration struct {
	Least, Most time.Duration
	Days        bool     // it may begin with days: 90d, 1d12h
	Or          []string // words that are allowed in its place
	Why         string   // says why it must not be less; empty: that is plain
}

// Size is a number of bytes, such as 2GiB.
type Size struct{ Least int64 }

// List is a list. Most 0: of any length.
type List struct {
	Of          Value
	Least, Most int
	Unique      bool // no item is there twice
}

// Map is a mapping whose keys people choose. Most 0: any number.
type Map struct {
	Names  string   // a pattern of the keys; empty: any
	Except []string // keys that are taken
	Of     Value
	Most   int
}

// Forms are several forms of one value.
type Forms []Value

// Any is anything without nothing in it.
type Any struct{}

// Nothing is a key without a value.
type Nothing struct{}

// Named is a value that the schema describes once, under this name.
type Named struct {
	Name  string
	Value Value
}
