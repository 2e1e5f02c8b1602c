package config

import (
	"curfew/internal/config/schema"
	"curfew/messages"
)

var describedRelease = schema.Object{What: "release", Keys: []schema.Key{
	{Name: "canary_wait", Value: schema.Duration{Least: minSpan, Most: maxCanaryWait}, Default: messages.Duration(defaultCanaryWait).Short()},
	{Name: "rate", Value: schema.Text{Pattern: ratePattern}, Default: "10/s", Examples: []any{"30/m"}},
}}

var describedTarget = schema.Object{
	What: "a target", One: [][]string{{"webhook", "webhook_env", "webhook_file", "url", "url_env", "url_file", "file"}},
	Keys: []schema.Key{
		{Name: "webhook", Value: webURLs, About: "A URL to which messages are posted as JSON.", Examples: []any{"https://hooks.example.com/curfew"}},
		{Name: "webhook_env", Value: variable, About: "The variable of the daemon that holds the URL of a webhook."},
		{Name: "webhook_file", Value: anyText, About: "The file that holds the URL of a webhook."},
		{
			Name: "url", Value: schema.Text{Pattern: `^[A-Za-z][A-Za-z0-9+.-]*:`}, About: "A chat, phone or mail service, as a URL of shoutrrr.",
			Examples: []any{"ntfy://ntfy.sh/topic"},
		},
		{Name: "url_env", Value: variable, About: "The variable of the daemon that holds the URL of a service."},
		{Name: "url_file", Value: anyText, About: "The file that holds the URL of a service."},
		{Name: "file", Value: anyText, About: "A file to which messages are appended, a line of JSON each.", Examples: []any{"deliveries.jsonl"}},
	},
}

var describedSentry = schema.Object{What: "sentry", Keys: []schema.Key{
	{Name: "dsn_env", Value: variable, About: "The variable of the daemon that holds the DSN.", Default: defaultDSNEnv},
	{Name: "environment", Value: anyText, About: "The environment that reports name.", Default: "production"},
}}

var describedHistory = schema.Object{What: "history", Keys: []schema.Key{
	{
		Name: "runs", Value: schema.Integer{Least: 1, Most: maxHistoryRuns}, About: "How many finished runs of a job are remembered.",
		Default: messages.DefaultHistoryRuns,
	},
	{
		Name: "age", Value: schema.Duration{Least: minSpan, Most: maxSpan, Days: true}, About: "How long after its end a run is remembered.",
		Default: "90d",
	},
}}

var describedJournal = schema.Object{What: "journal", Keys: []schema.Key{
	{Name: "keep", Value: schema.Duration{
		Least: minKeep, Most: maxSpan, Days: true, Why: ", so that yesterday's slots can still be explained",
	}, About: "How old records may become.", Default: "30d"},
	{Name: "max", Value: schema.Size{Least: minMax}, About: "How much the records may be together.", Default: "2GiB"},
}}
