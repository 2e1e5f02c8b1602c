package config

import (
	"slices"

	"curfew/actors"
	"curfew/internal/config/schema"
	"curfew/messages"
	"curfew/scheduler"
)

// jobsOf is a job of one of these actor types, as an item of the list jobs.
func jobsOf(kinds *actors.Registry) schema.Named {
	job := describedJob
	job.Keys = slices.Clone(job.Keys)
	for i := range job.Keys {
		if job.Keys[i].Name == "actor" {
			job.Keys[i].Value = schema.Choice{Words: kinds.Names()}
		}
	}
	return schema.Named{Name: "job", Value: job}
}

var describedJob = schema.Object{What: "a job", Keys: []schema.Key{
	{
		Name: "name", Value: schema.Text{Pattern: messages.Name}, Required: true, Examples: []any{"morning_briefing"},
		About: "The unique name of the job: " + nameRule + ".",
	},
	{Name: "actor", Value: anyText, Required: true},
	{Name: "schedule", Value: schema.Forms{
		schema.Text{Longest: scheduler.MaxExpr},
		schema.List{Of: schema.Text{Longest: scheduler.MaxExpr}, Least: 1, Most: scheduler.MaxExprs},
		describedAfter,
	}, Required: true, Examples: []any{"0 7 * * *", "every 15m", "@daily", "at 2027-01-15 09:00", []string{"0 7 * * 1-5", "0 9 * * 0,6"}, exampleAfter}},
	{Name: "timezone", Value: anyText, Examples: []any{"Europe/Vienna", "UTC"}},
	{Name: "active_hours", Value: describedHours},
	{Name: "days", Value: schema.Words(messages.AllDays), Default: messages.DaysOr},
	{Name: "dst", Value: schema.Words(messages.AllDST), Default: messages.DSTVixie},
	{Name: "start", Value: anyText, Examples: []any{"2027-01-01", "2027-01-01T09:00:00Z"}},
	{Name: "end", Value: anyText, Examples: []any{"2027-12-31", "2027-12-31T09:00:00Z"}},
	{Name: "exclude", Value: schema.List{Of: schema.Text{Pattern: datePattern}, Most: scheduler.MaxExclude}, Examples: []any{[]string{"2027-12-25"}}},
	{Name: "splay", Value: schema.Duration{Least: minSpan, Most: scheduler.MaxSplay}, Examples: []any{"30s"}},
	{Name: "delete_after_run", Value: schema.Bool{}, Default: false},
	{Name: "runs_on", Value: describedLabels, Examples: []any{map[string]any{"gpu": true}}},
	{Name: "session", Value: anyText, Default: DefaultSession, Examples: []any{noSession}},
	{Name: "with", Value: schema.Map{Of: schema.Any{}}, About: "The actor type's own block."},
	{Name: "env", Value: variables, Examples: []any{[]any{"DATABASE_URL", map[string]string{"LANG": "C"}}}},
	{Name: "enabled", Value: schema.Bool{}, Default: true},
	{Name: "title", Value: schema.Text{Longest: maxTitle}, About: "A title for people."},
	{Name: "description", Value: schema.Text{Longest: maxDescription}, About: "A description for people."},
	{
		Name: "tags", Value: schema.List{Of: schema.Text{Blank: true, Longest: maxTitle, Pattern: `[\s\S]`}, Most: maxTags, Unique: true},
		About: "Words for people.", Examples: []any{[]string{"nightly"}},
	},
	{Name: "on_hold", Value: schema.Choice{Words: []string{"run_once", "skip", "ask", "run_all"}}, Default: messages.OnHoldRunOnce},
	{Name: "stale_after", Value: span, Examples: []any{"6h"}},
	{Name: "rerun_after_tools", Value: schema.Bool{}, Default: false},
	{Name: "on_interrupt", Value: schema.Choice{Words: []string{"rerun", "ask", "fail"}}, Default: messages.OnInterruptRerun},
	{Name: "retry", Value: describedRetry, About: "When a failed attempt is tried again."},
	{Name: "overlap", Value: schema.Choice{Words: []string{"skip", "queue_one", "queue_all", "cancel_running", "allow"}}, Default: messages.OverlapSkip},
	{Name: "max_parallel", Value: schema.Integer{Least: 1, Most: messages.MaxParallel}, Default: messages.DefaultParallel},
	{Name: "catch_up", Value: describedCatchUp},
	{Name: "timeout", Value: schema.Duration{Least: minSpan, Most: maxSpan, Or: []string{noLimit}}, Examples: []any{"10m", noLimit}},
	{Name: "history", Value: describedHistory},
	{
		Name: "session_target", Value: schema.Choice{Words: append([]string{string(messages.TargetMain)}, isolated...)},
		Default: messages.TargetIsolated,
	},
	{Name: "max_tokens_per_day", Value: schema.Integer{Least: 1, Most: maxTokens}},
	{Name: "deliver", Value: describedDeliver},
	{Name: "healthcheck", Value: schema.Forms{webURLs, describedMonitor}, Examples: []any{"https://hc.example.com/ping/1"}},
}}

