package backend

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"curfew/internal/config"
	"curfew/internal/contract"
	"curfew/internal/engine"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// SetJob defines a job that belongs to the API, or changes one.
func (b backend) SetJob(ctx context.Context, name string, s contract.SetJob) (contract.JobSet, error) {
	set, _, err := b.setJob(ctx, name, s)
	return set, err
}

func (b backend) setJob(ctx context.Context, name string, s contract.SetJob) (contract.JobSet, engine.JobChange, error) {
	raw := []byte(s.Text)
	var yaml string
	if json.Unmarshal(s.Text, &yaml) == nil {
		raw = []byte(yaml)
	}
	allow := b.allows(ctx, name, s.DryRun)
	return b.jobChanged(ctx, name, func() (engine.JobChange, error) { return b.r.SetJob(ctx, name, raw, allow) })
}

// TakeFromFile gives a job back to the job file.
func (b backend) TakeFromFile(ctx context.Context, name string, f contract.FromFile) (contract.JobSet, error) {
	allow := b.allows(ctx, name, f.DryRun)
	set, _, err := b.jobChanged(ctx, name, func() (engine.JobChange, error) { return b.r.TakeFromFile(ctx, name, allow) })
	return set, err
}

// errDryRun ends a change before it is made.
var errDryRun = errors.New("nothing is to be changed")

// RemoveJob removes a job that belongs to the API.
func (b backend) RemoveJob(ctx context.Context, name string) (contract.JobRemoved, error) {
	b.defining.Lock()
	defer b.defining.Unlock()
	if _, err := b.r.RemoveJob(ctx, name, b.allows(ctx, name, false)); err != nil {
		return contract.JobRemoved{}, b.jobProblem(ctx, err)
	}
	return contract.JobRemoved{Name: name}, nil
}

// problemsOf are the places at which a text is not valid.
func problemsOf(err error) []config.Problem {
	var invalid *config.Invalid
	if errors.As(err, &invalid) {
		return invalid.Problems
	}
	return nil
}

// allows is the condition of an order about a job that may not be there yet. A dry run that meets it ends there.
func (b backend) allows(ctx context.Context, name string, dry bool) engine.Allow {
	match, fresh := contract.Condition(ctx), contract.MustBeNew(ctx)
	return func(c engine.JobChange) error {
		switch {
		case fresh && c.Was != nil:
			return contract.Changed("there is a job %q already", name)
		case match == "":
		case c.Was == nil:
			return contract.Changed("there is no job %q by now", name)
		case !match.Allows(contract.VersionOf(c.Was)):
			return contract.Changed("job %q has version %q by now: look at it again, and then decide", name, contract.VersionOf(c.Was))
		}
		if dry {
			return errDryRun
		}
		return nil
	}
}

// jobChanged makes a change of one job, and answers with the job as it is then.
func (b backend) jobChanged(ctx context.Context, name string, change func() (engine.JobChange, error)) (
	out contract.JobSet, c engine.JobChange, err error,
) {
	b.defining.Lock()
	c, err = change()
	b.defining.Unlock()
	dry := errors.Is(err, errDryRun)
	if err != nil && !dry {
		return out, c, b.jobProblem(ctx, err)
	}
	out = contract.JobSet{
		Created: c.Was == nil, Warnings: contract.OrEmpty(places(c.Warnings)), Diff: contract.OrEmpty(differences(c.Was, c.Is)),
	}
	out.Changed = !dry && len(out.Diff) > 0
	if dry && out.Created {
		out.Job = b.job(ctx, policy.JobView{Definition: c.Is, Paused: c.Is.Disabled}, nil)
		return out, c, nil
	}
	out.Job, err = b.Job(ctx, name)
	return out, c, carriedOut(err)
}

// jobProblem gives an error of a change of one job its kind.
func (b backend) jobProblem(ctx context.Context, err error) error {
	var (
		invalid *config.Invalid
		ofFile  *engine.OfFileError
		unknown *engine.UnknownJobError
		refused *contract.Error
	)
	switch {
	case errors.As(err, &refused):
		return refused
	case errors.As(err, &invalid) && strings.HasPrefix(invalid.Problems[0].File, "job "):
		out := contract.Refused("the job is not valid: %s", config.OneLine(err))
		for _, p := range invalid.Problems {
			out.Faults = append(out.Faults, contract.Fault{Location: bodyField(invalid.Field(p)), Message: p.String()})
		}
		return out
	case errors.As(err, &ofFile):
		return contract.Conflict("%v", err)
	case errors.As(err, &unknown) && !unknown.InFile:
		return b.noJob(ctx, unknown.Name)
	case errors.As(err, &unknown):
		return contract.NotFound("%v", err)
	}
	return b.changeProblem(err)
}

func bodyField(field string) string {
	if field == "" {
		return "body"
	}
	return "body." + field
}

// differences are the members in which two definitions differ, by key; nil: there is no definition.
func differences(was, is *messages.Kept) (out []contract.Difference) {
	before, after := membersOf(was), membersOf(is)
	for key, value := range after {
		if string(before[key]) != string(value) {
			out = append(out, contract.Difference{Key: key, Was: before[key], Is: value})
		}
	}
	for key, value := range before {
		if _, kept := after[key]; !kept {
			out = append(out, contract.Difference{Key: key, Was: value})
		}
	}
	slices.SortFunc(out, func(a, b contract.Difference) int { return strings.Compare(a.Key, b.Key) })
	return out
}

// membersOf are the members of a definition, those of objects one by one.
func membersOf(d *messages.Kept) map[string]json.RawMessage {
	out := map[string]json.RawMessage{}
	if d == nil {
		return out
	}
	raw, err := json.Marshal(d)
	if err != nil {
		return out // not reached: a definition came out of JSON
	}
	var flatten func(prefix string, raw json.RawMessage)
	flatten = func(prefix string, raw json.RawMessage) {
		var inner map[string]json.RawMessage
		if json.Unmarshal(raw, &inner) != nil || inner == nil {
			out[strings.TrimSuffix(prefix, ".")] = raw
			return
		}
		for key, value := range inner {
			flatten(prefix+key+".", value)
		}
	}
	flatten("", raw)
	return out
}
