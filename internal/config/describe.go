package config

import (
	"curfew/actors"
	"curfew/internal/config/schema"
	"curfew/messages"
)

// What stands in a job file is described in the files describe*.go: the reader takes keys, words and bounds from there,
// and `curfew schema` shows it to editors.

// hourPattern is in the syntax that RE2 and ECMA-262 share.
const hourPattern = `^([01][0-9]|2[0-3]):[0-5][0-9]$`

var (
	anyText  = schema.Text{}
	variable = schema.Text{Pattern: actors.VariableName}
	webURLs  = schema.Text{Pattern: actors.WebURL}
	span     = schema.Duration{Least: minSpan, Most: maxSpan}
	// commands is a line for sh -c, or a program and its arguments.
	commands = schema.Forms{anyText, schema.List{Of: schema.Text{Blank: true}, Least: 1, Most: maxArgs}}
	// variables are those of a process.
	variables = schema.Forms{variableValues, schema.List{Of: schema.Forms{variable, variableValues}}}

	variableValues = schema.Map{Names: actors.VariableName, Of: schema.Text{Blank: true, Longest: maxEnvValue}}
)

// describe is the description of a job file of a build with these actor types.
func describe(kinds *actors.Registry) schema.Object {
	lanes, defaults := schema.Object{What: "lanes"}, schema.Object{What: "defaults"}
	for _, name := range kinds.Names() {
		size := defaultLane
		kind, err := kinds.Get(name)
		if err == nil && kind.Traits.Gated {
			size = defaultLaneGated
		}
		lanes.Keys = append(lanes.Keys, schema.Key{
			Name: name, Value: schema.Integer{Least: 1, Most: maxLane}, Default: size,
			About: "How many attempts of the type at once.",
		})
		defaults.Keys = append(defaults.Keys, schema.Key{
			Name: name, Value: describedDefaults(name), About: "Keys of jobs of the type that do not say otherwise.",
		})
	}
	return schema.Object{What: "a job file", Keys: []schema.Key{
		{Name: "sessions", Value: schema.Map{Names: messages.Name, Except: []string{noSession}, Most: maxSessions, Of: schema.Forms{
			schema.Named{Name: "session", Value: describedSession}, schema.Nothing{},
		}}, About: "Credentials that jobs depend on, by name; `default` exists whether it is named or not."},
		{Name: "jobs", Value: schema.List{Of: jobsOf(kinds), Least: 1}, Required: true, About: "What is run, and when."},
		{Name: "defaults", Value: defaults},
		{Name: "lanes", Value: lanes},
		{Name: "release", Value: describedRelease, About: "How runs that were held start after a sign-in."},
		{Name: "targets", Value: schema.Map{
			Names: messages.Name, Except: []string{messages.TargetLog, messages.TargetSentry}, Most: maxTargets,
			Of: schema.Named{Name: "target", Value: describeTarget(kinds)},
		}},
		{Name: "notify", Value: schema.List{Of: anyText, Unique: true}, Default: []string{defaultTarget}, Examples: []any{[]string{defaultTarget}}},
		{Name: "sentry", Value: describedSentry},
		{Name: "history", Value: describedHistory},
		{Name: "journal", Value: describedJournal},
	}}
}

// describedDefaults are the defaults of jobs of an actor type. Names that every job must have itself are known, so that
// the reader can say so.
func describedDefaults(actor string) schema.Object {
	return schema.Object{What: "defaults of " + actor, Keys: describedJob.Keys}
}