// describedLabels are what a job asks of a node. A number is no value: YAML does not keep it as it is written.
var describedLabels = schema.Map{
	Names: messages.LabelName, Of: schema.Forms{schema.Text{Pattern: messages.LabelValue}, schema.Bool{}}, Most: messages.MaxLabels,
}

// describedPreset is a preset's file. Its block is checked in the jobs that have it.
var describedPreset = schema.Object{What: "a preset", Keys: []schema.Key{
	{Name: "about", Value: anyText, Required: true},
	{Name: "version", Value: anyText},
	{Name: "measured", Value: anyText},
	{Name: "needs", Value: schema.List{Of: anyText}},
	{Name: "with", Value: schema.Map{Of: schema.Any{}}, Required: true},
	{Name: "env", Value: variables},
	{Name: "timeout", Value: schema.Duration{Least: minSpan, Most: maxSpan, Or: []string{noLimit}}},
	{Name: signedInKey, Value: describedSignedIn},
}}

// isolated are the words of session_target for types that keep no conversation.
var isolated = []string{string(messages.TargetIsolated)}

// datePattern is the form of a day; whether there is such a day, the scheduler says.
const datePattern = `^[0-9]{4}-[0-9]{2}-[0-9]{2}$`

var describedHours = schema.Object{What: "active_hours", Keys: []schema.Key{
	{Name: "start", Value: schema.Text{Pattern: hourPattern}, Required: true, About: "The first minute, included.", Examples: []any{"08:00"}},
	{Name: "end", Value: schema.Text{Pattern: hourPattern}, Required: true, About: "The last minute, included.", Examples: []any{"20:00"}},
}}

var describedRetry = schema.Object{What: "retry", Keys: []schema.Key{
	{Name: "attempts", Value: schema.Integer{Least: 1, Most: maxAttempts}},
	{Name: "initial", Value: schema.Duration{Least: minSpan, Most: maxPause}, Default: "1s"},
	{Name: "factor", Value: schema.Number{Least: 1, Most: maxFactor}, Default: 2},
	{Name: "max", Value: schema.Duration{Least: minSpan, Most: maxPause}, Default: "30s"},
	{Name: "jitter", Value: schema.Number{Least: 0, Most: 1}, Default: 0.2},
	{Name: "within", Value: span, Default: "1h"},
}}

var describedCatchUp = schema.Object{What: "catch_up", Keys: []schema.Key{
	{
		Name: "policy", Value: schema.Choice{Words: []string{"one", "all", "none"}}, Default: messages.CatchUpOne,
		About: "One run for all missed slots, a run each, or none.",
	},
	{Name: "window", Value: span, Default: messages.Duration(defaultWindow).Short(), About: "Older slots are skipped."},
}}

var describedDeliver = schema.Object{What: "deliver", Keys: []schema.Key{
	{
		Name: "to", Value: schema.Forms{anyText, schema.List{Of: anyText, Least: 1, Most: messages.MaxDeliverTo, Unique: true}}, Required: true,
		About: "The name of a target, or a list of names.", Examples: []any{defaultTarget},
	},
	{Name: "best_effort", Value: schema.Bool{}, Default: false, About: "A delivery that fails is no failure of the job."},
	{
		Name: "on", Value: schema.List{Of: schema.Words([]messages.DeliverOn{messages.DeliverOnSuccess, messages.DeliverOnFailure}), Least: 1, Unique: true},
		About: "Which ends are delivered; left out, both.",
	},
	{Name: "remind", Value: span, Default: messages.Duration(defaultRemind).Short(), About: "How long further failures of a job that goes on failing are not delivered."},
}}

var describedMonitor = schema.Object{What: "healthcheck", One: [][]string{{"url_env", "url_file"}}, Keys: []schema.Key{
	{Name: "url_env", Value: variable, About: "The variable of the daemon that holds the URL of the monitor."},
	{Name: "url_file", Value: anyText, About: "The file that holds the URL of the monitor."},
}}
