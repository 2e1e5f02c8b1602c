package refresher

import (
	"context"
	"crypto/sha256"
	"fmt"

	"go.uber.org/zap"

	"curfew/actors/env/tokens"
)

// readKept signs in with the kept token if it has changed since the last time, also to one that was used before. The
// token in use is not used again. The sign-in is by the name of the place, so people are told of a refused one as of
// any other sign-in. A token that could not be used is tried again: the disk may have been full, or the clock wrong.
func (w *worker) readKept(ctx context.Context) {
	text, err := w.session.Kept.Read()
	token := ""
	if err == nil {
		if token, _, err = tokens.Read(text); err != nil {
			err = fmt.Errorf("%s: %w", w.session.Kept, err)
		}
	}
	if err == nil {
		w.hide(token)
		sum := sha256.Sum256([]byte(token))
		if w.seen == sum {
			w.complaint.Store("")
			return
		}
		if w.cfg.Current(w.session.Name, token) {
			w.seen = sum
			w.complaint.Store("")
			return
		}
		if err = w.cfg.Login(ctx, w.session.Name, token, w.session.Kept.String(), 0); err == nil {
			w.seen = sum
			w.complaint.Store("")
			w.cfg.Logger.Info("gate: the session has a new token", zap.String("session", w.session.Name),
				zap.Stringer("from", w.session.Kept))
			return
		}
	}
	if ctx.Err() != nil {
		return
	}
	text = w.cfg.Secrets.Redact(err.Error())
	if w.complaint.Swap(text) == text {
		return
	}
	w.cfg.Logger.Warn("gate: a session's token could not be taken", zap.String("session", w.session.Name),
		zap.String("error", text))
}
