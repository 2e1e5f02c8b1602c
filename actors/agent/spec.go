package agent

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"curfew/actors/httpx"
)

// Bounds of the `with` block.
const (
	MaxPrompt     = 256 << 10 // bytes
	MaxModel      = 200       // bytes
	MaxIterations = 1000
)

// Spec is the job's `with` block.
type Spec struct {
	// Prompt is what the model is asked. Required.
	Prompt string `json:"prompt"`
	// Model is the model's name; the backend chooses if it is empty.
	Model string `json:"model"`
	// Definition names an agent of the backend's; not yet.
	Definition string `json:"definition"`
	// MaxIterations bounds the calls of one attempt; 0 is no bound of the job's own. An attempt is one
	// call yet, so every bound is kept.
	MaxIterations int `json:"max_iterations"`
	// Provider is an endpoint that is paid for with an own key; nil: the session's backend.
	Provider *Provider `json:"provider"`
}

// Provider is an endpoint that the user has an own key for. No session token is sent there.
type Provider struct {
	// Kind is the protocol: "openai". "anthropic" is not there yet.
	Kind string `json:"kind"`
	// BaseURL is https, or http on loopback, such as "https://api.openai.com/v1".
	BaseURL string `json:"base_url"`
	// APIKeyEnv names the variable of the daemon's environment that holds the key.
	APIKeyEnv string `json:"api_key_env"`
}

// Kind is "agent".
func (Spec) Kind() string { return "agent" }

// Validate says what is wrong with the block.
func (s Spec) Validate() error {
	switch {
	case strings.TrimSpace(s.Prompt) == "":
		return errors.New("prompt is required")
	case len(s.Prompt) > MaxPrompt:
		return fmt.Errorf("prompt is longer than %d bytes", MaxPrompt)
	case len(s.Model) > MaxModel:
		return fmt.Errorf("model is longer than %d bytes", MaxModel)
	case s.Definition != "":
		return errors.New("definition: not yet; a job has a prompt")
	case s.MaxIterations < 0 || s.MaxIterations > MaxIterations:
		return fmt.Errorf("max_iterations must be 0 … %d", MaxIterations)
	case s.Provider != nil:
		return s.Provider.validate()
	default:
		return nil
	}
}

var variable = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// validate quotes nothing of what stands in api_key_env: people paste the key itself there.
func (p Provider) validate() error {
	switch {
	case p.Kind == "anthropic":
		return errors.New(`provider.kind "anthropic": not yet; use "openai"`)
	case p.Kind != "openai":
		return fmt.Errorf(`provider.kind must be "openai", not %q`, p.Kind)
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
