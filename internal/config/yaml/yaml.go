// Package yaml reads, and writes, the part of YAML 1.2 that job files use. It keeps one promise: it returns a text exactly as YAML
// defines it, or it refuses the file with the place, the character and what to do.
//
// It reads block and flow mappings and lists, plain, single-quoted, double-quoted, literal ("|") and folded (">")
// texts, comments, anchors and aliases. It refuses tags, directives, merge keys, "?" keys, a second document, and
// everything that two readers of YAML understand differently.
package yaml

import "fmt"

// Bounds of a file. A file over one of them is refused with a message that names the bound.
const (
	maxDepth   = 64    // mappings and lists inside one another
	maxKeys    = 4_096 // keys of one mapping
	maxAnchors = 256   // anchors in a file
	maxKey     = 1_024 // bytes of a key
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
	Plain     bool   // a scalar without quotes, which may be a number, a bool or nothing
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

// Parse reads a file of one document. The node is nil for an empty document. The error is an [*Error].
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
