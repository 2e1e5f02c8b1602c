package signin

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"curfew/actors/system/follow"
	"curfew/messages"
	"curfew/messages/text"
	"curfew/supervisor/policy"
)

const (
	// settle is how long the content of a file must stay the same before it counts: programs write in steps.
	settle = 2 * time.Second
	// firstWait is the least time between two sign-ins of one outage; it doubles with each (design §7 rule 11).
	firstWait = 10 * time.Second
	maxWait   = 10 * time.Minute
	// maxTrouble bounds what is told of a look that failed, in bytes.
	maxTrouble = 512
)

// unnoticed is the line of the log for a watch that cannot be looked at.
const unnoticed = "gate: a sign-in may go unnoticed"

// worker looks after one session.
type worker struct {
	cfg     *Config
	memory  *memory
	session Session
	news    follow.Signal // something has become of the session

	begun     bool      // it has looked since the start
	looks     []state   // of each watch
	tries     int       // sign-ins since the gate was open
	notBefore time.Time // of the next one
	trouble   atomic.Value
}

// state is what is known of a watch.
type state struct {
	due     time.Time // of the next look
	found   mark      // new content, which has to stay the same
	since   time.Time // when it was found
	problem string
}

// find is a sign-in that was noticed.
type find struct {
	by   string
	name string
	mark mark
}

func newWorker(c *Config, m *memory, s Session) *worker {
	w := &worker{cfg: c, memory: m, session: s, news: follow.NewSignal(), looks: make([]state, len(s.Watches))}
	w.trouble.Store(s.Problem)
	return w
}

func (w *worker) run(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-w.news:
		case <-timer.C:
		}
		if wait, waits := w.turn(ctx); waits {
			timer.Reset(wait)
		} else {
			timer.Stop()
		}
	}
}

// turn looks if it is time to, and says after which time it is again; waits is false if it is not before something has
// become of the session.
func (w *worker) turn(ctx context.Context) (wait time.Duration, waits bool) {
	s, err := w.cfg.State(ctx, w.session.Name)
	if err != nil {
		return firstWait, ctx.Err() == nil
	}
	fresh := !w.begun
	w.begun = true
	if !s.WantsCredential() || s.RefreshSpent {
		w.rest(s)
		return 0, false
	}
	if old, ok := w.memory.get(s.Name); !ok || old.Generation != s.Generation {
		w.closed(s, old, fresh)
	}
	if found := w.look(ctx, s.Name); len(found) > 0 {
		w.signIn(ctx, s, found)
	}
	w.tell()
	return w.next(), ctx.Err() == nil
}

// rest forgets an outage that is over.
func (w *worker) rest(s policy.SessionView) {
	if s.State == messages.StateOpen {
		w.memory.forget(s.Name)
		w.tries, w.notBefore = 0, time.Time{}
	}
	clear(w.looks)
	problem := w.session.Problem
	if s.RefreshSpent && s.State == messages.StateClosed {
		problem = fmt.Sprintf("too many sign-ins that were noticed have been refused, one after the other; say that you have signed in "+
			"with `curfew session login %s`", s.Name)
	}
	w.trouble.Store(problem)
}

// closed notes what the files hold at a close: it was refused. At a start the close may have been long ago, and what was
// written since then is not among it.
func (w *worker) closed(s policy.SessionView, old seen, fresh bool) {
	clear(w.looks)
	old.Generation = s.Generation
	for _, watch := range w.session.Watches {
		if watch.Ask != nil {
			continue
		}
		if m, changed, err := look(watch.Name); err == nil && !(fresh && messages.At(changed) > s.Since) {
			old = old.with(m)
		}
	}
	w.memory.set(s.Name, old)
}

