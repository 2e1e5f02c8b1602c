package engine

import (
	"fmt"
	"slices"

	"curfew/internal/config"
	"curfew/messages"
)

// plan is what turns the jobs that the machine knows into those of a job file. Jobs that the API made are not the
// file's: they stay as they are.
type plan struct {
	removed []messages.Fact
	defined []messages.JobDefined
	difference
	taken []string // jobs of the file that are left out, because the API made a job of that name
}

// planned compares a job file with the jobs that the machine knows.
func planned(c config.Config, jobs, spent []*messages.Kept, now messages.Instant) (p plan) {
	known := make(map[string]*messages.Kept, len(jobs))
	for _, d := range slices.Concat(jobs, spent) {
		known[d.Job] = d
	}
	wanted := map[string]bool{}
	if len(known) > 0 {
		for i := range c.Jobs {
			wanted[c.Jobs[i].Job] = true
		}
	}
	for _, d := range jobs {
		switch {
		case d.ManagedBy == messages.ManagedByAPI:
			p.foreign++
		case !wanted[d.Job]:
			p.gone = append(p.gone, d.Job)
			p.removed = append(p.removed, messages.JobRemoved{Job: d.Job})
		}
	}
	for _, d := range spent {
		if !wanted[d.Job] {
			p.removed = append(p.removed, messages.JobRemoved{Job: d.Job})
		}
	}
	var shelf messages.Shelf
	for i := range c.Jobs {
		d := &c.Jobs[i]
		old, ok := known[d.Job]
		if ok && old.ManagedBy == messages.ManagedByAPI && !slices.ContainsFunc(spent, named(d.Job)) {
			p.taken = append(p.taken, d.Job)
			continue
		}
		d = anchored(d, old, now)
		same := ok && sameDefinition(old, d)
		p.note(d.Job, ok, same)
		if !same {
			p.defined = append(p.defined, messages.JobDefined{Kept: shelf.Keep(d)})
		}
	}
	return p
}

func named(job string) func(*messages.Kept) bool {
	return func(d *messages.Kept) bool { return d.Job == job }
}

// misfits are why jobs that the API made do not fit to a job file, one line for each.
func (r *Runtime) misfits(c config.Config, jobs []*messages.Kept) (why []string) {
	byAPI := madeByAPI(jobs)
	if len(byAPI) == 0 {
		return nil
	}
	chains := config.NewChains(allOf(c, byAPI))
	for _, d := range byAPI {
		text := r.misfit(c, d)
		if wrong := chains.Wrong(d.Job); text == "" && wrong != "" {
			text = "cannot follow its job: " + wrong
		}
		if text != "" {
			why = append(why, fmt.Sprintf("job %s, which the API made, %s", d.Job, text))
		}
	}
	return why
}

// allOf are the jobs of a job file and those that the API made, which take the place of one of the file's of their name.
func allOf(c config.Config, byAPI []*messages.Kept) []messages.Definition {
	all := values(byAPI)
	for _, d := range c.Jobs {
		if !slices.ContainsFunc(byAPI, named(d.Job)) {
			all = append(all, d)
		}
	}
	return all
}

// misfit is why a job that the API made does not fit to a job file; empty: it does.
func (r *Runtime) misfit(c config.Config, d *messages.Kept) string {
	if _, err := r.o.Kinds.Get(d.Actor); err != nil {
		return fmt.Sprintf("needs the actor type %q, which this program does not have", d.Actor)
	}
	has := func(s messages.SessionConfig) bool { return s.Name == d.Session }
	if d.Session != "" && !slices.ContainsFunc(c.Runtime.Sessions, has) {
		return fmt.Sprintf("belongs to session %q, which the job file does not have", d.Session)
	}
	if d.Deliver == nil {
		return ""
	}
	for _, to := range d.Deliver.To {
		if to != messages.TargetLog && !slices.ContainsFunc(c.Targets, func(t config.Target) bool { return t.Name == to }) {
			return fmt.Sprintf("delivers to target %q, which the job file does not have", to)
		}
	}
	return ""
}

// collides says that the API made a job of a name that the job file has, too.
func collides(c config.Config, job string) string {
	return fmt.Sprintf("job %s at %s is not taken in: a job of that name was made by the API; rename one of them, or "+
		"`curfew job set %s --from-file` takes the file's in its place", job, c.Place(job), job)
}
