package config

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"curfew/internal/config/yaml"
	"curfew/messages"
	"curfew/scheduler"
)

// Written is a definition as the text of one job, in YAML, with every value that counts, also those that its file or the
// API left to a default.
func Written(d messages.Definition) ([]byte, error) { return keysOf(d).yaml() }

// Text is a job that the API made as the text by which it can be changed: [Config.Job] makes the same definition of it.
// Keys whose values are the defaults are left out; what the defaults of the job file say by now, and the job does not, the
// text may take in. Read is what was read of the text, such as its warnings; if it is no
// longer valid, since the job file says something else now, the error is an [*Invalid], and the text is there all the
// same. Source and others as in Config.Job.
func (c Config) Text(source string, d messages.Definition, others []messages.Definition) (text []byte, read Config, err error) {
	all := keysOf(d)
	if base, err := all.needed().yaml(); err == nil {
		if plain, _, err := c.Job(source, d.Job, base, others); err == nil {
			all = all.without(keysOf(plain))
		}
	}
	if text, err = all.yaml(); err != nil {
		return nil, Config{}, err
	}
	_, read, err = c.Job(source, d.Job, text, others)
	return text, read, err
}

// keys are keys of a job with their values, in the order in which people write them.
type keys []key

type key struct {
	name  string
	value any // a JSON value, or keys
}

// needed are the keys without which no job is.
func (k keys) needed() keys {
	return slices.DeleteFunc(slices.Clone(k), func(one key) bool { return !slices.Contains(always, one.name) })
}

// always are the keys that a text has even if their values are the defaults. The zone is among them since the machine's
// may change.
var always = []string{"name", "actor", "schedule", "timezone", "with"}

// without leaves out what other keys say as well.
func (k keys) without(other keys) (out keys) {
	for _, one := range k {
		i := slices.IndexFunc(other, func(o key) bool { return o.name == one.name })
		if i < 0 || slices.Contains(always, one.name) {
			out = append(out, one)
			continue
		}
		inner, nested := one.value.(keys)
		theirs, _ := other[i].value.(keys)
		switch {
		case nested && theirs != nil && one.name != "deliver":
			if inner = inner.without(theirs); len(inner) > 0 {
				out = append(out, key{one.name, inner})
			}
		case !same(one.value, other[i].value):
			out = append(out, one)
		}
	}
	return out
}

func same(a, b any) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}

// MarshalJSON is an object with the keys in their order.
func (k keys) MarshalJSON() ([]byte, error) {
	var out bytes.Buffer
	out.WriteByte('{')
	for i, one := range k {
		if i > 0 {
			out.WriteByte(',')
		}
		name, err := marshal(one.name)
		if err != nil {
			return nil, err
		}
		value, err := marshal(one.value)
		if err != nil {
			return nil, err
		}
		out.Write(name)
		out.WriteByte(':')
		out.Write(value)
	}
	out.WriteByte('}')
	return out.Bytes(), nil
}

func (k keys) yaml() ([]byte, error) {
	raw, err := marshal(k)
	if err != nil {
		return nil, err
	}
	return yaml.FromJSON(raw)
}

// add adds a key, unless its value says nothing.
func (k *keys) add(name string, value any, says bool) {
	if says {
		*k = append(*k, key{name, value})
	}
}

// keysOf are all keys of a definition.
func keysOf(d messages.Definition) (k keys) {
	k.add("name", d.Job, true)
	k.add("actor", d.Actor, true)
	k.when(d.Timetable)
	k.add("session", cmp.Or(d.Session, noSession), d.Gated)
	k.add("with", d.With, len(d.With) > 0 && string(d.With) != "{}")
	k.env(d)
	k.add("runs_on", d.RunsOn, len(d.RunsOn) > 0)
	k.add("enabled", !d.Disabled, true)
	k.add("title", d.Title, d.Title != "")
	k.add("description", d.Description, d.Description != "")
	k.add("tags", d.Tags, len(d.Tags) > 0)
	k.add("on_hold", d.OnHold, d.OnHold != "")
	k.add("stale_after", d.StaleAfter.Short(), d.StaleAfter != 0)
	k.add("rerun_after_tools", d.RerunAfterTools, true)
	k.add("on_interrupt", cmp.Or(d.OnInterrupt, messages.OnInterruptRerun), true)
	k.add("retry", keys{
		{"attempts", d.Retry.Attempts},
		{"initial", d.Retry.Initial.Short()},
		{"factor", d.Retry.Factor},
		{"max", d.Retry.Max.Short()},
		{"jitter", d.Retry.Jitter},
		{"within", d.Retry.Within.Short()},
	}, d.Retry.Attempts > 0)
	k.add("overlap", d.Overlap, d.Overlap != "")
	k.add("max_parallel", d.Parallel(), d.Overlap == messages.OverlapAllow)
	k.add("catch_up", keys{{"policy", d.CatchUp.Policy}, {"window", d.CatchUp.Window.Short()}}, d.CatchUp.Policy != "")
	switch {
	case d.NoTimeout:
		k.add("timeout", noLimit, true)
	default:
		k.add("timeout", d.Timeout.Short(), d.Timeout != 0)
	}
	keep := d.History.OrDefault()
	k.add("history", keys{{"runs", keep.Runs}, {"age", keep.Age.Short()}}, true)
	k.add("session_target", d.SessionTarget, d.SessionTarget != "")
	k.add("max_tokens_per_day", d.MaxTokensPerDay, d.MaxTokensPerDay != 0)
	if to := d.Deliver; to != nil {
		deliver := keys{{"to", to.To}}
		deliver.add("on", to.On, len(to.On) > 0)
		deliver.add("best_effort", to.BestEffort, true)
		deliver.add("remind", to.Remind.Short(), to.Remind != 0)
		k.add("deliver", deliver, true)
	}
	return k
}

// when adds the schedule and its limits. A job that follows another has none of them.
func (k *keys) when(t messages.Timetable) {
	if a := t.After; a != nil {
		k.add("schedule", keys{{"after", keys{{"job", a.Job}, {"on", cmp.Or(a.On, messages.AfterSuccess)}}}}, true)
		k.add("timezone", t.Timezone, t.Timezone != "")
		return
	}
	var schedule any = t.Schedule
	if list := strings.Split(t.Schedule, scheduler.Separator+" "); len(list) > 1 {
		schedule = list
	}
	k.add("schedule", schedule, true)
	k.add("timezone", t.Timezone, t.Timezone != "")
	if h := t.ActiveHours; h != nil {
		k.add("active_hours", keys{{"start", h.Start}, {"end", h.End}}, true)
	}
	k.add("days", cmp.Or(t.Days, messages.DaysOr), true)
	k.add("dst", cmp.Or(t.DST, messages.DSTVixie), true)
	k.add("start", t.Start, !t.Start.IsZero())
	k.add("end", t.End, !t.End.IsZero())
	k.add("exclude", t.Exclude, len(t.Exclude) > 0)
	k.add("splay", t.Splay.Short(), t.Splay != 0)
	k.add("delete_after_run", t.DeleteAfterRun, true)
}

// env adds the variables: names that are passed on, and values.
func (k *keys) env(d messages.Definition) {
	switch {
	case len(d.EnvValues) == 0:
		k.add("env", d.Env, len(d.Env) > 0)
	case len(d.Env) == 0:
		k.add("env", d.EnvValues, true)
	default:
		all := make([]any, 0, len(d.Env)+1)
		for _, name := range d.Env {
			all = append(all, name)
		}
		k.add("env", append(all, d.EnvValues), true)
	}
}
