package backend

import (
	"context"
	"os"
	"slices"

	"curfew/actors/system/recorder"
	"curfew/internal/config"
	"curfew/internal/contract"
	"curfew/messages"
	"curfew/scheduler"
	"curfew/supervisor/policy"
)

// JobDetails is a job with all that is known of its definition.
func (b backend) JobDetails(ctx context.Context, name string) (contract.JobDetails, error) {
	v, near, err := b.jobNear(ctx, name)
	if err != nil {
		return contract.JobDetails{}, err
	}
	var followers []policy.Follower
	if err := b.view(ctx, func(m *policy.Machine) { followers = m.Followers(name) }); err != nil {
		return contract.JobDetails{}, err
	}
	live := map[messages.RunID]recorder.Live{}
	liveOf(v, live)
	d := v.Definition
	out := contract.JobDetails{Job: b.job(ctx, v, live), Place: b.r.Config().Place(name), Next: b.nextSlots(v)}
	text, err := config.Written(d.Whole())
	if err != nil {
		return out, err
	}
	out.Definition = string(text)
	out.Doubts = contract.OrEmpty(places(b.doubts(d.Whole(), text, near)))
	for _, r := range v.Runs {
		if r.Final || r.Status == messages.StatusRunning {
			continue
		}
		if out.Waiting++; len(out.Holds) < contract.MaxHeldShown {
			out.Holds = append(out.Holds, contract.HeldRun{Run: r.ID, Slot: r.Slot, Status: r.Status, Holds: r.Holds})
		}
	}
	if a := d.After; a != nil {
		out.Chain = &contract.JobFollows{Job: a.Job, On: a.On, Known: slices.ContainsFunc(near, func(o messages.Definition) bool { return o.Job == a.Job })}
	}
	for _, f := range followers {
		out.Followers = append(out.Followers, contract.JobFollows{Job: f.Job, On: f.On, Known: true})
	}
	if d.Session != "" {
		gate, err := b.Session(ctx, d.Session)
		if err != nil {
			return out, err
		}
		out.Gate = &gate
	}
	return out, nil
}

// jobNear is a job, and those that come before it in its chain.
func (b backend) jobNear(ctx context.Context, name string) (v policy.JobView, near []messages.Definition, err error) {
	found := false
	err = b.view(ctx, func(m *policy.Machine) {
		if v, found = m.Job(name); !found {
			return
		}
		for a := v.Definition.After; a != nil && len(near) <= messages.MaxChain; {
			before, ok := m.Job(a.Job)
			if !ok {
				return
			}
			near, a = append(near, before.Definition.Whole()), before.Definition.After
		}
	})
	if err == nil && !found {
		err = b.noJob(ctx, name)
	}
	return v, near, err
}

// doubts are the warnings about a job. Those of a job of the file have their places there, and those of one that the API
// made have theirs in its text.
func (b backend) doubts(d messages.Definition, text []byte, near []messages.Definition) []config.Problem {
	c, now := b.r.Config(), b.r.Now().Time()
	if d.ManagedBy != messages.ManagedByAPI {
		return c.DoubtsAbout(d, now, os.LookupEnv)
	}
	_, read, err := c.Job("job "+d.Job, d.Job, text, near)
	if err != nil {
		return problemsOf(err)
	}
	return read.Doubts(now, os.LookupEnv)
}

// JobText is a job of the API as the text by which it is set.
func (b backend) JobText(ctx context.Context, name string) (text, version string, err error) {
	v, near, err := b.jobNear(ctx, name)
	switch {
	case err != nil:
		return "", "", err
	case v.Definition.ManagedBy != messages.ManagedByAPI:
		return "", "", contract.Conflict("job %s comes from the job file (%s): change it there", name, b.r.Config().Place(name))
	}
	raw, _, err := b.r.Config().Text("job "+name, v.Definition.Whole(), near)
	if len(raw) > 0 {
		err = nil // what is no longer valid is said when the text is set
	}
	return string(raw), contract.VersionOf(v.Definition), err
}

// PreviewJob says what setting a job would change, and when it would run then.
func (b backend) PreviewJob(ctx context.Context, name string, text contract.JobText) (contract.JobPreview, error) {
	set, change, err := b.setJob(ctx, name, contract.SetJob{Text: text, DryRun: true})
	if err != nil {
		return contract.JobPreview{}, err
	}
	v, _, err := b.jobNear(ctx, name)
	if err != nil {
		v = policy.JobView{} // it is new
	}
	v.Definition = change.Is
	out := contract.JobPreview{JobSet: set, Next: b.nextSlots(v)}
	if s, err := scheduler.Parse(v.Definition.Timetable(), name); err == nil {
		out.Words = s.Describe()
	}
	return out, nil
}

// nextSlots are the slots of a job that lie ahead, also if it is paused.
func (b backend) nextSlots(v policy.JobView) (out []contract.Slot) {
	s, err := scheduler.Parse(v.Definition.Timetable(), v.Definition.Job)
	if err != nil {
		return nil
	}
	s = s.After(v.Mark)
	at := max(b.r.Now(), v.Mark.Since).Time()
	for len(out) < contract.MaxNextSlots {
		next, ok := s.Next(at)
		if !ok {
			break
		}
		out, at = append(out, contract.Slot{At: messages.At(next), Note: s.Note(next)}), next
	}
	return out
}

// CountBackfill says which slots a backfill is about.
func (b backend) CountBackfill(ctx context.Context, job string, in contract.Backfill) (contract.BackfillSlots, error) {
	f, err := b.missed(ctx, job, in)
	if err != nil {
		return contract.BackfillSlots{}, err
	}
	return contract.BackfillSlots{Count: len(f.Slots) + f.More, AtLeast: f.AtLeast, First: f.First, Last: f.Slots[len(f.Slots)-1]}, nil
}

// JobSeries are the newest runs of a job in short.
func (b backend) JobSeries(ctx context.Context, job string) ([]contract.RunPoint, error) {
	live, err := b.live(ctx, job)
	if err != nil {
		return nil, err
	}
	runs, err := b.r.History().Recent(ctx, recorder.Query{Job: job, Limit: contract.MaxSeries, Live: lookup(live), Brief: true})
	if err != nil {
		return nil, historyProblem(err)
	}
	out := make([]contract.RunPoint, len(runs))
	for i, r := range runs {
		out[i] = pointOf(r, b.r.Now())
	}
	return out, nil
}

func pointOf(r recorder.Run, now messages.Instant) contract.RunPoint {
	body := runOf(r)
	p := contract.RunPoint{Run: r.ID, At: r.Slot, Status: r.Status, Started: !r.StartedAt.IsZero(), Attempts: len(r.Attempts)}
	if p.At.IsZero() {
		p.At = r.QueuedAt
	}
	p.Took, _ = body.Took()
	if n := len(body.Attempts); n > 0 && body.Attempts[n-1].FinishedAt.IsZero() {
		p.Took += max(0, now.Sub(body.Attempts[n-1].StartedAt))
	}
	p.Calls, p.Tokens = body.Spent()
	return p
}
