package agent

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"curfew/actors"
	"curfew/actors/env/httpx"
	"curfew/messages/text"
)

// A Server speaks the Model Context Protocol: a command on its standard input and output, or a URL.
type Server struct {
	// Command is a program and its arguments; no shell.
	Command []string `json:"command"`
	// URL is of streamable HTTP.
	URL string `json:"url"`
	// BearerEnv names the variable of the daemon's environment that holds the token for the URL.
	BearerEnv string `json:"bearer_env"`
	// Optional lets the agent work without its tools when it cannot be reached.
	Optional bool `json:"optional"`
}

const (
	urlPattern     = `^https?://[^/?#]` // how the URL of a server begins
	serverPattern  = `^[a-z0-9][a-z0-9_-]{0,30}$`
	allowedPattern = `^[a-z0-9][a-z0-9_-]{0,30}\.(\*|[A-Za-z0-9_./-]{1,128})$`
)

var (
	variable   = text.Pattern(actors.VariableName)
	serverName = text.Pattern(serverPattern)
	allowed    = text.Pattern(allowedPattern)
)

// UsesDir reports whether the job has servers: their processes run in the folder.
func (s Spec) UsesDir() bool { return s.MCP != nil }

func (s Spec) checkTools() error {
	switch {
	case len(s.MCP) > maxServers:
		return fmt.Errorf("mcp has more than %d servers", maxServers)
	case len(s.Tools) > maxAllowed:
		return fmt.Errorf("tools has more than %d entries", maxAllowed)
	case s.MCP != nil && len(s.Tools) == 0:
		return errors.New(`mcp: list under tools what may be called, such as "mail.search" or "mail.*"`)
	}
	for _, name := range sorted(s.MCP) {
		if !serverName().MatchString(name) {
			return fmt.Errorf("mcp.%s: a server's name must be 1 to 31 of a-z, 0-9, _ and -", name)
		}
		if err := s.MCP[name].validate(); err != nil {
			return fmt.Errorf("mcp.%s.%w", name, err)
		}
		if !slices.ContainsFunc(s.Tools, func(t string) bool { return strings.HasPrefix(t, name+".") }) {
			return fmt.Errorf("mcp.%s: none of its tools is listed under tools", name)
		}
	}
	for _, t := range s.Tools {
		server, _, _ := strings.Cut(t, ".")
		if !allowed().MatchString(t) {
			return fmt.Errorf(`tools: %.80q must be "server.tool" or "server.*"`, t)
		}
		if _, there := s.MCP[server]; !there {
			return fmt.Errorf("tools: %.80q names a server that is not under mcp", t)
		}
	}
	return nil
}

// validate says what is wrong with the server. Its errors begin with the member.
func (s Server) validate() error {
	switch {
	case (len(s.Command) > 0) == (s.URL != ""):
		return errors.New("command: give either command or url, and not both")
	case s.BearerEnv != "" && s.URL == "":
		return errors.New("bearer_env needs a url")
	case s.BearerEnv != "" && !variable().MatchString(s.BearerEnv):
		return errors.New("bearer_env must be the name of the environment variable that holds the token")
	case len(s.Command) > maxArguments:
		return fmt.Errorf("command has more than %d arguments", maxArguments)
	case s.URL != "":
		return s.checkURL()
	}
	for i, arg := range s.Command {
		if i == 0 && strings.TrimSpace(arg) == "" {
			return errors.New("command must begin with a program")
		}
		if len(arg) > maxArgument || strings.ContainsRune(arg, 0) {
			return fmt.Errorf("command: argument %d must be a text of at most %d bytes", i, maxArgument)
		}
	}
	return nil
}

// checkURL checks a URL. With a token the same rules hold as for a backend.
func (s Server) checkURL() error {
	if err := httpx.CheckBackend(s.URL); err != nil && s.BearerEnv != "" {
		return fmt.Errorf("url: %w", err)
	}
	if bare := httpx.Bare(s.URL); bare != s.URL || !strings.HasPrefix(bare, "http") {
		return errors.New("url must be an http or https URL without user, query and fragment")
	}
	return nil
}
