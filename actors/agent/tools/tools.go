// Package tools lets a model call the tools of MCP servers: those that a job allows, within bounds, and no
// longer than the attempt lasts. A tool that fails is an answer for the model, not a failure of the attempt.
package tools

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"curfew/actors"
)

// Bounds of the tools of one attempt.
const (
	MaxTools       = 128 // that are offered to the model
	MaxResult      = 64 << 10
	ConnectTimeout = time.Minute     // of a server, from its start to the list of its tools
	CallTimeout    = 5 * time.Minute // of one call; the model is told
	maxName        = 64              // bytes of a name, as models take it
	maxDescription = 8 << 10         // bytes; the rest is cut off
	maxSchema      = 64 << 10        // bytes of the schema of a tool's arguments
)

// A Server is one to connect to: a command that speaks MCP on its standard input and output, or a URL.
type Server struct {
	Name    string
	Command []string // a program and its arguments
	URL     string   // of streamable HTTP
	Token   string   // a bearer for the URL; empty: none
}

// Config says what there is to call.
type Config struct {
	Servers []Server
	Allow   []string // "server.tool" or "server.*"
	Exec    actors.Exec
	HTTP    *http.Client
	Process actors.Command // what a server's process gets besides its command: folder and environment
}

// ErrConfig means that the job asks for what is not there: no retry mends it.
var ErrConfig = errors.New("tools: the job asks for what is not there")

// A Tool is one that the model may call.
type Tool struct {
	Title       string // "server.tool", for people
	Name        string // for the model
	Description string
	Schema      json.RawMessage
	ReadOnly    bool // by the server's own word

	session *mcp.ClientSession
	remote  string // its name at the server
}

// A Set is the tools of one attempt, with the servers behind them.
type Set struct {
	tools   []Tool
	servers []*connection
}

// A Result is what a tool answered, in text.
type Result struct {
	Text   string
	Failed bool
}

// Open starts the servers, or connects to them, and finds the tools that are allowed. The error is that of
// ctx if it has ended, one of [ErrConfig], or says which server is not there; then nothing is left open.
func Open(ctx context.Context, c Config) (s *Set, err error) {
	s = &Set{}
	defer func() {
		if err != nil {
			s.Close()
			s = nil
		}
	}()
	for _, server := range c.Servers {
		conn, err := connect(ctx, c, server)
		if conn != nil {
			s.servers = append(s.servers, conn)
		}
		if err == nil {
			err = s.find(ctx, conn, server.Name, c.Allow)
		}
		switch {
		case err == nil:
		case ctx.Err() != nil:
			return s, ctx.Err()
		default:
			return s, fmt.Errorf("tools: MCP server %s: %w", server.Name, err)
		}
	}
	return s, nil
}

// Close ends the servers and waits until they are gone.
func (s *Set) Close() {
	for _, c := range s.servers {
		c.close()
	}
}

// Tools are what the model may call, in the order of the servers.
func (s *Set) Tools() []Tool { return s.tools }

// Get is the tool that the model calls so.
func (s *Set) Get(name string) (Tool, bool) {
	i := slices.IndexFunc(s.tools, func(t Tool) bool { return t.Name == name || t.Title == name })
	if i < 0 {
		return Tool{}, false
	}
	return s.tools[i], true
}

// find takes in the tools of a server that are allowed. Every one that is named must be there.
func (s *Set) find(ctx context.Context, c *connection, server string, allow []string) error {
	ctx, cancel := context.WithTimeout(ctx, ConnectTimeout)
	defer cancel()
	wanted, all := map[string]bool{}, false
	for _, a := range allow {
		if of, name, _ := strings.Cut(a, "."); of == server {
			all = all || name == "*"
			wanted[name] = true
		}
	}
	delete(wanted, "*")
	var there []string
	for t, err := range c.session.Tools(ctx, nil) {
		if err != nil {
			return fmt.Errorf("list its tools: %w", c.explain(err))
		}
		if there = append(there, t.Name); len(there) > MaxTools {
			return fmt.Errorf("%w: it has more than %d tools", ErrConfig, MaxTools)
		}
		if !all && !wanted[t.Name] {
			continue
		}
		delete(wanted, t.Name)
		if err := s.add(c, server, t); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		return fmt.Errorf("%w: it has no tool %q; it has %s", ErrConfig, name, strings.Join(there, ", "))
	}
	return nil
}

