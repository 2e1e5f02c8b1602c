package config

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"curfew/internal/config/yaml"
)

// A shape is the kind of a value in a job file, in words for people.
type shape string

const (
	shapeMapping shape = "a mapping"
	shapeList    shape = "a list"
	shapeText    shape = "a text"
	shapeInt     shape = "a whole number"
	shapeFloat   shape = "a number"
	shapeBool    shape = "true or false"
	shapeNull    shape = "nothing"
	shapeBroken  shape = "broken" // its problem has been reported, so nothing more is said about it
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
	file      string // the file that it is in; empty: the job file
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

// parseTree reads YAML into nodes, and adds problems to the reader. It returns nil for an empty document and after a
// syntax error.
func (r *reader) parseTree(data []byte) *node {
	root, err := yaml.Parse(string(data))
	if wrong := (*yaml.Error)(nil); errors.As(err, &wrong) {
		r.problem(wrong.Line, wrong.Col, "%s", wrong.Message)
	}
	if err != nil || root == nil {
		return nil
	}
	c := converter{r: r, anchors: make(map[string]*yaml.Node), open: make(map[string]bool)}
	return c.convert(root)
}

// converter turns the tree of a file into nodes.
type converter struct {
	r        *reader
	anchors  map[string]*yaml.Node
	open     map[string]bool // anchors that are being expanded: an alias in them cannot mean them
	inAlias  int
	expanded int // nodes made from aliases
}

func (c *converter) convert(n *yaml.Node) *node {
	if n.Anchor != "" && c.inAlias == 0 {
		c.anchors[n.Anchor] = n
		c.open[n.Anchor] = true // an alias inside of the anchored value cannot mean it
		defer delete(c.open, n.Anchor)
	}
	if c.inAlias > 0 {
		if c.expanded++; c.expanded > maxExpanded {
			if c.expanded == maxExpanded+1 {
				c.r.problem(n.Line, n.Col, "the aliases of the file expand to more than %d values", maxExpanded)
			}
			return made(n, shapeBroken, nil)
		}
	}
	switch n.Kind {
	case yaml.Mapping:
		return c.mapping(n)
	case yaml.Sequence:
		out := made(n, shapeList, nil)
		for _, item := range n.Items {
			out.items = append(out.items, c.convert(item))
		}
		return out
	case yaml.Alias:
		return c.alias(n)
	default:
		return c.scalar(n)
	}
}

func (c *converter) scalar(n *yaml.Node) *node {
	value, reason := n.Value()
	if reason != "" {
		c.r.problem(n.Line, n.Col, "%s", reason)
		return made(n, shapeBroken, nil)
	}
	switch v := value.(type) {
	case nil:
		return made(n, shapeNull, nil)
	case bool:
		return made(n, shapeBool, v)
	case int64, uint64:
		return made(n, shapeInt, v)
	case float64:
		return made(n, shapeFloat, v)
	default:
		return made(n, shapeText, v)
	}
}

func (c *converter) mapping(n *yaml.Node) *node {
	out := made(n, shapeMapping, nil)
	first := make(map[string]int, len(n.Entries)) // line of each key
	for _, e := range n.Entries {
		if e.Key.Anchor != "" {
			c.anchors[e.Key.Anchor] = e.Key
		}
		value := c.convert(e.Value)
		name, line, col := e.Key.Text, e.Key.Line, e.Key.Col
		if there, twice := first[name]; twice {
			c.r.problem(line, col, "key %q is given twice; first on line %d", name, there)
			continue
		}
		first[name] = line
		out.members = append(out.members, member{key: name, line: line, col: col, value: value})
	}
	return out
}

func (c *converter) alias(n *yaml.Node) *node {
	target, ok := c.anchors[n.Text]
	if !ok || c.open[n.Text] {
		c.r.problem(n.Line, n.Col, "alias %q has no anchor before it (&%s)", n.Text, n.Text)
		return made(n, shapeBroken, nil)
	}
	c.open[n.Text] = true
	c.inAlias++
	out := c.convert(target)
	c.inAlias--
	delete(c.open, n.Text)
	return out
}

// whole is a number without a fraction as a whole one, however it is written: 4.0 is 4, as for readers of JSON.
func (n *node) whole() (*node, bool) {
	const exact = 1 << 53
	f, ok := n.scalar.(float64)
	if !ok || f != math.Trunc(f) || math.Abs(f) > exact {
		return nil, false
	}
	out := *n
	out.shape, out.scalar = shapeInt, int64(f)
	return &out, true
}

// broken reports whether a problem of something in the node has been reported.
func (n *node) broken() bool {
	if n == nil {
		return false
	}
	return n.shape == shapeBroken || slices.ContainsFunc(n.items, (*node).broken) ||
		slices.ContainsFunc(n.members, func(m member) bool { return m.value.broken() })
}

// String is the value as it is written, or its shape if it is not a single value.
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

func made(n *yaml.Node, s shape, v any) *node {
	return &node{shape: s, line: n.Line, col: n.Col, scalar: v}
}
