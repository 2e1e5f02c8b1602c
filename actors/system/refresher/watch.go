package refresher

import (
	"context"
	"crypto/sha256"
	"fmt"

	"go.uber.org/zap"

	"curfew/actors/system/tokens"
)

// look signs in with the kept token if it is another than at the last look, whatever it was before. The token that is
// in use is not offered again; who signs in is named after the place, so a refused one is told as any other sign-in is.
// One that could not be taken is tried again: the disk may have been full, or the clock wrong.
func (w *worker) look(ctx context.Context) {
	text, err := w.session.Kept.Read()
	token := ""
	if err == nil {
		if token, _, err = tokens.Read(text); err != nil {
			err = fmt.Errorf("%s: %w", w.session.Kept, err)
		}
	}
	if err == nil {
		w.know(token)
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
			w.cfg.Logger.Info("gate: the session has a new token", zap.String("session", w.session.Name), zap.Stringer("from", w.session.Kept))
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
	w.cfg.Logger.Warn("gate: a session's token could not be taken", zap.String("session", w.session.Name), zap.String("error", text))
}
