package refresher

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"go.uber.org/zap"

	"curfew/messages"
	"curfew/supervisor/policy"
)

// Bounds of a refresh (design §7 rule 11).
const (
	timeout   = time.Minute      // of one try
	firstWait = 10 * time.Second // behind the first try; it doubles
	maxWait   = 10 * time.Minute
	// A credential is renewed this long before its gate would close, or a fifth of its life before.
	lead      = 5 * time.Minute
	leadShare = 5
	// triesBeforeTold is how often a refresh may fail while the credential still works before people hear of it.
	triesBeforeTold = 3
	maxNap          = 30 * time.Second // the wall clock may have been set meanwhile (design §13)
	pollKept        = 5 * time.Second
	maxOffered      = 64 // tokens that are remembered, so that none is offered twice
)

// errOffered means that a source gave a token that has been offered before.
var errOffered = errors.New("it gave a token that it has given before")

// worker brings one session its credentials.
type worker struct {
	cfg     *Config
	session Session
	news    chan struct{} // holds at most one wake

	tries     int // in a row, since the gate was open
	notBefore time.Time
	offered   [][sha256.Size]byte // newest last
	complaint string              // the last one that was logged about the kept token
}

func newWorker(c *Config, s Session) *worker {
	return &worker{cfg: c, session: s, news: make(chan struct{}, 1)}
}

func (w *worker) wake() {
	select {
	case w.news <- struct{}{}:
	default:
	}
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
		wait := maxNap
		if w.session.Kept != nil {
			w.look(ctx)
			wait = pollKept
		}
		if w.session.Source != nil {
			wait = min(wait, w.tend(ctx))
		}
		timer.Reset(wait)
	}
}

// tend renews the credential if it is time, and says when to look again.
func (w *worker) tend(ctx context.Context) time.Duration {
	s, err := w.cfg.State(ctx, w.session.Name)
	if err != nil {
		return maxNap
	}
	if s.State == stateOpen {
		w.tries = 0
	}
	at, wanted := due(s)
	if !wanted {
		return maxNap
	}
	now := w.cfg.Now()
	if wait := max(at.Sub(now), w.notBefore.Sub(now)); wait > 0 {
		return min(wait, maxNap)
	}
	w.tries++
	w.notBefore = now.Add(min(firstWait<<min(w.tries-1, 10), maxWait))
	if err := w.renew(ctx); err != nil && ctx.Err() == nil {
		w.failed(s, err)
	}
	return 0
}

const (
	stateClosed = "closed"
	stateOpen   = "open"
)

// due says from when on the session wants another credential.
func due(s State) (at time.Time, wanted bool) {
	switch {
	case s.Spent:
		return time.Time{}, false
	case s.State == stateClosed:
		return time.Time{}, s.Waits
	case s.State == stateOpen && s.ExpiresAt != 0:
		life := s.ExpiresAt.Sub(s.Since)
		return policy.LapseAt(s.Since, s.ExpiresAt).Time().Add(-min(lead, life/leadShare)), true
	default:
		return time.Time{}, false // the canary tells
	}
}

// renew asks the source for a token and signs in with it.
func (w *worker) renew(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	token, expires, err := w.session.Source.Token(ctx)
	if err != nil {
		return err
	}
	w.know(token)
	if !w.offer(token) {
		return errOffered
	}
	if err := w.cfg.Login(ctx, w.session.Name, token, messages.ByRefresh, messages.At(expires)); err != nil {
		return err
	}
	w.cfg.Logger.Info("gate: the session has a new credential", zap.String("session", w.session.Name))
	return nil
}

// know makes a token of the session a known secret.
func (w *worker) know(token string) { w.cfg.Secrets.Keep("session "+w.session.Name, token) }

// offer remembers the token; false if it was offered before, or is the session's already.
func (w *worker) offer(token string) bool {
	sum := sha256.Sum256([]byte(token))
	if slices.Contains(w.offered, sum) || w.cfg.Current(w.session.Name, token) {
		return false
	}
	w.offered = append(w.offered, sum)
	w.offered = w.offered[max(0, len(w.offered)-maxOffered):]
	return true
}

// failed says that a session did not get its credential: at once if its jobs wait for it, else when it has
// been tried some times. The id makes it one fact a generation.
func (w *worker) failed(s State, err error) {
	text := w.cfg.Secrets.Redact(fmt.Sprintf("refresh: %v", err))
	w.cfg.Logger.Warn("gate: a session could not be refreshed", zap.String("session", w.session.Name), zap.String("error", text), zap.Int("try", w.tries))
	if s.State == stateOpen && w.tries < triesBeforeTold {
		return
	}
	f := messages.RefreshFailed{Session: w.session.Name, Generation: s.Generation, Error: messages.Head(text, messages.MaxError)}
	w.cfg.Publish(messages.FactID(f.Name(), f.Session, strconv.FormatUint(f.Generation, 10)), f)
}

// look signs in with a kept token that is new. A token that was there when the gate closed is not offered
// again; who signs in is named after the place, so a refused one is told as any other sign-in is.
func (w *worker) look(ctx context.Context) {
	token, err := w.session.Kept.Read()
	if err == nil && token == "" {
		err = fmt.Errorf("%s: it is empty", w.session.Kept)
	}
	if err == nil {
		w.know(token)
		if !w.offer(token) {
			return
		}
		err = w.cfg.Login(ctx, w.session.Name, token, w.session.Kept.String(), 0)
	}
	switch {
	case err == nil:
		w.complaint = ""
		w.cfg.Logger.Info("gate: the session has a new token", zap.String("session", w.session.Name), zap.Stringer("from", w.session.Kept))
	case ctx.Err() == nil:
		text := w.cfg.Secrets.Redact(err.Error())
		if text == w.complaint {
			return
		}
		w.complaint = text
		w.cfg.Logger.Warn("gate: a session's token could not be taken", zap.String("session", w.session.Name), zap.String("error", text))
	}
}
