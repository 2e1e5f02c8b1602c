package explain

import (
	"fmt"

	"curfew/messages"
)

// session says what a record about a session means.
func (t *teller) session(r messages.Record) string {
	switch b := r.Body.(type) {
	case messages.SessionExpired:
		if b.Reason == messages.ReasonSignedOut {
			return fmt.Sprintf("somebody signs out of session %s (generation %d)%s", b.Session, b.Generation, says(b.Source))
		}
		return fmt.Sprintf("session %s expired (generation %d)%s: %s", b.Session, b.Generation, says(b.Source), plain(t.evidence(b.Reason), maxQuote))
	case messages.SessionRestored:
		switch b.By {
		case messages.ByRefresh:
			return fmt.Sprintf("session %s is renewed by its refresh command", b.Session)
		case messages.ByFile:
			return fmt.Sprintf("Curfew notices a sign-in to session %s: a file of signed_in_when has changed", b.Session)
		case messages.ByCommand:
			return fmt.Sprintf("Curfew notices a sign-in to session %s: the command of signed_in_when says yes", b.Session)
		}
		return fmt.Sprintf("%s signs in to session %s", by(b.By), b.Session)
	case messages.RefreshFailed:
		if b.Unkept {
			return fmt.Sprintf("session %s has a new credential, but not what brings the next one: %s", b.Session, plain(b.Error, maxQuote))
		}
		return fmt.Sprintf("session %s gets no new credential by itself: %s", b.Session, plain(b.Error, maxQuote))
	case messages.SessionConfirmed:
		return fmt.Sprintf("the backend accepts generation %d of session %s", b.Generation, b.Session)
	case messages.GateClosed:
		text := fmt.Sprintf("the gate of session %s closes (generation %d): no attempt of it may start", b.Session, b.Generation)
		if b.Reason == messages.ReasonSignedOut && b.Generation == 0 {
			text = fmt.Sprintf("nobody has signed in to session %s yet: its gate is closed", b.Session)
		}
		if !b.Until.IsZero() {
			text += ", until " + t.clock(b.Until)
		}
		if b.Reason == messages.ReasonQuota {
			text += "; its quota is used up"
		}
		if b.Reason == messages.ReasonRemoved {
			text += "; the job file no longer has it"
		}
		return text
	case messages.GateProbing:
		return fmt.Sprintf("the gate of session %s is probing (generation %d): one run may try it, the canary", b.Session, b.Generation)
	case messages.GateOpened:
		text := fmt.Sprintf("the gate of session %s opens (generation %d)", b.Session, b.Generation)
		if b.Unproven {
			text += ", for no job of it is left that could prove it"
		}
		if b.Rationed {
			text += "; what waits is let go at the set pace"
		}
		return text
	}
	return ""
}

func says(source string) string {
	if source == "" {
		return ""
	}
	return ", says " + plain(source, maxWord)
}

func by(who string) string {
	if who == "" {
		return "somebody"
	}
	return plain(who, maxWord)
}

// timetable is when a job runs, by the keys that its job file has.
func timetable(t messages.Timetable) string {
	if t.After != nil {
		return plain(t.After.String(), maxQuote)
	}
	text := fmt.Sprintf("%q in %s", plain(t.Schedule, maxQuote), t.Timezone)
	if t.Days == messages.DaysAnd {
		text += ", days: and"
	}
	if t.DST != "" && t.DST != messages.DSTVixie {
		text += ", dst: " + plain(string(t.DST), maxWord)
	}
	return text
}

// rest says what commands, definitions and messages to people mean.
func (t *teller) rest(r messages.Record) string {
	switch b := r.Body.(type) {
	case messages.RuntimeConfigured:
		if b.Reloaded {
			return "the daemon takes in changed settings of the job file"
		}
		return "a daemon starts"
	case messages.RuntimeStopped:
		return "the daemon stops"
	case messages.JobDefined:
		return "the job is defined: " + timetable(b.Timetable())
	case messages.JobRemoved:
		return "the job is removed"
	case messages.JobPaused:
		return by(b.By) + " pauses the job"
	case messages.JobResumed:
		return by(b.By) + " lets the job go on"
	case messages.RunRequested:
		return by(b.By) + " asks for a run now"
	case messages.CancelRequested:
		return by(b.By) + " calls the run off"
	case messages.NodeJoined, messages.NodeLost:
		return t.node(b)
	case messages.NotificationRequested:
		return t.notice(b)
	case messages.ErrorReported:
		return fmt.Sprintf("an error is reported, once (%s)", plain(b.Tags.Failure, maxWord))
	case messages.DeliveryRequested:
		return delivery(b)
	case messages.DeliveryFinished:
		return t.brought(b)
	}
	return ""
}
