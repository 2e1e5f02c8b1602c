package agent

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"curfew/actors/agent/model"
	"curfew/actors/env/httpx"
)

// Bounds of the `with` block.
const (
	MaxPrompt       = 256 << 10 // bytes, of the prompt and of the system prompt, each
	MaxModel        = 200       // bytes
	MaxIterations   = 1000
	MaxTokens       = 1_000_000_000
	MaxAnswerTokens = 10_000_000
	MaxToolOutput   = 64 << 20 // bytes
	MaxServers      = 16
	MaxAllowed      = 128 // entries of tools
	MaxArgument     = 4 << 10
	MaxArguments    = 64
)

// Defaults of the caps of one attempt. The wall clock has none of its own: the job's timeout bounds it.
const (
	DefaultIterations = 25
	DefaultTokens     = 1_000_000
	DefaultToolOutput = 1 << 20 // bytes
)

// Spec is the job's `with` block. What a definition has, and the block has not, is filled in when the job
// file is read: Markdown beside the job file, whose front matter are members of the block, and whose text
// is System.
type Spec struct {
	// Prompt is what the model is asked; without one, System is. One of the two is required.
	Prompt string `json:"prompt"`
	// System is the system prompt: who the agent is, and how it is to work.
	System string `json:"system"`
	// Model is the model's name; the backend chooses if it is empty.
	Model string `json:"model"`
	// Definition is the name of the definition that was filled in.
	Definition string `json:"definition"`
	// MCP are servers with tools, by name.
	MCP map[string]Server `json:"mcp"`
	// Tools are those that the model may call: "server.tool", or "server.*" for all of a server.
	Tools []string `json:"tools"`
	// MaxIterations bounds the calls of the model in one attempt; 0: [DefaultIterations].
	MaxIterations int `json:"max_iterations"`
	// MaxTokens bounds one answer of the model; 0: as the endpoint has it, and [model.DefaultMaxTokens] at
	// Anthropic's protocol, which must be told. An answer that reaches it is cut off, and the run fails.
	MaxTokens int `json:"max_tokens"`
	// StreamOptions asks endpoints of OpenAI's protocol for the usage; nil: true. One that refuses the member by
	// name is asked without it in any case.
	StreamOptions *bool `json:"stream_options"`
	// Budgets are the other bounds of one attempt.
	Budgets Budgets `json:"budgets"`
	// Provider is an endpoint that is paid for with an own key; nil: the session's backend.
	Provider *Provider `json:"provider"`
	// Dir is the working directory of servers' processes. A job file fills in its own folder.
	Dir string `json:"dir"`
}

// Budgets bound what one attempt may use. What is over one is a permanent failure that names it.
type Budgets struct {
	// Tokens bounds those of all calls together, in and out; 0: [DefaultTokens]. A call that goes over it is
	// the last.
	Tokens int `json:"tokens"`
	// WallClock is a Go duration; empty: the job's timeout is the bound.
	WallClock string `json:"wall_clock"`
	// ToolOutput bounds what all tools answer, in bytes; 0: [DefaultToolOutput].
	ToolOutput int `json:"tool_output"`
}

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

// Provider is an endpoint that the user has an own key for. No session token is sent there.
type Provider struct {
	// Kind is the protocol: "openai" or "anthropic".
	Kind string `json:"kind"`
	// BaseURL is https, or http on loopback, such as "https://api.openai.com/v1".
	BaseURL string `json:"base_url"`
	// APIKeyEnv names the variable of the daemon's environment that holds the key.
	APIKeyEnv string `json:"api_key_env"`
}

// Kind is "agent".
func (Spec) Kind() string { return "agent" }

// OwnKey reports whether the job brings a key of its own.
func (s Spec) OwnKey() bool { return s.Provider != nil }

// Validate says what is wrong with the block.
func (s Spec) Validate() error {
	switch {
	case strings.TrimSpace(s.Prompt) == "" && strings.TrimSpace(s.System) == "":
		return errors.New("prompt is required")
	case len(s.Prompt) > MaxPrompt:
		return fmt.Errorf("prompt is longer than %d bytes", MaxPrompt)
	case len(s.System) > MaxPrompt:
		return fmt.Errorf("system is longer than %d bytes", MaxPrompt)
	case len(s.Model) > MaxModel:
		return fmt.Errorf("model is longer than %d bytes", MaxModel)
	case s.MaxIterations < 0 || s.MaxIterations > MaxIterations:
		return fmt.Errorf("max_iterations must be 0 … %d", MaxIterations)
	case s.MaxTokens < 0 || s.MaxTokens > MaxAnswerTokens:
		return fmt.Errorf("max_tokens must be 0 … %d", MaxAnswerTokens)
	}
	if err := errors.Join(s.Budgets.validate(), s.checkTools()); err != nil {
		return first(err)
	}
	if s.Provider != nil {
		return s.Provider.validate()
	}
	return nil
}

