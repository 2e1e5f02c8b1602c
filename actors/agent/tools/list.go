package tools

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"curfew/actors/agent/model"
	"curfew/messages/text"
)

// allowance is what a job lets be called of one server.
type allowance struct {
	all   bool
	named map[string]bool
}

func wanted(allow []string, server string) allowance {
	a := allowance{named: map[string]bool{}}
	for _, entry := range allow {
		of, name, _ := strings.Cut(entry, ".")
		switch {
		case of != server:
		case name == "*":
			a.all = true
		default:
			a.named[name] = true
		}
	}
	return a
}

// list is what a server has, as far as the job lets it be called.
type list struct {
	allowed allowance
	tools   []*mcp.Tool
	twice   map[string]bool // names that it has listed more than once
	there   []string        // the first names that it has listed, allowed or not
	seen    map[string]bool
}

// list asks the server what it has, page by page.
func (c *connection) list(ctx context.Context, allowed allowance) (*list, error) {
	listing, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	l := &list{allowed: allowed, twice: map[string]bool{}, seen: map[string]bool{}}
	params := &mcp.ListToolsParams{}
	listed := 0
	for range maxPages {
		page, err := c.session.ListTools(listing, params)
		if err != nil {
			return nil, fmt.Errorf("list its tools: %w", c.explain(inTime(ctx, listing, connectTimeout, err)))
		}
		if listed += len(page.Tools); listed > maxListed {
			return nil, fmt.Errorf("%w: it lists more than %d tools", ErrConfig, maxListed)
		}
		for _, t := range page.Tools {
			l.add(t)
		}
		if page.NextCursor == "" {
			return l, nil
		}
		params.Cursor = page.NextCursor
	}
	return nil, fmt.Errorf("%w: the list of its tools has more than %d pages", ErrConfig, maxPages)
}

// add adds a tool, but each name only once: of two tools with the same name, only the server knows which one it means.
func (l *list) add(t *mcp.Tool) {
	if l.seen[t.Name] {
		l.twice[t.Name] = true
		return
	}
	l.seen[t.Name] = true
	if len(l.there) < maxToldNames {
		l.there = append(l.there, fmt.Sprintf("%.80s", t.Name))
	}
	if l.allowed.all || l.allowed.named[t.Name] {
		l.tools = append(l.tools, t)
	}
}

// missing says which tool is named and not there; nil: none.
func (l *list) missing() error {
	for _, name := range slices.Sorted(maps.Keys(l.allowed.named)) {
		if l.seen[name] {
			continue
		}
		has := strings.Join(l.there, ", ")
		if more := len(l.seen) - len(l.there); more > 0 {
			has += fmt.Sprintf(" and %d more", more)
		}
		return fmt.Errorf("%w: it has no tool %q; it has %s", ErrConfig, name, has)
	}
	return nil
}

// take adds the tools of a list to the set. Every tool that the job names must exist and be usable; other tools that
// are not usable are left out.
func (s *Set) take(c *connection, server string, l *list) error {
	if err := l.missing(); err != nil {
		return err
	}
	for _, t := range l.tools {
		schema, err := usable(t)
		if err == nil && l.twice[t.Name] {
			s.note("MCP server %s lists more than one tool of the name %q: the first is offered, and counts as one that changes something",
				server, t.Name)
		}
		switch {
		case err != nil && l.allowed.named[t.Name]:
			return fmt.Errorf("%w: tool %q cannot be offered: %w", ErrConfig, t.Name, err)
		case err != nil:
			s.note("MCP server %s: its tool %.80q is left out: %v", server, t.Name, err)
			continue
		case len(s.tools) == maxTools:
			return fmt.Errorf("%w: its tools are more than the %d that can be offered; name fewer under tools", ErrConfig, maxTools)
		}
		title := server + "." + t.Name
		s.tools = append(s.tools, Tool{
			Title: title, Name: s.name(title), Description: cut(t.Description, maxDescription), Schema: schema,
			ReadOnly: t.Annotations != nil && t.Annotations.ReadOnlyHint && !l.twice[t.Name],
			server:   c, remote: t.Name,
		})
	}
	return nil
}

// usable is the schema of a tool that can be offered, or says why it cannot.
func usable(t *mcp.Tool) (json.RawMessage, error) {
	switch {
	case t.Name == "" || len(t.Name) > maxTitle || strings.ContainsFunc(t.Name, func(r rune) bool { return !unicode.IsPrint(r) }):
		return nil, fmt.Errorf("a name must be 1 to %d bytes of printable characters", maxTitle)
	case t.InputSchema == nil:
		return nil, errors.New("it has no schema of its arguments")
	}
	schema, err := json.Marshal(t.InputSchema)
	if err == nil && len(schema) > maxSchema {
		err = fmt.Errorf("the schema of its arguments has more than %d bytes", maxSchema)
	}
	if err != nil {
		return nil, err
	}
	return model.Parameters(schema)
}

var notInNames = text.Pattern(`[^A-Za-z0-9_-]`)

// name makes a name that models accept and that is unique in the set. It is the same in every attempt.
func (s *Set) name(title string) string {
	server, tool, _ := strings.Cut(title, ".")
	plain := notInNames().ReplaceAllString(server+"__"+tool, "_")
	name := plain
	for n := 0; n == 0 && len(name) > maxName || s.taken(name); n++ {
		h := fnv.New32a()
		_, _ = fmt.Fprintf(h, "%s%s", title, strings.Repeat("'", n))
		name = fmt.Sprintf("%.*s_%08x", maxName-9, plain, h.Sum32())
	}
	return name
}

func (s *Set) taken(name string) bool {
	_, taken := s.Get(name)
	return taken
}
