// Package yaml reads the part of YAML 1.2 that job files are written in. It keeps one promise: a text is
// handed over exactly as YAML defines it, or the file is refused with the place, the character and what to do.
//
// Read are block and flow mappings and lists, plain, single-quoted, double-quoted, literal ("|") and folded
// (">") texts, comments, anchors and aliases. Refused, by name, are tags, directives, merge keys, "?" keys, a
// second document, and whatever two readers of YAML understand differently.
package yaml

import "fmt"

// Bounds of a file. What is over one of them is refused with a message that names it.
const (
	MaxDepth   = 64    // mappings and lists inside one another
	MaxKeys    = 4_096 // keys of one mapping
	MaxAnchors = 256   // anchors in a file
	MaxKey     = 1_024 // bytes of a key
)

// A Kind is what a node is.
type Kind int

// The kinds of nodes.
const (
	Scalar Kind = iota
	Mapping
	Sequence
	Alias
)

// Node is a value with its place.
type Node struct {
	Kind      Kind
	Line, Col int    // from 1; columns are characters
	Text      string // of a scalar; of an alias: the name of its anchor
	Plain     bool   // a scalar without quotes, so that it may be a number, a bool or nothing
	Anchor    string // its name; empty: none
	Entries   []Entry
	Items     []*Node
}

// Entry is one key of a mapping with its value.
type Entry struct{ Key, Value *Node }

// Error is the first thing that is wrong with a file.
type Error struct {
	Line, Col int // from 1; columns are characters
	Message   string
}

var _ error = (*Error)(nil)

// Error is "line:col: message".
func (e *Error) Error() string { return fmt.Sprintf("%d:%d: %s", e.Line, e.Col, e.Message) }

// Parse reads a file of one document. The node is nil if there is nothing in it. The error is an [*Error].
func Parse(text string) (root *Node, err error) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case *Error:
			root, err = nil, p
		default:
			panic(p)
		}
	}()
	p := newParser(text)
	return p.document(), nil
}
