// Package tools lets a model call the tools of MCP servers that a job allows, within bounds, as long as the attempt
// lasts. A tool that fails is an answer for the model and not a failure of the attempt.
package tools

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"curfew/actors"
)

// Bounds of the tools of one attempt.
const (
	maxTools       = 128 // that may be called
	maxListed      = 10_000
	maxPages       = 1_000 // pages of a server's list
	maxResult      = 64 << 10
	connectTimeout = time.Minute     // of a server, from its start to its first answer; and the same for its list
	callTimeout    = 5 * time.Minute // of one call; the model is told
	maxTitle       = 128             // bytes of a tool's name at its server
	maxName        = 64              // bytes of a name, as models take it
	maxDescription = 8 << 10         // bytes; the rest is cut off
	maxSchema      = 64 << 10        // bytes of the schema of a tool's arguments
	maxToldNames   = 40              // of a server's tools, when one that the job names is not there
)

// A Server is one to connect to: a command that speaks MCP on its standard input and output, or a URL.
type Server struct {
	Name     string
	Command  []string // a program and its arguments
	URL      string   // of streamable HTTP
	Token    string   // a bearer for the URL; empty: none
	TokenIn  string   // where the token comes from, for people: the name of a variable
	Optional bool     // the attempt goes on without it
}

// Config says what there is to call.
type Config struct {
	Servers []Server
	Allow   []string // "server.tool" or "server.*"
	Exec    actors.Exec
	HTTP    *http.Client
	Process actors.Command // what a server's process gets besides its command: folder and environment
	// Redact takes secrets out of what is quoted of a server; nil: there are none.
	Redact func(string) string
	// Stray is called with each of the first lines on a server's standard output that are not messages, quoted and
	// bounded. It may be called from any goroutine until the set is closed. Nil: such lines are not reported.
	Stray func(server, line string)
}

// ErrConfig means that the job asks for something that does not exist, so a retry does not help.
var ErrConfig = errors.New("tools: what the job asks for cannot be had")

// A Tool is one that the model may call.
type Tool struct {
	Title       string // "server.tool", for people
	Name        string // for the model; unique in the set
	Description string
	Schema      json.RawMessage // of an object, with properties
	ReadOnly    bool            // the server says so, and does not contradict itself

	server *connection
	remote string // its name at the server
}

// A Set is the tools of one attempt, with the servers behind them.
type Set struct {
	tools   []Tool
	servers []*connection
	notes   []string
}

// A Result is what a tool answered, in text.
type Result struct {
	Text   string
	Failed bool
}

// Open starts the servers or connects to them, and finds the tools that are allowed. The error is that of ctx if ctx
// has ended, an [ErrConfig], or says which server cannot be reached. After an error nothing is left open.
func Open(ctx context.Context, c Config) (s *Set, err error) {
	s = &Set{}
	if c.Redact == nil {
		c.Redact = func(text string) string { return text }
	}
	if c.Stray == nil {
		c.Stray = func(string, string) {}
	}
	defer func() {
		if err != nil {
			s.Close()
			s = nil
		}
	}()
	for _, server := range c.Servers {
		list, conn, err := reach(ctx, c, server)
		switch {
		case err == nil:
			s.servers = append(s.servers, conn)
			err = s.take(conn, server.Name, list)
		case server.Optional && ctx.Err() == nil:
			s.note("MCP server %s is left out, with its tools: %v", server.Name, err)
			err = nil
		}
		switch {
		case ctx.Err() != nil:
			return s, ctx.Err()
		case err != nil:
			return s, fmt.Errorf("tools: MCP server %s: %w", server.Name, err)
		}
	}
	return s, nil
}

// reach connects to a server and reads the list of its tools. If it fails nothing is left open.
func reach(ctx context.Context, c Config, server Server) (*list, *connection, error) {
	conn, err := connect(ctx, c, server)
	var l *list
	if err == nil {
		l, err = conn.list(ctx, wanted(c.Allow, server.Name))
	}
	if err != nil && conn != nil {
		conn.close()
	}
	return l, conn, err
}

// Close ends the servers and waits until they are gone.
func (s *Set) Close() {
	for _, c := range s.servers {
		c.close()
	}
}

// Tools are what the model may call, in the order of the servers.
func (s *Set) Tools() []Tool { return s.tools }

// Notes say for people what was left out and why, in whole sentences. They are not redacted.
func (s *Set) Notes() []string { return s.notes }

func (s *Set) note(format string, args ...any) {
	s.notes = append(s.notes, fmt.Sprintf(format, args...))
}

// Get is the tool that the model calls by that name.
func (s *Set) Get(name string) (Tool, bool) {
	i := slices.IndexFunc(s.tools, func(t Tool) bool { return t.Name == name || t.Title == name })
	if i < 0 {
		return Tool{}, false
	}
	return s.tools[i], true
}
