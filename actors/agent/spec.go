package agent

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"time"

	"curfew/actors"
)

// Bounds of the `with` block.
const (
	MaxPrompt       = 256 << 10 // bytes of the prompt, and of the system prompt
	MaxModel        = 200       // bytes
	MaxIterations   = 1000
	MaxTokens       = 1_000_000_000
	maxAnswerTokens = 10_000_000
	maxToolOutput   = 64 << 20 // bytes
	maxServers      = 16
	maxAllowed      = 128 // entries of tools
	maxArgument     = 4 << 10
	maxArguments    = 64
)

// Defaults of the caps of one attempt. The wall clock has no default: the job's timeout bounds it.
const (
	defaultIterations = 25
	defaultTokens     = 1_000_000
	defaultToolOutput = 1 << 20 // bytes
)

// Spec is the job's `with` block. Members that it lacks are filled in from its definition when the job file is read: a
// Markdown file beside the job file, whose front matter are members of the block and whose text is System.
type Spec struct {
	// Prompt is what the model is asked. Without a prompt the model is asked System. One of the two is required.
	Prompt string `json:"prompt"`
	// System is the system prompt: who the agent is, and how it works.
	System string `json:"system"`
	// Model is the model's name; the backend chooses if it is empty.
	Model string `json:"model"`
	// Definition is the name of the definition that was filled in.
	Definition string `json:"definition"`
	// MCP are servers with tools, by name.
	MCP map[string]Server `json:"mcp"`
	// Tools are those that the model may call: "server.tool", or "server.*" for all of a server.
	Tools []string `json:"tools"`
	// MaxIterations bounds the calls of the model in one attempt; 0: 25.
	MaxIterations int `json:"max_iterations"`
	// MaxTokens bounds one answer of the model; 0: the endpoint's bound, and with Anthropic's protocol, which
	// needs one, 32,000 (of an older model 4,096). An answer that reaches it is cut off, and the run fails.
	MaxTokens int `json:"max_tokens"`
	// StreamOptions asks endpoints of OpenAI's protocol for the usage; nil: true. An endpoint that refuses the member is
	// asked again without it.
	StreamOptions *bool `json:"stream_options"`
	// Budgets are the other bounds of one attempt.
	Budgets Budgets `json:"budgets"`
	// Provider is an endpoint used with an own key; nil: the session's backend.
	Provider *Provider `json:"provider"`
	// Dir is the working directory of servers' processes. In a job file the default is the file's folder.
	Dir string `json:"dir"`
}

// Budgets bound what one attempt may use. Going over one is a permanent failure that names it.
type Budgets struct {
	// Tokens bounds the tokens of all calls together, in and out; 0: 1,000,000. A call that goes over it is the
	// last.
	Tokens int `json:"tokens"`
	// WallClock bounds the time of the attempt; nil: the job's timeout is the bound.
	WallClock *actors.Duration `json:"wall_clock"`
	// ToolOutput bounds the answers of all tools together, in bytes; 0: 1 MiB.
	ToolOutput int `json:"tool_output"`
}

// Kind is "agent".
func (Spec) Kind() string { return "agent" }

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
		return fmt.Errorf("max_iterations must be 0 to %d", MaxIterations)
	case s.MaxTokens < 0 || s.MaxTokens > maxAnswerTokens:
		return fmt.Errorf("max_tokens must be 0 to %d", maxAnswerTokens)
	}
	if err := errors.Join(s.Budgets.validate(), s.checkTools()); err != nil {
		return first(err)
	}
	if s.Provider != nil {
		return s.Provider.validate()
	}
	return nil
}

// first is the first of joined errors: a block reports one error at a time.
func first(err error) error {
	if j, ok := err.(interface{ Unwrap() []error }); ok {
		return j.Unwrap()[0]
	}
	return err
}

func (b Budgets) validate() error {
	switch {
	case b.Tokens < 0 || b.Tokens > MaxTokens:
		return fmt.Errorf("budgets.tokens must be 0 to %d", MaxTokens)
	case b.ToolOutput < 0 || b.ToolOutput > maxToolOutput:
		return fmt.Errorf("budgets.tool_output must be 0 to %d bytes", maxToolOutput)
	case b.WallClock != nil && *b.WallClock <= 0:
		return fmt.Errorf("budgets.wall_clock must be more than 0, not %s", b.WallClock)
	default:
		return nil
	}
}

// wallClock is 0 if the job's timeout is the only bound.
func (b Budgets) wallClock() time.Duration {
	if b.WallClock == nil {
		return 0
	}
	return b.WallClock.D()
}

// KeepsTime reports whether the budgets end an attempt.
func (s Spec) KeepsTime() bool { return s.Budgets.WallClock != nil }

// caps are the budgets and max_iterations with the defaults filled in.
func (s Spec) caps() (iterations, tokens, toolOutput int) {
	return cmp.Or(s.MaxIterations, defaultIterations), cmp.Or(s.Budgets.Tokens, defaultTokens), cmp.Or(s.Budgets.ToolOutput, defaultToolOutput)
}
