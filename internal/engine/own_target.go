package engine

import (
	"context"
	"errors"
	"net/http"

	"go.uber.org/zap"

	"curfew/actors"
	"curfew/actors/system/notifier"
	"curfew/internal/config"
	"curfew/messages"
)

// ownTarget is a target of a kind that the build has added, with its errors in the words of the notifier.
type ownTarget struct {
	actors.Target
	redact func(string) string
}

// ownTarget makes one.
func (r *Runtime) ownTarget(t config.Target, client *http.Client) notifier.Target {
	kind, _ := r.o.Kinds.Target(string(t.Kind)) // the reader of the job file has found it
	env := actors.Env{HTTP: client, Redact: r.Redact, Log: r.o.Logger.With(zap.String("target", t.Name))}
	target, err := kind.New(env, t.Block)
	if err != nil {
		return broken{err} // the block was checked, so its type changes its mind
	}
	return ownTarget{target, r.Redact}
}

// Send sends the message.
func (t ownTarget) Send(ctx context.Context, m notifier.Message) error {
	err := t.Target.Send(ctx, m)
	if err == nil {
		return nil
	}
	class, after := actors.Classify(err)
	err = errors.New(t.redact(err.Error()))
	if class == messages.ClassPermanent {
		return err
	}
	return &notifier.Retry{Err: err, After: after}
}

// broken is a target that cannot be.
type broken struct{ err error }

// Send refuses everything.
func (t broken) Send(context.Context, notifier.Message) error { return t.err }
