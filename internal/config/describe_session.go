package config

import (
	"curfew/internal/config/schema"
	"curfew/messages"
)

var describedSession = schema.Object{
	What: "a session", Most1: [][]string{{"token_file", "token_env", "token_credential"}},
	Keys: []schema.Key{
		{Name: "backend", Value: webURLs, Examples: []any{"https://api.example.com/v1"}},
		{Name: "sign_in", Value: webURLs, Examples: []any{"https://app.example.com/login"}},
		{Name: "lane", Value: schema.Integer{Least: 1, Most: maxLane}},
		{Name: "expired_when", Value: describedRefusals("an answer in expired_when"), Needs: backendNeeded, Default: []any{schema.Node{"status": 401}}},
		{Name: "quota_when", Value: describedRefusals("an answer in quota_when"), Needs: backendNeeded},
		{Name: "probe", Value: schema.Text{Pattern: probePattern}, Needs: backendNeeded, Examples: []any{"/models"}},
		{Name: "refresh", Value: describedRefresh, Needs: backendNeeded},
		{Name: "token_file", Value: anyText, Needs: backendNeeded},
		{Name: "token_env", Value: variable, Needs: backendNeeded},
		{Name: "token_credential", Value: schema.Text{Pattern: credentialPattern, Longest: maxCredential}, Needs: backendNeeded},
		{Name: signedInKey, Value: schema.Forms{
			schema.Choice{Words: []string{noSession}}, describedSignedIn,
		}, Without: backendNeeded},
	},
}

var backendNeeded = []string{"backend"}

// probePattern is a path below the backend, and credentialPattern the name of a systemd credential.
const (
	probePattern      = `^/([^/ #\\][^ #\\]*)?$`
	credentialPattern = `^[A-Za-z0-9_.-]*[A-Za-z0-9_-][A-Za-z0-9_.-]*$`
)

func describedRefusals(what string) schema.List {
	return schema.List{Least: 1, Most: maxRefusals, Of: schema.Object{What: what, Keys: []schema.Key{
		{
			Name: "status", Value: schema.Integer{Least: 400, Most: 599}, About: "The status of the answer.",
			Required: true, Unless: []string{"code", "body"},
		},
		{Name: "code", Value: schema.Forms{anyText, schema.Integer{}}, About: "An error code in its JSON body.", Examples: []any{"token_expired"}},
		{Name: "body", Value: schema.Text{Longest: maxPattern}, About: "A pattern (RE2) over its first 4 KiB.", Examples: []any{"(?i)session expired"}},
	}}}
}

var describedRefresh = schema.Object{What: "refresh", One: [][]string{{"command", "oauth2"}}, Keys: []schema.Key{
	{Name: "command", Value: commands, About: "A command that prints a new token, or JSON with access_token.", Examples: []any{[]string{"./mint-token"}}},
	{Name: "env", Value: variables, Needs: []string{"command"}, About: "Variables of the command, as those of jobs."},
	{Name: "oauth2", Value: describedOAuth2, About: "The refresh-token flow (RFC 6749 §6)."},
}}

var describedOAuth2 = schema.Object{What: "oauth2", One: [][]string{{"refresh_token_env", "refresh_token_file"}}, Keys: []schema.Key{
	{
		Name: "token_url", Value: webURLs, Required: true, About: "Where tokens are asked for: https, or http on loopback.",
		Examples: []any{"https://auth.example.com/token"},
	},
	{Name: "client_id", Value: anyText, Required: true, About: "The client that Curfew is."},
	{Name: "client_secret_env", Value: variable, About: "The variable of the daemon that holds the client's secret; without it the client is public."},
	{Name: "refresh_token_env", Value: variable, About: "The variable of the daemon that holds the first refresh token."},
	{Name: "refresh_token_file", Value: anyText, About: "The file that holds the first refresh token; newer ones are kept beside the tokens."},
	{Name: "scopes", Value: schema.List{Of: schema.Text{Blank: true}, Most: maxScopes}, About: "What is asked for; left out, what the refresh token has."},
	{Name: "auth", Value: schema.Choice{Words: []string{authHeader, AuthBody}}, About: "Where client and secret are sent."},
}}

var describedSignedIn = schema.Object{What: signedInKey, One: [][]string{{"file", "command"}}, Keys: []schema.Key{
	{
		Name: "file", Value: schema.Forms{anyText, schema.List{Of: anyText, Least: 1, Most: maxSignInFiles}},
		About: "A file that holds the sign-in, or a list of them.", Examples: []any{"~/.tool/auth.json"},
	},
	{Name: "command", Value: commands, About: "A command whose exit status 0 means that somebody is signed in.", Examples: []any{"tool status"}},
	{Name: "env", Value: variables, Needs: []string{"command"}, About: "Variables of the command, as those of jobs."},
	{
		Name: "every", Value: schema.Duration{Least: minSignInEvery, Most: maxSignInEvery}, About: "How often it looks while the gate is closed.",
		Default: messages.Duration(signInEvery).Short(),
	},
}}
