// Package agent is the actor type that asks a model: one chat completion, against the session's backend or
// with an own key. It is gated: when the backend refuses the session's token it says so by type, and no
// agent is let in until somebody has signed in. It calls no tools, and it never retries by itself.
package agent

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"

	openai "github.com/sashabaranov/go-openai"

	"curfew/actors"
	"curfew/actors/httpx"
)

type agent struct {
	actors.Gated[Spec]
	env actors.Env
}

var _ actors.Actor[Spec] = (*agent)(nil)

// New makes the actor of one attempt.
func New(env actors.Env) actors.Actor[Spec] { return &agent{env: env} }

// Run asks the model once; the output is its answer. An answer without text is a failure.
//
// A 401 of the session's own backend is [actors.SessionExpired]. A provider's 401 on the user's own key is
// an ordinary failure: no sign-in mends it, and it says nothing about the session.
func (a *agent) Run(ctx context.Context, run actors.Run[Spec]) (actors.Output, error) {
	to, err := a.endpoint(run.Spec)
	if err != nil {
		return actors.Output{}, err
	}
	text, err := to.ask(ctx, run.Spec)
	if err != nil {
		return actors.Output{}, to.outcome(ctx, err)
	}
	return actors.Output{Text: text}, nil
}

// endpoint is whom an attempt asks.
type endpoint struct {
	base   string
	client *http.Client
	key    string // an own key; empty for the session's backend, whose client carries the token
	own    bool   // paid for with an own key

	session actors.Session // whose token is sent; nil with an own key
}

// String names the endpoint without its key.
func (e endpoint) String() string { return "agent: " + e.base }

// GoString is String: %#v would show the key.
func (e endpoint) GoString() string { return e.String() }

func (a *agent) endpoint(s Spec) (endpoint, error) {
	if s.Provider != nil {
		return a.provider(*s.Provider)
	}
	if a.env.Session == nil || a.env.Session.Backend() == "" {
		return endpoint{}, actors.Permanent(errors.New(
			"agent: the job's session has no backend; give it one in the job file, or give the job a provider"))
	}
	return endpoint{base: a.env.Session.Backend(), client: a.env.Session.Client(), session: a.env.Session}, nil
}

func (a *agent) provider(p Provider) (endpoint, error) {
	key, ok := os.LookupEnv(p.APIKeyEnv)
	key = strings.TrimSpace(key)
	if !ok || key == "" {
		return endpoint{}, actors.Permanent(fmt.Errorf(
			"agent: the variable %s, which provider.api_key_env names, is not set in the daemon's environment", p.APIKeyEnv))
	}
	client := *a.env.HTTP
	client.Transport = httpx.Status(client.Transport, key)
	return endpoint{base: p.BaseURL, client: &client, key: key, own: true}, nil
}

// ask makes the call. Keys are taken out of the answer: it is kept, and shown to people.
func (e endpoint) ask(ctx context.Context, s Spec) (string, error) {
	config := openai.DefaultConfig(e.key)
	config.BaseURL = e.base
	config.HTTPClient = bounded{e.client}
	resp, err := openai.NewClientWithConfig(config).CreateChatCompletion(ctx, openai.ChatCompletionRequest{
		Model:    s.Model,
		Messages: []openai.ChatCompletionMessage{{Role: openai.ChatMessageRoleUser, Content: s.Prompt}},
	})
	if err != nil {
		return "", err
	}
	if len(resp.Choices) == 0 {
		return "", errors.New("the answer has no choices")
	}
	first := resp.Choices[0]
	if strings.TrimSpace(first.Message.Content) == "" {
		return "", fmt.Errorf("the answer is empty (finish_reason %.40q)", first.FinishReason)
	}
	return httpx.Redact(first.Message.Content, e.key), nil
}
