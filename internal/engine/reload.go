package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.uber.org/zap"

	"curfew/internal/config"
	"curfew/messages"
)

// Errors of [Runtime.Reload], [Runtime.SetJob] and [Runtime.RemoveJob].
var (
	ErrStopping = errors.New("the runtime is stopping")
	ErrNoFile   = errors.New("there is no job file that can be read again")
)

// ErrHalfway is wrapped by the error of a reload of which some may hold already, and by that of each reload after it until
// one succeeds.
var ErrHalfway = errors.New("some of a reload may hold already: the next one that succeeds completes it, and so does a start")

// ErrFollows is the error of what only the runtime that decides can do.
var ErrFollows = errors.New("another node decides, and only that one can do this: ask it")

// changeTime bounds how long a change waits for the log.
const changeTime = 20 * time.Second

// Reloaded is what a reload has changed.
type Reloaded struct {
	New, Changed, Gone []string // jobs of the file, sorted
	Same               int      // jobs of the file that are as before
	ByAPI              int      // jobs that the API made; they stay as they are
	Settings           []string // keys of the file besides its jobs that say something else now
	Warnings           []config.Problem
	NeedsRestart       []string    // what only a start takes in, one line each
	Seq                uint64      // of the newest record of it; 0: nothing was to be changed
	Cancelled          []Cancelled // in the order of Gone
}

// Changes reports whether anything is different now.
func (r Reloaded) Changes() bool { return r.Seq != 0 || len(r.Settings) > 0 }

// String is what has changed, in one line.
func (r Reloaded) String() string {
	d := difference{added: r.New, changed: r.Changed, gone: r.Gone, same: r.Same, foreign: r.ByAPI}
	text := "jobs: " + d.String()
	if len(r.Settings) > 0 {
		text += "; settings: " + strings.Join(r.Settings, ", ")
	}
	if len(r.Cancelled) > 0 {
		text += "; runs cancelled with what is gone: " + strconv.Itoa(r.cancelledRuns())
	}
	return text
}

// Reload reads the job file again and goes on by it, without a restart. What runs goes on by its old definition, but for
// jobs that are gone: their attempts are told to stop. A file that is not valid, or does not fit to the jobs that the API
// made, changes nothing: the error is a [*config.Invalid]. After an [ErrHalfway], or a crash in the middle, some of it may
// hold already; the next reload completes it, and so does the next start, as it reads the file anyhow. Whoever asked for
// it, the log says that it was refused. One change is made at a time.
func (r *Runtime) Reload(ctx context.Context) (Reloaded, error) {
	if r.o.Load == nil {
		return Reloaded{}, ErrNoFile
	}
	out, err := r.ReloadFrom(ctx, r.o.Load)
	switch invalid := (*config.Invalid)(nil); {
	case err == nil:
	case errors.Is(err, ErrHalfway) && !errors.As(err, &invalid):
		r.o.Logger.Error("cron: it is not certain that all of the job file was taken in: " + err.Error())
	default:
		r.o.Logger.Warn("cron: the job file was not taken in, and " + Left(err) + ": " + config.OneLine(err))
	}
	return out, err
}

// Left is what a reload that was refused has left, in words.
func Left(err error) string {
	if errors.Is(err, ErrHalfway) {
		return "of the reload before it some may hold already"
	}
	return "nothing has changed"
}

// ReloadFrom is [Runtime.Reload] of what load reads, also in place of a job file.
func (r *Runtime) ReloadFrom(ctx context.Context, load func() (config.Config, error)) (Reloaded, error) {
	r.configuring.Lock()
	defer r.configuring.Unlock()
	out, err := r.reload(ctx, load)
	if err != nil && r.halfway != nil { // by this reload, or by one before it
		err = fmt.Errorf("reload: %w: %w", ErrHalfway, err)
	}
	return out, err
}