// look looks at everything that is due, and returns the sign-ins that it found.
func (w *worker) look(ctx context.Context, session string) (found []find) {
	for i, watch := range w.session.Watches {
		l := &w.looks[i]
		if w.cfg.Now().Before(l.due) {
			continue
		}
		l.due = w.cfg.Now().Add(watch.Every)
		known, _ := w.memory.get(session)
		m, by, err := w.lookAt(ctx, watch, session, known)
		if ctx.Err() != nil {
			return nil
		}
		l.problem = ""
		if err != nil {
			l.problem = w.describe(watch, err)
		}
		switch {
		case m == "" || known.has(m):
			l.found = ""
		case watch.Ask == nil && (l.found != m || w.cfg.Now().Sub(l.since) < settle):
			if l.found != m {
				l.found, l.since = m, w.cfg.Now()
			}
			l.due = l.since.Add(settle)
		default:
			found = append(found, find{by, watch.Name, m})
		}
	}
	return found
}

// lookAt returns the mark of what a watch shows; empty: no sign-in.
func (w *worker) lookAt(ctx context.Context, watch Watch, session string, known seen) (m mark, by string, err error) {
	if watch.Ask == nil {
		m, _, err = look(watch.Name)
		return m, messages.ByFile, err
	}
	done, err := w.cfg.Turn(ctx, session)
	if done == nil {
		return "", "", err // an attempt works: the question may disturb it
	}
	defer done()
	yes, err := watch.Ask(ctx)
	m = markOf("command\x00"+watch.Name, nil)
	switch {
	case err != nil:
		return "", "", err
	case !yes:
		w.memory.set(session, known.without(m))
		return "", "", nil
	}
	return m, messages.ByCommand, nil
}

// signIn says that somebody has signed in, unless it has just done so.
func (w *worker) signIn(ctx context.Context, s policy.SessionView, found []find) {
	now := w.cfg.Now()
	if now.Before(w.notBefore) {
		for i := range w.looks {
			w.looks[i].due = minTime(w.looks[i].due, w.notBefore)
		}
		return
	}
	if err := w.cfg.SignIn(ctx, s.Name, found[0].by); err != nil {
		if ctx.Err() == nil {
			w.cfg.Logger.Warn("gate: a sign-in was noticed, and not taken", zap.String("session", s.Name), zap.String("error", w.hide(err.Error())))
		}
		w.notBefore = now.Add(firstWait)
		return
	}
	w.tries++
	w.notBefore = now.Add(min(firstWait<<min(w.tries-1, 10), maxWait))
	known, _ := w.memory.get(s.Name)
	for _, f := range found {
		known = known.with(f.mark)
	}
	w.memory.set(s.Name, known)
	w.cfg.Logger.Info("gate: a sign-in was noticed; one run goes first", zap.String("session", s.Name), zap.String("by", found[0].by),
		zap.String("seen", w.hide(found[0].name)))
}

// next is the time until the next look.
func (w *worker) next() time.Duration {
	wait := maxWait
	for _, l := range w.looks {
		wait = min(wait, l.due.Sub(w.cfg.Now()))
	}
	return max(wait, 0)
}

// tell says once what keeps a sign-in from being noticed.
func (w *worker) tell() {
	var all []string
	if w.session.Problem != "" {
		all = append(all, w.session.Problem)
	}
	for _, l := range w.looks {
		if l.problem != "" {
			all = append(all, l.problem)
		}
	}
	problem := strings.Join(all, "; ")
	if problem != "" && problem != w.trouble.Load().(string) {
		w.cfg.Logger.Warn(unnoticed, zap.String("session", w.session.Name), zap.String("error", problem))
	}
	w.trouble.Store(problem)
}

func (w *worker) describe(watch Watch, err error) string {
	if watch.Ask != nil {
		return w.hide(text.Head(fmt.Sprintf("signed_in_when.command: %v", err), maxTrouble))
	}
	return w.hide(text.Head(fmt.Sprintf("signed_in_when.file: %v", err), maxTrouble))
}

func (w *worker) hide(s string) string { return w.cfg.Secrets.Redact(s) }

func minTime(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
