package refresher

import (
	"errors"
	"fmt"
	"strconv"

	"go.uber.org/zap"

	"curfew/messages"
	"curfew/messages/text"
	"curfew/supervisor/policy"
)

// failed reports that a session did not get its credential: at once if its jobs wait for it or only a person can help;
// otherwise after some tries, or when there is no time for another. The id makes it one fact for each generation.
func (w *worker) failed(s policy.SessionView, err error) {
	text := w.cfg.Secrets.Redact(fmt.Sprintf("refresh: %v", err))
	w.trouble.Store(text)
	w.cfg.Logger.Warn("gate: a session could not be refreshed", zap.String("session", w.session.Name),
		zap.String("error", text), zap.Int("try", w.tries))
	if errors.Is(err, ErrSpent) {
		w.spent = s.Generation + 1
	} else if s.State == messages.StateOpen && w.tries < triesBeforeTold && w.canRetry(s) {
		return
	}
	w.publish(messages.RefreshFailed{Session: w.session.Name, Generation: s.Generation, Error: text})
}

// canRetry reports whether there is time for another try before the gate closes.
func (w *worker) canRetry(s policy.SessionView) bool {
	return w.notBefore.Before(policy.LapseAt(s.Since, s.ExpiresAt).Time())
}

// settleSource lets the source keep what it could not keep so far. If it still cannot, people must know at once: it is
// lost when the process ends. Without a state, at the stop, nothing is reported.
func (w *worker) settleSource(s *policy.SessionView) {
	k, ok := w.session.Source.(Keeper)
	if !ok {
		return
	}
	err := k.Settle()
	if err == nil {
		if w.unkept != "" {
			w.unkept = ""
			w.cfg.Logger.Info("gate: the session's refresh token is kept again",
				zap.String("session", w.session.Name))
		}
		return
	}
	text := w.cfg.Secrets.Redact(err.Error())
	if s == nil || text == w.unkept {
		return
	}
	first := w.unkept == ""
	w.unkept = text
	w.cfg.Logger.Error("gate: the session's refresh token could not be kept; it works until Curfew stops",
		zap.String("session", w.session.Name), zap.String("error", text))
	if first {
		w.publish(messages.RefreshFailed{Session: w.session.Name, Generation: s.Generation, Error: text, Unkept: true})
	}
}

func (w *worker) publish(f messages.RefreshFailed) {
	f.Error = text.Head(f.Error, messages.MaxError)
	parts := []string{f.Session, strconv.FormatUint(f.Generation, 10)}
	if f.Unkept {
		parts = append(parts, "unkept")
	}
	w.cfg.Publish(messages.FactID(f.Name(), parts...), f)
}
