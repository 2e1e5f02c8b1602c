package engine

import (
	"context"
	"fmt"
	"os"
	"slices"

	"curfew/internal/config"
	"curfew/messages"
)

// maxSetJobs bounds the jobs that the API makes.
const maxSetJobs = 10_000

// OfFileError refuses a change of a job that the job file has: it is changed there.
type OfFileError struct{ Job, Place string }

// Error says where the job is.
func (e *OfFileError) Error() string {
	where := "the job file"
	switch e.Place {
	case "":
	case config.InProgram:
		return fmt.Sprintf("job %s comes from the program that embeds Curfew: only that changes it, by Runtime.Reload", e.Job)
	default:
		where = e.Place
	}
	return fmt.Sprintf("job %s comes from the job file (%s): change it there, and `curfew reload`", e.Job, where)
}

// UnknownJobError says that there is no job of that name where it was looked for.
type UnknownJobError struct {
	Name   string
	InFile bool // it was looked for in the job file
}

// Error is the text.
func (e *UnknownJobError) Error() string {
	if e.InFile {
		return fmt.Sprintf("the job file has no job %q; write it there first", e.Name)
	}
	return fmt.Sprintf("there is no job %q; `curfew job list` lists them", e.Name)
}

// JobChange is a change of one job. Was is nil for a job that is new, and Is for one that is removed.
type JobChange struct {
	Was, Is  *messages.Kept
	Warnings []config.Problem
}

// An Allow judges a change before it is made; its error refuses it. It must not wait.
type Allow func(JobChange) error

// SetJob defines a job that belongs to the API, or replaces its definition. The text is YAML or JSON, and is read by the
// rules of the job file, whose sessions, targets and defaults it uses. The error is a [*config.Invalid], an
// [*OfFileError], or that of allow.
func (r *Runtime) SetJob(ctx context.Context, name string, text []byte, allow Allow) (JobChange, error) {
	r.configuring.Lock()
	defer r.configuring.Unlock()
	if r.Stopping() {
		return JobChange{}, ErrStopping
	}
	jobs, spent, err := r.defined(ctx)
	if err != nil {
		return JobChange{}, err
	}
	d, read, err := r.Config().Job("job "+name, name, text, values(jobs))
	if err != nil {
		return JobChange{}, err
	}
	out := JobChange{Warnings: read.Doubts(r.Now().Time(), os.LookupEnv)}
	if i := slices.IndexFunc(jobs, named(name)); i >= 0 {
		out.Was = jobs[i]
	}
	place := r.Config().Place(name)
	switch {
	case out.Was != nil && out.Was.ManagedBy != messages.ManagedByAPI, out.Was == nil && place != "":
		return JobChange{}, &OfFileError{name, place}
	case out.Was == nil && len(madeByAPI(jobs)) >= maxSetJobs:
		return JobChange{}, &config.Invalid{Problems: []config.Problem{{
			File: "job " + name, Line: 1, Col: 1, Message: fmt.Sprintf("the API has made %d jobs already; remove some", maxSetJobs),
		}}}
	}
	d = *anchored(&d, out.Was, r.Now())
	out.Is = messages.Keep(d)
	if err := allow(out); err != nil || out.Was != nil && sameDefinition(out.Was, &d) {
		return out, err
	}
	var facts []messages.Fact
	if slices.ContainsFunc(spent, named(name)) {
		facts = append(facts, messages.JobRemoved{Job: name}) // a one-shot that has run begins anew
	}
	return out, r.define(ctx, out.Is, facts...)
}

// define records a definition, after other facts. Its keys are kept from all jobs before it can start.
func (r *Runtime) define(ctx context.Context, d *messages.Kept, before ...messages.Fact) error {
	r.denyAlso(d)
	return r.record(ctx, append(before, messages.JobDefined{Kept: d})...)
}

// record commits facts, whoever waits for them.
func (r *Runtime) record(ctx context.Context, facts ...messages.Fact) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), changeTime)
	defer cancel()
	_, err := r.log.Commit(ctx, drafts(facts...)...)
	return err
}

// RemoveJob removes a job that belongs to the API. Its runs end as cancelled. The error is an [*UnknownJobError], an
// [*OfFileError], or that of allow.
func (r *Runtime) RemoveJob(ctx context.Context, name string, allow Allow) (JobChange, error) {
	r.configuring.Lock()
	defer r.configuring.Unlock()
	if r.Stopping() {
		return JobChange{}, ErrStopping
	}
	was, err := r.definitionOf(ctx, name)
	if err != nil {
		return JobChange{}, err
	}
	out := JobChange{Was: was}
	if was.ManagedBy != messages.ManagedByAPI {
		return JobChange{}, &OfFileError{name, r.Config().Place(name)}
	}
	if err := allow(out); err != nil {
		return JobChange{}, err
	}
	if err := r.record(ctx, messages.JobRemoved{Job: name}); err != nil {
		return JobChange{}, err
	}
	return out, r.noteAnew(ctx)
}

// TakeFromFile gives a job that belongs to the API back to the job file: the file's definition, as it is now, takes the
// place of the API's. The rest of the file is not taken in. The error is a [*config.Invalid] if the file is not valid, an
// [*UnknownJobError], or that of allow.
func (r *Runtime) TakeFromFile(ctx context.Context, name string, allow Allow) (JobChange, error) {
	r.configuring.Lock()
	defer r.configuring.Unlock()
	if r.Stopping() {
		return JobChange{}, ErrStopping
	}
	c, err := r.Config(), error(nil)
	if r.o.Load != nil {
		c, err = r.o.Load()
	}
	if err != nil {
		return JobChange{}, err
	}
	was, err := r.definitionOf(ctx, name)
	if err != nil {
		return JobChange{}, err
	}
	i := slices.IndexFunc(c.Jobs, func(d messages.Definition) bool { return d.Job == name })
	if i < 0 {
		return JobChange{}, &UnknownJobError{Name: name, InFile: true}
	}
	is := anchored(&c.Jobs[i], was, r.Now())
	out := JobChange{Was: was, Is: messages.Keep(*is)}
	if err := allow(out); err != nil || sameDefinition(was, is) {
		return out, err
	}
	if err := r.define(ctx, out.Is); err != nil {
		return JobChange{}, err
	}
	return out, r.noteAnew(ctx)
}

func (r *Runtime) definitionOf(ctx context.Context, name string) (*messages.Kept, error) {
	jobs, _, err := r.defined(ctx)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(jobs, named(name))
	if i < 0 {
		return nil, &UnknownJobError{Name: name}
	}
	return jobs[i], nil
}

// noteAnew looks again what does not fit between the job file and the jobs that the API made.
func (r *Runtime) noteAnew(ctx context.Context) error {
	jobs, spent, err := r.defined(ctx)
	if err != nil {
		return err
	}
	c := r.Config()
	for _, d := range slices.Concat(jobs, spent) {
		if d.ManagedBy != messages.ManagedByAPI {
			c.Jobs = append(c.Jobs, d.Whole())
		}
	}
	r.note(c, planned(c, jobs, spent, r.Now()).taken, jobs)
	return nil
}
