package messages

import "slices"

// Ref is which attempt a message is about: [AttemptSucceeded], [AttemptFailed], [AttemptInterrupted],
// [AttemptAbandoned] and [SideEffectBegan] have it.
func (a AttemptRef) Ref() AttemptRef { return a }

// RefOf is the attempt that a fact is about; false if it is about none.
func RefOf(b Body) (ref AttemptRef, ok bool) {
	m, ok := b.(interface{ Ref() AttemptRef })
	if !ok {
		return AttemptRef{}, false
	}
	return m.Ref(), true
}

// RunOf is the run that a message names; empty if it names none. A message about a job or a session may name one,
// such as the run whose call confirmed the session.
func RunOf(b Body) RunID {
	switch m := b.(type) {
	case AttemptStarted:
		return m.Run
	case Woke:
		return m.Run
	case WakeScheduled:
		return m.Run
	case RunQueued:
		return m.Run
	case RunHeld:
		return m.Run
	case RunFinished:
		return m.Run
	case CancelRequested:
		return m.Run
	case SessionConfirmed:
		return m.Run
	case DeliveryRequested:
		return m.Run
	case DeliveryFinished:
		return m.Run
	case NotificationRequested:
		return m.Run
	case ErrorReported:
		return m.Run
	}
	ref, _ := RefOf(b)
	return ref.Run
}

// Concerns reports whether the message is about the job: one that names it, and a batch of slots with one of it.
func Concerns(b Body, job string) bool {
	switch m := b.(type) {
	case SlotsDue:
		return slices.ContainsFunc(m.Slots, func(s JobSlot) bool { return s.Job == job })
	case NotificationRequested:
		return m.Job == job
	case Woke:
		return m.Job == job
	case WakeScheduled:
		return m.Job == job
	}
	return b.Topic() != TopicSession && b.Key() == job
}

// ConcernsSession reports whether the message is about the session: one of its topic, an attempt with its credential, a
// timer or a notification of it.
func ConcernsSession(b Body, session string) bool {
	switch m := b.(type) {
	case AttemptStarted:
		return m.Session == session
	case AttemptFailed:
		return m.Session == session
	case NotificationRequested:
		return m.Session == session
	case Woke:
		return m.Session == session
	case WakeScheduled:
		return m.Session == session
	}
	return b.Topic() == TopicSession && b.Key() == session
}
