// Package agent is the actor type that asks a model, lets it call tools, and asks again until there is an answer: at
// the session's backend or with an own key, within the caps of the job. It is gated: a refusal of the session's token
// is an [actors.SessionExpired], and no agent starts until someone has signed in. It never retries an attempt by
// itself.
package agent

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"curfew/actors"
	"curfew/actors/agent/model"
	"curfew/actors/agent/tools"
	"curfew/actors/env/httpx"
	"curfew/actors/env/secrets"
	"curfew/actors/env/tokens"
)

type agent struct {
	actors.Gated[Spec]
	env actors.Env
}

var (
	_ actors.Actor[Spec] = (*agent)(nil)
	_ actors.KeyOwner    = Spec{}
	_ actors.DirUser     = Spec{}
	_ actors.TimeKeeper  = Spec{}
)

// New makes the actor of one attempt.
func New(env actors.Env) actors.Actor[Spec] { return &agent{env: env} }

// Traits are those of a gated type, with definitions in the folder agents.
func (a *agent) Traits() actors.Traits {
	return actors.Traits{Gated: true, Definitions: "agents", Threads: true}
}

// Run holds the conversation. The output is the last answer. An answer without text and tool calls is a failure.
// Reaching a cap is a permanent failure that names it. Usage and trace are returned with failures, too.
//
// A refusal of the session's backend is judged by the session's rules, also in the middle of an answer. A provider's
// 401 on the user's own key is an ordinary failure: a sign-in would not help, and it says nothing about the session.
// The same is true of everything that an MCP server refuses.
func (a *agent) Run(ctx context.Context, run actors.Run[Spec]) (actors.Output, error) {
	to, err := a.endpoint(run.Spec)
	if err != nil {
		return actors.Output{}, err
	}
	ctx, cancel := within(ctx, run.Spec.Budgets.wallClock())
	defer cancel()
	set, err := a.open(ctx, run, to)
	if err != nil {
		return actors.Output{}, to.outcome(ctx, err)
	}
	defer set.Close()
	for _, note := range set.Notes() {
		a.env.Log.Warn(to.redact(note))
	}
	c := newConversation(run, to, set, a.env.Thread)
	text, err := c.hold(ctx)
	c.noteUncounted()
	out := actors.Output{Text: to.redact(text), Usage: c.usage, Trace: c.trace.steps}
	if err != nil {
		return out, to.outcome(ctx, err)
	}
	out.Said = &actors.Turn{Asked: to.redact(c.prompt), Answered: out.Text}
	return out, nil
}

// endpoint is the model that an attempt asks, and the secrets that it uses.
type endpoint struct {
	model   model.Model
	own     bool           // paid for with an own key
	session actors.Session // whose token is sent; nil with an own key
	secrets []string       // own keys, of the provider and of servers
	hide    func(string) string
}

// String shows none of the secrets.
func (e *endpoint) String() string { return "agent: an endpoint" }

// GoString is String: %#v would show the keys.
func (e *endpoint) GoString() string { return e.String() }

// redact removes the attempt's secrets from a text. The host does so again, but by then a text may have been cut.
func (e *endpoint) redact(s string) string { return e.hide(secrets.Redact(s, e.secrets...)) }

func (a *agent) endpoint(s Spec) (*endpoint, error) {
	e := &endpoint{hide: a.env.Redact}
	protocol, to := model.OpenAI, model.Endpoint{Redact: e.redact, NoStreamOptions: s.StreamOptions != nil && !*s.StreamOptions}
	switch {
	case s.Provider != nil:
		key, err := variableOf(s.Provider.APIKeyEnv, "provider.api_key_env")
		if err != nil {
			return nil, err
		}
		e.own, e.secrets = true, []string{key}
		client := *a.env.HTTP
		client.Transport = httpx.Status(client.Transport, key)
		protocol, to.Base, to.Client, to.Key = s.Provider.Kind, s.Provider.BaseURL, &client, key
	case a.env.Session == nil || a.env.Session.Backend() == "":
		return nil, actors.Permanent(errors.New(
			"agent: the job's session has no backend; give it one in the job file, or give the job a provider"))
	default:
		e.session = a.env.Session
		to.Base, to.Client = a.env.Session.Backend(), a.env.Session.Client()
	}
	var err error
	e.model, err = model.New(protocol, to)
	return e, err
}

// variableOf is the secret in a variable of the daemon's environment. A text that is clearly not one is not sent.
func variableOf(name, member string) (string, error) {
	value := strings.TrimSpace(os.Getenv(name))
	if value == "" {
		return "", actors.Permanent(fmt.Errorf("agent: the variable %s, which %s names, is not set in the daemon's environment", name, member))
	}
	if err := tokens.Check(value); err != nil {
		return "", actors.Permanent(fmt.Errorf("agent: the variable %s, which %s names: %w", name, member, err))
	}
	return value, nil
}

// open connects to the job's MCP servers.
func (a *agent) open(ctx context.Context, run actors.Run[Spec], to *endpoint) (*tools.Set, error) {
	c := tools.Config{
		Allow: run.Spec.Tools, Exec: a.env.Exec, HTTP: a.env.HTTP,
		Process: actors.Command{Dir: run.Spec.Dir}, Redact: to.redact,
		Stray: func(server, line string) {
			a.env.Log.Warn("MCP server " + server + " wrote a line on its standard output that is not a message: " + line)
		},
	}
	for _, name := range sorted(run.Spec.MCP) {
		s := run.Spec.MCP[name]
		server := tools.Server{Name: name, Command: s.Command, URL: s.URL, TokenIn: s.BearerEnv, Optional: s.Optional}
		if s.BearerEnv != "" {
			var err error
			if server.Token, err = variableOf(s.BearerEnv, "mcp."+name+".bearer_env"); err != nil {
				return nil, err
			}
			to.secrets = append(to.secrets, server.Token)
		}
		c.Servers = append(c.Servers, server)
	}
	return tools.Open(ctx, c)
}

// sorted are the names of servers in a fixed order.
func sorted(servers map[string]Server) []string { return slices.Sorted(maps.Keys(servers)) }
