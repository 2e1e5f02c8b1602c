package host

import (
	"context"
	"fmt"
	"runtime/debug"

	"go.uber.org/zap"

	"curfew/actors"
	"curfew/messages"
	"curfew/messages/text"
	"curfew/supervisor"
)

// maxStack bounds the stack of a panic in the log, in bytes.
const maxStack = 8 << 10

// result is the result of calling an actor. Its texts are redacted.
type result struct {
	called bool // whether the actor was run at all
	panic  string
	err    error // carries the outcome; nil: success
	text   string
	output string
	usage  messages.Usage
	trace  []messages.Step
	said   *actors.Turn // what is added to the job's thread; nil: nothing
	left   *messages.Left
}

// call enters the session and runs the actor. A panic of the actor is a result like others.
func (a *attempt) call() (r result) {
	redact := a.host.redact
	var env actors.Env
	defer func() { r.left = leftBy(env.Exec) }()
	defer func() {
		if p := recover(); p != nil {
			r = result{called: r.called, panic: "panic: " + redact(fmt.Sprint(p))}
			stack := debug.Stack()
			a.log.Error("cron: an attempt panicked", zap.String("panic", text.Head(r.panic, messages.MaxError)),
				zap.ByteString("stack", stack[:min(len(stack), maxStack)]))
		}
	}()
	if a.kind == nil {
		_, unknown := a.host.cfg.Kinds.Get(a.order.Definition.Actor)
		return result{err: actors.Permanent(unknown), text: unknown.Error()}
	}
	defer func() { _ = a.shown.Flush() }() // to a Live, which never fails
	env = actors.Env{HTTP: a.host.cfg.HTTP, Log: a.log, Output: &a.shown, Redact: redact}
	if d := a.order.Attempt; d.Session != "" {
		session, err := a.enter()
		if err != nil {
			return result{err: err, text: err.Error()}
		}
		env.Session = session
		env.Turns = a.host.turns.of(d.Session)
	}
	var err error
	if env.Thread, err = a.thread(); err != nil {
		return result{err: actors.Permanent(err), text: err.Error()}
	}
	try := a.describe()
	env.Exec = a.host.cfg.Exec(try, env.Output)
	r.called = true
	out, err := a.kind.Run(&a.term, env, try, a.order.Definition.With)
	r.err, r.output, r.usage, r.trace = err, redact(out.Text), out.Usage, traced(out.Trace, redact)
	if err != nil {
		r.text = redact(err.Error())
	}
	if out.Said != nil {
		r.said = &actors.Turn{Asked: redact(out.Said.Asked), Answered: redact(out.Said.Answered)}
	}
	return r
}

// leftBy returns the processes that were left behind; nil: none.
func leftBy(e actors.Exec) *messages.Left {
	if l, ok := e.(interface{ Left() *messages.Left }); ok {
		return l.Left()
	}
	return nil
}

// enter asks the door for the attempt's session.
func (a *attempt) enter() (actors.Session, error) {
	d := a.order.Attempt
	if a.order.Definition.OwnKey {
		return a.host.cfg.Door.EnterBare(&a.term, d.Session, d.Generation)
	}
	return a.host.cfg.Door.Enter(&a.term, d.Session, d.Generation, d.Run)
}

// keepsThread reports whether the job goes on with one conversation.
func (a *attempt) keepsThread() bool {
	return a.host.cfg.Threads != nil && a.order.Definition.SessionTarget == messages.TargetMain
}

// thread returns the turns of earlier runs of the job.
func (a *attempt) thread() ([]actors.Turn, error) {
	if !a.keepsThread() {
		return nil, nil
	}
	return a.host.cfg.Threads.Turns(a.order.Attempt.Job)
}

// remember adds the turn of a success to the thread, before the success is published, so that the next run has it. It
// is not called for an attempt that is abandoned or muted. A thread that cannot be written does not change the success.
func (a *attempt) remember(r result) {
	if r.said == nil || !a.keepsThread() {
		return
	}
	if err := a.host.cfg.Threads.Add(a.order.Attempt.Job, *r.said); err != nil {
		a.log.Error("cron: the thread of a job could not be written; the next run does not know of this one",
			zap.Error(err))
	}
}

// describe is the attempt as the actor sees it.
func (a *attempt) describe() actors.Attempt {
	d := a.order.Attempt
	described := actors.Attempt{
		Run: d.Run, Job: d.Job, Number: d.Attempt, Slot: d.Slot.Time(), PassEnv: a.order.Definition.Env,
		EnvValues: a.order.Definition.EnvValues, Session: d.Session,
	}
	described.OnSideEffect(a.sideEffect)
	return described
}

// sideEffect reports the first call of a tool that is not read-only, once, and durably.
func (a *attempt) sideEffect(ctx context.Context, tool string) error {
	a.effect.Lock()
	defer a.effect.Unlock()
	if a.changes {
		return nil
	}
	f := messages.SideEffectBegan{AttemptRef: a.order.Ref(), Tool: a.host.cfg.Secrets.Redact(tool)}
	if err := a.host.cfg.Commit(ctx, supervisor.FactID(f, f.AttemptRef), f); err != nil {
		return fmt.Errorf("host: record the first call of tool %s: %w", tool, err)
	}
	a.changes = true
	return nil
}
