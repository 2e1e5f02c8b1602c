package notifier

import (
	"context"

	"go.uber.org/zap"

	"curfew/messages"
	"curfew/messages/text"
)

// maxLogged is how much of an output is logged, in bytes: the newest part, as of every output that is kept.
const maxLogged = 4 << 10

// logTarget is the program's log. It takes everything.
type logTarget struct{ logger *zap.Logger }

// Send writes the message.
func (t logTarget) Send(_ context.Context, m Message) error {
	switch m.Kind {
	case KindNotification:
		prefix := "gate: "
		if m.Session == "" {
			prefix = "cron: "
		}
		t.logger.Warn(prefix+m.Text, zap.String("notice", string(m.Notice)), zap.String("session", m.Session),
			zap.String("job", m.Job))
	case KindReport:
		t.report(*m.Report)
	case KindOutput:
		t.logger.Info("cron: output of job "+m.Job, zap.String("job", m.Job), zap.String("run", string(m.Run)),
			zap.String("output", newest(m.Text)))
	default:
		t.logger.Warn("cron: "+m.Text, zap.String("job", m.Job), zap.String("run", string(m.Run)))
	}
	return nil
}

// report writes an error report, with the tags that an error tracker gets.
func (t logTarget) report(m messages.ErrorReported) {
	t.logger.Error("cron: run failed, and is not tried again: "+m.Error,
		zap.String("run", string(m.Run)), zap.String("class", string(m.Class)), zap.Int("attempt", m.Attempt),
		zap.String("domain", m.Tags.Domain), zap.String("operation", m.Tags.Operation),
		zap.String("job_id", m.Tags.JobID),
		zap.String("agent_id", m.Tags.AgentID), zap.String("session_target", m.Tags.SessionTarget),
		zap.String("failure", m.Tags.Failure))
}

// newest is a text, or its newest part if it is too long for the log.
func newest(s string) string {
	if len(s) <= maxLogged {
		return s
	}
	return "…" + text.Tail(s, maxLogged)
}
