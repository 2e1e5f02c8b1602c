package explain

import (
	"fmt"
	"strings"

	"curfew/messages"
)

// brought says how a target has answered.
func (t *teller) brought(b messages.DeliveryFinished) string {
	for _, d := range t.post.Deliveries(b.Of) {
		if d.To == b.To {
			text := d.Sentence(t.clock)
			if d.Kind == kindNotification && d.State == DeliveryRefused && t.post.unheard(b.Of) {
				text += "; it is undelivered: only the daemon's log has it"
			}
			return text
		}
	}
	return ""
}

// delivery says what is to be delivered. Whether it was, the answers of the targets say.
func delivery(b messages.DeliveryRequested) string {
	to := plain(b.To, maxWord)
	switch b.Kind {
	case messages.DeliverOutput:
		return "the output is to be delivered to " + to
	case messages.DeliverFailure:
		return fmt.Sprintf("the failure is to be delivered to %s; further ones are not, but for reminders, until a run succeeds", to)
	case messages.DeliverReminder:
		return fmt.Sprintf("a reminder is to be delivered to %s: %d runs have failed in a row", to, b.Failures)
	case messages.DeliverRecovery:
		return fmt.Sprintf("%s is to be told that the job works again", to)
	default:
		return fmt.Sprintf("%s is to be delivered to %s", plain(string(b.Kind), maxWord), to)
	}
}

// asked says why a person is asked about a run that was interrupted.
func asked(reason string) string {
	switch reason {
	case messages.ReasonEndsRuntime:
		return "two attempts in a row were interrupted within a minute of their start, so the job may be what ends the runtime"
	case messages.ReasonSideEffect:
		return "the attempt did not come to its end, and had called a tool that changes things"
	case messages.ReasonInterrupted:
		return "the attempt was interrupted, and on_interrupt is ask"
	}
	return plain(reason, maxWord)
}

func (t *teller) notice(b messages.NotificationRequested) string {
	if b.Again != "" {
		return fmt.Sprintf("nobody has the notification (%s) yet: it is to be told again, to %s",
			plain(string(b.Notice), maxWord), plain(strings.Join(b.To, ", "), maxWord))
	}
	switch b.Notice {
	case messages.NoticeSessionClosed:
		if b.Reason == messages.ReasonQuota {
			return fmt.Sprintf("people are to be told, once: the quota of session %s is used up", b.Session)
		}
		return fmt.Sprintf("people are to be told, once: sign in to session %s", b.Session)
	case messages.NoticeSignInRefused:
		return fmt.Sprintf("people are to be told: the sign-in to session %s was refused", b.Session)
	case messages.NoticeRunSuspect:
		return "people are to be told: this run loses sessions that are good"
	case messages.NoticeRunAsked:
		return "people are to be asked: " + asked(b.Reason)
	case messages.NoticeJobPaused:
		if b.Reason == messages.ReasonBudget {
			return "the job is paused by the runtime, and people are to be told: it went over its tokens of a day"
		}
		return "the job is paused by the runtime, and people are to be told: two attempts did not stop"
	case messages.NoticeSessionEnding:
		return fmt.Sprintf("people are to be told ahead of time: session %s ends at %s", b.Session, t.clock(b.Until))
	case messages.NoticeRefreshFailed:
		return fmt.Sprintf("people are to be told: session %s gets no new credential by itself", b.Session)
	case messages.NoticeRefreshUnkept:
		return fmt.Sprintf("people are to be told: session %s could not keep what brings its next credential", b.Session)
	case messages.NoticeBackendLost:
		return fmt.Sprintf("people are to be told: the backend of session %s does not answer", b.Session)
	case messages.NoticeBackendBack:
		return fmt.Sprintf("people are to be told: the backend of session %s answers again", b.Session)
	}
	return "people are to be told: " + plain(string(b.Notice), maxWord)
}
