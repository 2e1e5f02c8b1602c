package agent

import (
	"curfew/actors"
	"curfew/actors/agent/model"
)

var _ actors.Describer = Spec{}

// Members says what a job file may have in the block.
func (Spec) Members() map[string]actors.Member {
	return map[string]actors.Member{
		"prompt":               {Required: true, Unless: []string{"system", "definition"}, Most: MaxPrompt, Examples: []any{"Prepare my day."}},
		"system":               {Pattern: actors.NotBlank, Most: MaxPrompt},
		"model":                {Most: MaxModel},
		"mcp":                  {Pattern: serverPattern, Most: maxServers, Needs: []string{"tools"}},
		"mcp.*.command":        {About: "A program and its arguments; no shell.", Required: true, Unless: []string{"url"}, Least: 1, Most: maxArguments},
		"mcp.*.command.*":      {Most: maxArgument},
		"mcp.*.url":            {About: "A server over streamable HTTP.", Pattern: urlPattern, Examples: []any{"https://mcp.example.com/mcp"}},
		"mcp.*.bearer_env":     {About: "The variable of the daemon that holds the token for the URL.", Pattern: actors.VariableName, Needs: []string{"url"}},
		"mcp.*.optional":       {About: "The agent works without the server when it cannot be reached.", Default: false},
		"tools":                {Most: maxAllowed, Examples: []any{[]string{"mail.*"}}},
		"tools.*":              {Pattern: allowedPattern},
		"max_iterations":       {Most: MaxIterations, Default: defaultIterations},
		"max_tokens":           {Most: maxAnswerTokens},
		"stream_options":       {Default: true},
		"budgets.tokens":       {About: "Tokens of all calls together, in and out.", Most: MaxTokens, Default: defaultTokens},
		"budgets.wall_clock":   {About: "How long an attempt may take; left out, the job's timeout is the bound."},
		"budgets.tool_output":  {About: "Bytes of the answers of all tools together.", Most: maxToolOutput, Default: defaultToolOutput},
		"provider.kind":        {About: "The protocol of the endpoint.", Required: true, Words: []string{model.OpenAI, model.Anthropic}},
		"provider.base_url":    {About: "The endpoint: https, or http on loopback.", Required: true, Pattern: actors.WebURL, Examples: []any{"https://api.openai.com/v1"}},
		"provider.api_key_env": {About: "The variable of the daemon that holds the key.", Required: true, Pattern: actors.VariableName, Examples: []any{"OPENAI_API_KEY"}},
	}
}
