package config

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// A shape is what a value of a job file looks like.
type shape string

const (
	shapeMapping shape = "a mapping"
	shapeList    shape = "a list"
	shapeText    shape = "a text"
	shapeInt     shape = "a whole number"
	shapeFloat   shape = "a number"
	shapeBool    shape = "true or false"
	shapeNull    shape = "nothing"
	shapeBroken  shape = "broken" // already said to be wrong: nothing more is said about it
)

// node is a value of a job file with its place. Aliases are resolved.
type node struct {
	shape     shape
	line, col int
	scalar    any // string, int64, uint64, float64 or bool
	members   []member
	items     []*node
}

// member is one key of a mapping with its value.
type member struct {
	key       string
	line, col int
	value     *node
	file      string // that it stands in; empty: the job file
}

// find returns the member of that key; nil if there is none.
func (n *node) find(key string) *member {
	if n == nil {
		return nil
	}
	for i := range n.members {
		if n.members[i].key == key {
			return &n.members[i]
		}
	}
	return nil
}

// parseTree reads YAML into nodes and adds what is wrong to the reader. It returns nil for an empty
// document, and after a syntax error.
func (r *reader) parseTree(data []byte) (root *node) {
	defer func() {
		// The parser has had panics on odd input. A person's file must not end the daemon.
		if p := recover(); p != nil {
			r.problem(1, 1, "the YAML parser gave up on this file: %v", p)
			root = nil
		}
	}()
	tokens := lexer.Tokenize(string(data))
	if t, msg := scan(tokens); msg != "" {
		r.problem(t.Position.Line, t.Position.Column, "%s", msg)
		return nil
	}
	// The parser keeps duplicate keys: they are found here, all at once.
	file, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		r.syntax(err, data)
		return nil
	}
	if len(file.Docs) == 0 || file.Docs[0].Body == nil {
		return nil
	}
	c := converter{r: r, anchors: make(map[string]ast.Node), open: make(map[string]bool)}
	return c.convert(file.Docs[0].Body)
}

// bareSign is a value that begins with a sign of YAML's own: most often a schedule that nobody quoted.
var bareSign = regexp.MustCompile(`:\s+[*@]`)

func (r *reader) syntax(err error, data []byte) {
	var at yaml.Error
	if !errors.As(err, &at) || at.GetToken() == nil {
		r.problem(1, 1, "%v", err)
		return
	}
	p := at.GetToken().Position
	hint := ""
	if lines := strings.Split(string(data), "\n"); p.Line <= len(lines) && bareSign.MatchString(lines[p.Line-1]) {
		hint = "; quote a value that begins with * or @"
	}
	r.problem(p.Line, p.Column, "%s%s", at.GetMessage(), hint)
}

// converter turns the parser's tree into nodes.
type converter struct {
	r        *reader
	anchors  map[string]ast.Node
	open     map[string]bool // anchors that are being expanded
	inAlias  int
	expanded int // nodes made from aliases
}

func (c *converter) convert(n ast.Node) *node {
	if c.inAlias > 0 {
		if c.expanded++; c.expanded > MaxExpanded {
			if c.expanded == MaxExpanded+1 {
				line, col := place(n)
				c.r.problem(line, col, "aliases stand for more than %d values", MaxExpanded)
			}
			return scalar(n, shapeBroken, nil)
		}
	}
	switch v := n.(type) {
	case *ast.MappingNode:
		return c.mapping(v)
	case *ast.MappingValueNode:
		return c.mapping(ast.Mapping(v.GetToken(), false, v))
	case *ast.SequenceNode:
		out := scalar(n, shapeList, nil)
		for _, item := range v.Values {
			out.items = append(out.items, c.convert(item))
		}
		return out
	case *ast.AnchorNode:
		c.anchors[v.Name.GetToken().Value] = v.Value
		return c.convert(v.Value)
	case *ast.AliasNode:
		return c.alias(v)
	case *ast.StringNode:
		return scalar(n, shapeText, v.Value)
	case *ast.LiteralNode:
		return scalar(n, shapeText, v.Value.Value)
	case *ast.IntegerNode:
		return scalar(n, shapeInt, v.Value)
	case *ast.FloatNode:
		return scalar(n, shapeFloat, v.Value)
	case *ast.BoolNode:
		return scalar(n, shapeBool, v.Value)
	case *ast.NullNode:
		return scalar(n, shapeNull, nil)
	default:
		line, col := place(n)
		c.r.problem(line, col, "a value of this form is not supported: %s", n.GetToken().Value)
		return scalar(n, shapeBroken, nil)
	}
}

func (c *converter) mapping(v *ast.MappingNode) *node {
	out := scalar(v, shapeMapping, nil)
	for i, mv := range v.Values {
		line, col := place(mv.Key)
		if i == 0 && !v.IsFlowStyle {
			out.line, out.col = line, col // the parser points at the first colon
		}
		value := c.convert(mv.Value)
		key, ok := mv.Key.(ast.ScalarNode)
		if !ok {
			c.r.problem(line, col, "a key must be a plain text")
			continue
		}
		name := fmt.Sprint(key.GetValue())
		if first := out.find(name); first != nil {
			c.r.problem(line, col, "key %q stands here twice; first on line %d", name, first.line)
			continue
		}
		out.members = append(out.members, member{key: name, line: line, col: col, value: value})
	}
	return out
}

func (c *converter) alias(v *ast.AliasNode) *node {
	name := v.Value.GetToken().Value
	line, col := place(v)
	target, ok := c.anchors[name]
	if !ok || c.open[name] {
		c.r.problem(line, col, "alias %q has no anchor before it", name)
		return scalar(v, shapeBroken, nil)
	}
	c.open[name] = true
	c.inAlias++
	out := c.convert(target)
	c.inAlias--
	delete(c.open, name)
	return out
}

// broken reports whether something in the node has been said to be wrong.
func (n *node) broken() bool {
	if n == nil {
		return false
	}
	return n.shape == shapeBroken || slices.ContainsFunc(n.items, (*node).broken) ||
		slices.ContainsFunc(n.members, func(m member) bool { return m.value.broken() })
}

// String is the value as a person wrote it, or its shape if that is too much to repeat.
func (n *node) String() string {
	const longest = 40 // characters
	switch n.shape {
	case shapeText:
		return fmt.Sprintf("%.*q", longest, n.scalar)
	case shapeInt, shapeFloat, shapeBool:
		return fmt.Sprint(n.scalar)
	default:
		return string(n.shape)
	}
}

func scalar(n ast.Node, s shape, v any) *node {
	line, col := place(n)
	return &node{shape: s, line: line, col: col, scalar: v}
}

func place(n ast.Node) (line, col int) {
	var t *token.Token
	if n != nil {
		t = n.GetToken()
	}
	if t == nil || t.Position == nil {
		return 1, 1
	}
	return t.Position.Line, t.Position.Column
}
