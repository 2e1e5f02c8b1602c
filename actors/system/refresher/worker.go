package refresher

import (
	"context"
	"crypto/sha256"
	"errors"
	"slices"
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"curfew/actors/env/tokens"
	"curfew/actors/system/follow"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// Bounds of a refresh (design §7 rule 11).
const (
	timeout   = time.Minute      // of one try
	firstWait = 10 * time.Second // after the first try; it doubles with every try
	maxWait   = 10 * time.Minute
	// A credential is renewed this long before its gate would close, or a fifth of its life before if that is less.
	lead      = 5 * time.Minute
	leadShare = 5
	// triesBeforeTold is how often a refresh may fail, while the credential still works, before people are notified.
	triesBeforeTold = 3
	maxNap          = 30 * time.Second // the wall clock may have been set meanwhile (design §13)
	pollKept        = 5 * time.Second
	maxOffered      = 64 // tokens that are remembered, so that none is used to sign in twice
	// slack is how long after its end the source may still hand out the old token: clocks differ.
	slack = 30 * time.Second
)

// Why a token of a source is not used to sign in.
var (
	errOffered    = errors.New("the source returned a token that was already tried")
	errNothingNew = errors.New("the source has no other token yet") // and the present one is good
)

// worker brings one session its credentials.
type worker struct {
	cfg     *Config
	session Session
	news    follow.Signal // something has become of the session
	over    context.Context
	end     context.CancelFunc
	ended   chan struct{}

	tries     int    // in a row, since the gate has opened for a new generation
	opened    uint64 // that generation
	notBefore time.Time
	offered   [][sha256.Size]byte // newest last
	spent     uint64              // 1 + the generation for which people were told that the source needs something new; 0: none
	unkept    string              // the error that was reported of something that cannot be kept
	trouble   atomic.Value        // string: why the session gets no credential; empty: it gets one

	seen      [sha256.Size]byte // of the kept token that was used last
	complaint atomic.Value      // string: why the kept token could not be used; empty: it could
}

func newWorker(c *Config, s Session) *worker {
	w := &worker{cfg: c, session: s, news: follow.NewSignal(), ended: make(chan struct{})}
	w.over, w.end = context.WithCancel(context.Background())
	w.trouble.Store("")
	w.complaint.Store("")
	return w
}

// serve works until ctx ends, or the worker's own end.
func (w *worker) serve(ctx context.Context) {
	defer close(w.ended)
	defer context.AfterFunc(ctx, w.end)()
	w.run(w.over)
}

func (w *worker) run(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			w.settleSource(nil)
			return
		case <-w.news:
		case <-timer.C:
		}
		wait := maxNap
		if w.session.Kept != nil {
			w.readKept(ctx)
			wait = pollKept
		}
		if w.session.Source != nil {
			wait = min(wait, w.renewIfDue(ctx))
		}
		timer.Reset(wait)
	}
}

// renewIfDue renews the credential if it is time, and says when to look again.
func (w *worker) renewIfDue(ctx context.Context) time.Duration {
	s, err := w.cfg.State(ctx, w.session.Name)
	if err != nil {
		return maxNap
	}
	w.settleSource(&s)
	now := w.cfg.Now()
	if s.State == messages.StateOpen && s.Generation != w.opened {
		w.opened, w.tries = s.Generation, 0
		if soon := now.Add(firstWait); w.notBefore.After(soon) {
			w.notBefore = soon
		}
		w.trouble.Store("")
	}
	at, wanted := due(s)
	if !wanted {
		w.trouble.Store("")
		return maxNap
	}
	if w.spent != 0 {
		if b, ok := w.session.Source.(Brought); ok && !b.Brought() {
			if w.spent == s.Generation+1 {
				return pollKept // asking is useless, and people know
			}
		} else {
			w.spent, w.tries, w.notBefore = 0, 0, time.Time{}
		}
	}
	if wait := max(at.Sub(now), w.notBefore.Sub(now)); wait > 0 {
		return min(wait, maxNap)
	}
	w.tries++
	w.notBefore = now.Add(min(firstWait<<min(w.tries-1, 10), maxWait))
	switch err := w.renew(ctx, s); {
	case ctx.Err() != nil:
	case err == nil:
		w.trouble.Store("")
	case errors.Is(err, errNothingNew):
		w.tries, w.notBefore = 0, now.Add(firstWait)
		w.trouble.Store("")
	default:
		w.failed(s, err)
	}
	return 0
}

// due is the time from which the session wants another credential; wanted is false if it wants none.
func due(s policy.SessionView) (at time.Time, wanted bool) {
	switch {
	case s.RefreshSpent:
		return time.Time{}, false
	case s.State == messages.StateClosed:
		return time.Time{}, s.WantsCredential()
	case s.State == messages.StateOpen && s.ExpiresAt != 0:
		life := s.ExpiresAt.Sub(s.Since)
		return policy.LapseAt(s.Since, s.ExpiresAt).Time().Add(-min(lead, life/leadShare)), true
	default:
		return time.Time{}, false // the canary will show
	}
}

// renew asks the source for a token and signs in with it.
func (w *worker) renew(ctx context.Context, s policy.SessionView) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	token, expires, err := w.session.Source.Token(ctx)
	w.settleSource(&s)
	if err == nil {
		err = tokens.Check(token)
	}
	if err != nil {
		return err
	}
	w.hide(token)
	if err := w.checkNew(s, token, messages.At(expires)); err != nil {
		return err
	}
	if now, err := w.cfg.State(ctx, w.session.Name); err != nil || now.State == messages.StateClosed &&
		!now.WantsCredential() {
		return err // nil: a person has signed out meanwhile
	}
	if err := w.cfg.Login(ctx, w.session.Name, token, messages.ByRefresh, messages.At(expires)); err != nil {
		return err
	}
	w.offered = append(w.offered, sha256.Sum256([]byte(token)))
	w.offered = w.offered[max(0, len(w.offered)-maxOffered):]
	w.cfg.Logger.Info("gate: the session has a new credential", zap.String("session", w.session.Name))
	return nil
}

// hide makes a token of the session a known secret.
func (w *worker) hide(token string) { w.cfg.Secrets.Keep("session "+w.session.Name, token) }

// checkNew returns why the session cannot sign in with the token; nil if it can. The token in use is not new: while it
// lasts, the source just has no other. It counts as new if its source says that it lasts longer than was known.
func (w *worker) checkNew(s policy.SessionView, token string, expires messages.Instant) error {
	if w.cfg.Current(w.session.Name, token) {
		lasts := s.State == messages.StateOpen || s.Source == messages.SourceForecast // no backend has refused it
		switch {
		case s.State == messages.StateOpen && expires > s.ExpiresAt.Add(slack):
			return nil
		case lasts && messages.At(w.cfg.Now()) < s.ExpiresAt.Add(slack):
			w.cfg.Vouch(w.session.Name, s.Generation)
			return errNothingNew
		}
		return errOffered
	}
	if slices.Contains(w.offered, sha256.Sum256([]byte(token))) {
		return errOffered
	}
	return nil
}