func (s *Set) add(c *connection, server string, t *mcp.Tool) error {
	schema, err := json.Marshal(t.InputSchema)
	if err != nil || len(schema) > maxSchema || t.InputSchema == nil {
		return fmt.Errorf("%w: tool %q has no usable schema of its arguments (at most %d bytes)", ErrConfig, t.Name, maxSchema)
	}
	if len(s.tools) == MaxTools {
		return fmt.Errorf("%w: more than %d tools are allowed", ErrConfig, MaxTools)
	}
	title := server + "." + t.Name
	s.tools = append(s.tools, Tool{
		Title: title, Name: s.name(title), Description: cut(t.Description, maxDescription), Schema: schema,
		ReadOnly: t.Annotations != nil && t.Annotations.ReadOnlyHint,
		session:  c.session, remote: t.Name,
	})
	return nil
}

var notInNames = regexp.MustCompile(`[^A-Za-z0-9_-]`)

// name makes a name that models take, and that no other tool has. It is the same at every attempt.
func (s *Set) name(title string) string {
	server, tool, _ := strings.Cut(title, ".")
	name := notInNames.ReplaceAllString(server+"__"+tool, "_")
	_, taken := s.Get(name)
	if !taken && len(name) <= maxName {
		return name
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(title))
	return fmt.Sprintf("%.*s_%08x", maxName-9, name, h.Sum32())
}

// Call calls a tool. Whatever goes wrong is an answer for the model; the error is that of ctx alone.
func (t Tool) Call(ctx context.Context, arguments string) (Result, error) {
	var args map[string]any
	if err := json.Unmarshal([]byte(arguments), &args); err != nil {
		return Result{Text: "the arguments are no JSON object: " + err.Error(), Failed: true}, nil
	}
	called, cancel := context.WithTimeout(ctx, CallTimeout)
	defer cancel()
	answer, err := t.session.CallTool(called, &mcp.CallToolParams{Name: t.remote, Arguments: args})
	switch {
	case err == nil:
		return Result{Text: cut(text(answer), MaxResult), Failed: answer.IsError}, nil
	case ctx.Err() != nil:
		return Result{}, ctx.Err()
	case called.Err() != nil:
		return Result{Text: fmt.Sprintf("the tool has not answered within %s", CallTimeout), Failed: true}, nil
	default:
		return Result{Text: cut("the tool could not be called: "+err.Error(), MaxResult), Failed: true}, nil
	}
}

// text is what a tool answered, as far as it is text.
func text(r *mcp.CallToolResult) string {
	var parts []string
	for _, c := range r.Content {
		switch c := c.(type) {
		case *mcp.TextContent:
			parts = append(parts, c.Text)
		case *mcp.ImageContent:
			parts = append(parts, fmt.Sprintf("[an image, %s, %d bytes]", c.MIMEType, len(c.Data)))
		case *mcp.AudioContent:
			parts = append(parts, fmt.Sprintf("[a sound, %s, %d bytes]", c.MIMEType, len(c.Data)))
		case *mcp.ResourceLink:
			parts = append(parts, fmt.Sprintf("[a link: %s %s]", c.Name, c.URI))
		case *mcp.EmbeddedResource:
			if c.Resource != nil {
				parts = append(parts, fmt.Sprintf("[%s]\n%s", c.Resource.URI, c.Resource.Text))
			}
		}
	}
	if len(parts) == 0 && r.StructuredContent != nil {
		if raw, err := json.Marshal(r.StructuredContent); err == nil {
			parts = append(parts, string(raw))
		}
	}
	if s := strings.Join(parts, "\n"); strings.TrimSpace(s) != "" {
		return s
	}
	return "(no output)" // there are endpoints that refuse an empty one
}

// cutMark stands where a text was cut off.
const cutMark = "\n[… the rest was cut off]"

func cut(s string, most int) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most-len(cutMark)], "") + cutMark
}