// first is the first of joined errors: a block has one place to complain at a time.
func first(err error) error {
	if j, ok := err.(interface{ Unwrap() []error }); ok {
		return j.Unwrap()[0]
	}
	return err
}

func (b Budgets) validate() error {
	wall, err := b.wallClock()
	switch {
	case b.Tokens < 0 || b.Tokens > MaxTokens:
		return fmt.Errorf("budgets.tokens must be 0 … %d", MaxTokens)
	case b.ToolOutput < 0 || b.ToolOutput > MaxToolOutput:
		return fmt.Errorf("budgets.tool_output must be 0 … %d bytes", MaxToolOutput)
	case err != nil, b.WallClock != "" && wall <= 0:
		return errors.New(`budgets.wall_clock must be a duration such as "90s" or "10m"`)
	default:
		return nil
	}
}

// wallClock is 0 if the job's timeout is the only bound.
func (b Budgets) wallClock() (time.Duration, error) {
	if b.WallClock == "" {
		return 0, nil
	}
	return time.ParseDuration(b.WallClock)
}

// caps are the budgets and max_iterations with the defaults filled in.
func (s Spec) caps() (iterations, tokens, toolOutput int) {
	return cmp.Or(s.MaxIterations, DefaultIterations), cmp.Or(s.Budgets.Tokens, DefaultTokens), cmp.Or(s.Budgets.ToolOutput, DefaultToolOutput)
}

var (
	variable   = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
	serverName = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,30}$`)
	allowed    = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,30}\.(\*|[A-Za-z0-9_./-]{1,128})$`)
)

func (s Spec) checkTools() error {
	switch {
	case len(s.MCP) > MaxServers:
		return fmt.Errorf("mcp has more than %d servers", MaxServers)
	case len(s.Tools) > MaxAllowed:
		return fmt.Errorf("tools has more than %d entries", MaxAllowed)
	case len(s.MCP) > 0 && len(s.Tools) == 0:
		return errors.New(`mcp: say under tools what may be called, such as "mail.search" or "mail.*"`)
	}
	for _, name := range sorted(s.MCP) {
		if !serverName.MatchString(name) {
			return fmt.Errorf("mcp.%s: a server's name is 1 to 31 of a-z, 0-9, _ and -", name)
		}
		if err := s.MCP[name].validate(); err != nil {
			return fmt.Errorf("mcp.%s.%w", name, err)
		}
		if !slices.ContainsFunc(s.Tools, func(t string) bool { return strings.HasPrefix(t, name+".") }) {
			return fmt.Errorf("mcp.%s: none of its tools stands under tools", name)
		}
	}
	for _, t := range s.Tools {
		server, _, _ := strings.Cut(t, ".")
		if !allowed.MatchString(t) {
			return fmt.Errorf(`tools: %.80q must be "server.tool" or "server.*"`, t)
		}
		if _, there := s.MCP[server]; !there {
			return fmt.Errorf("tools: %.80q is of no server under mcp", t)
		}
	}
	return nil
}

// validate begins with the member that is wrong.
func (s Server) validate() error {
	switch {
	case (len(s.Command) > 0) == (s.URL != ""):
		return errors.New("command: a server has either a command or a url")
	case s.BearerEnv != "" && s.URL == "":
		return errors.New("bearer_env is for a url")
	case s.BearerEnv != "" && !variable.MatchString(s.BearerEnv):
		return errors.New("bearer_env must be the name of the environment variable that holds the token")
	case len(s.Command) > MaxArguments:
		return fmt.Errorf("command has more than %d arguments", MaxArguments)
	case s.URL != "":
		return s.checkURL()
	}
	for i, arg := range s.Command {
		if len(arg) > MaxArgument || strings.ContainsRune(arg, 0) || i == 0 && strings.TrimSpace(arg) == "" {
			return fmt.Errorf("command: argument %d must be a text of at most %d bytes", i, MaxArgument)
		}
	}
	return nil
}

// checkURL holds a URL with a token to the same rules as a backend.
func (s Server) checkURL() error {
	if err := httpx.CheckBackend(s.URL); err != nil && s.BearerEnv != "" {
		return fmt.Errorf("url: %w", err)
	}
	if bare := httpx.Bare(s.URL); bare != s.URL || !strings.HasPrefix(bare, "http") {
		return errors.New("url must be an http or https URL without user, query and fragment")
	}
	return nil
}

// validate quotes nothing of what stands in api_key_env: people paste the key itself there.
func (p Provider) validate() error {
	switch {
	case p.Kind != model.OpenAI && p.Kind != model.Anthropic:
		return fmt.Errorf(`provider.kind must be "openai" or "anthropic", not %q`, p.Kind)
	case p.BaseURL == "":
		return errors.New("provider.base_url is required")
	case !variable.MatchString(p.APIKeyEnv):
		return errors.New("provider.api_key_env must be the name of the environment variable that holds the key")
	}
	if err := httpx.CheckBackend(p.BaseURL); err != nil {
		return fmt.Errorf("provider.base_url: %w", err)
	}
	return nil
}