func (r *Runtime) reload(ctx context.Context, load func() (config.Config, error)) (Reloaded, error) {
	if r.Stopping() {
		return Reloaded{}, ErrStopping
	}
	c, err := load()
	r.read(c, err)
	if err != nil {
		return Reloaded{}, err
	}
	jobs, spent, err := r.defined(ctx)
	if err != nil {
		return Reloaded{}, err
	}
	p := planned(c, jobs, spent, r.Now())
	if err := r.fits(c, p, jobs); err != nil {
		return Reloaded{}, err
	}
	next, err := r.prepare(c)
	if err != nil {
		return Reloaded{}, err
	}
	return r.take(ctx, next, p)
}

// fits says why a job file does not fit to the jobs that the API made.
func (r *Runtime) fits(c config.Config, p plan, jobs []*messages.Kept) error {
	var problems []config.Problem
	for _, job := range p.taken {
		problems = append(problems, c.About(job, collides(c, job)))
	}
	for _, text := range r.misfits(c, jobs) {
		problems = append(problems, c.About("", text))
	}
	if len(problems) == 0 {
		r.noted.Store(nil)
		return nil
	}
	return &config.Invalid{Problems: problems[:min(len(problems), config.MaxProblems)]}
}

// take goes on by other settings and jobs. Once the settings are replaced, the runtime is halfway until all of it is done.
func (r *Runtime) take(ctx context.Context, next *settings, p plan) (Reloaded, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), changeTime)
	defer cancel()
	was, err := r.replace(ctx, next) // before a job is started by it: its keys are denied
	if err != nil {
		return Reloaded{}, err
	}
	before := was.Runtime
	if r.fleet() || r.halfway != nil { // the machine may go by others: of another node's file, or of a reload that has failed
		before = messages.RuntimeConfigured{}
	}
	r.halfway = cmp.Or(r.halfway, was)
	out := Reloaded{
		New: p.added, Changed: p.changed, Gone: p.gone, Same: p.same, ByAPI: p.foreign,
		Settings: next.Changed(r.halfway.Config), Warnings: slices.Concat(next.Warnings, next.Missing(os.LookupEnv)),
	}
	d := r.duties.Load()
	d.aim(next)
	was.closeSentry()
	if facts := p.facts(before, next.Runtime); len(facts) > 0 {
		_, last, err := commitAll(ctx, out.noting(r.log.Commit), facts)
		if err != nil {
			return Reloaded{}, err
		}
		out.Seq = last
	}
	if err := errors.Join(d.renew(next), r.noticeAnew(next)); err != nil {
		return Reloaded{}, err
	}
	r.halfway = nil
	for _, name := range r.warnUnset() {
		out.NeedsRestart = append(out.NeedsRestart,
			fmt.Sprintf("the variable %s is not set in the daemon's environment, which only a start takes in", name))
	}
	r.keepOnly(p.taken)
	seq := zap.Skip()
	if out.Seq != 0 { // something was to be recorded
		seq = zap.Uint64("seq", out.Seq)
	}
	r.o.Logger.Info("cron: reloaded: "+out.String(), seq)
	if out.Changes() { // else they have been said
		for _, w := range out.Warnings[:min(len(out.Warnings), config.MaxProblems)] {
			r.o.Logger.Warn("cron: the job file: "+w.Message, zap.String("at", w.Place()))
		}
	}
	return out, nil
}

// facts are those of a plan, and of the settings if they are others. What is gone goes first. Then come the jobs, so that
// room in a lane that the settings make is used by their new definitions; but those of a session that is new need the
// settings before them.
func (p plan) facts(was, next messages.RuntimeConfigured) (out []messages.Fact) {
	known := map[string]bool{"": true}
	for _, s := range was.Sessions {
		known[s.Name] = true
	}
	out = slices.Clone(p.removed)
	var late []messages.Fact
	for _, d := range p.defined {
		if known[d.Session] {
			out = append(out, d)
		} else {
			late = append(late, d)
		}
	}
	if !reflect.DeepEqual(was, next) {
		next.Reloaded = true
		out = append(out, next)
	}
	return append(out, late...)
}

// Steady runs do while nobody changes a job or a setting.
func (r *Runtime) Steady(do func() error) error {
	r.configuring.Lock()
	defer r.configuring.Unlock()
	return do()
}
