package agent

import (
	"errors"
	"fmt"

	"curfew/actors/agent/model"
	"curfew/actors/env/httpx"
)

// Provider is an endpoint for which the user has an own key. No session token is sent there.
type Provider struct {
	// Kind is the protocol: "openai" or "anthropic".
	Kind string `json:"kind"`
	// BaseURL is https, or http on loopback, such as "https://api.openai.com/v1".
	BaseURL string `json:"base_url"`
	// APIKeyEnv names the variable of the daemon's environment that holds the key.
	APIKeyEnv string `json:"api_key_env"`
}

// OwnKey reports whether the job brings a key of its own.
func (s Spec) OwnKey() bool { return s.Provider != nil }

// validate does not quote api_key_env, since people paste the key itself there.
func (p Provider) validate() error {
	switch {
	case p.Kind != model.OpenAI && p.Kind != model.Anthropic:
		return fmt.Errorf(`provider.kind must be "openai" or "anthropic", not %q`, p.Kind)
	case p.BaseURL == "":
		return errors.New("provider.base_url is required")
	case !variable().MatchString(p.APIKeyEnv):
		return errors.New("provider.api_key_env must be the name of the environment variable that holds the key")
	}
	if err := httpx.CheckBackend(p.BaseURL); err != nil {
		return fmt.Errorf("provider.base_url: %w", err)
	}
	return nil
}
