package messages

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
