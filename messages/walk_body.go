package messages

// walkBody appends the JSON of a message that has a walk. ok is false for any other: then what is appended is of no use.
func walkBody(out []byte, b Body, t *times) (_ []byte, ok bool) {
	w := walk{writing: true, out: out, times: t}
	switch m := b.(type) {
	case JobPaused:
		m.walk(&w)
	case JobResumed:
		m.walk(&w)
	case SlotsDue:
		m.walk(&w)
	case AttemptStarted:
		m.walk(&w)
	case AttemptSucceeded:
		m.walk(&w)
	case AttemptFailed:
		m.walk(&w)
	case Woke:
		m.walk(&w)
	case WakeScheduled:
		m.walk(&w)
	case RunQueued:
		m.walk(&w)
	case RunHeld:
		m.walk(&w)
	case RunFinished:
		m.walk(&w)
	case JobDefined:
		if m.Kept == nil {
			return out, false
		}
		m.write(&w)
	default:
		return out, false
	}
	return w.out, !w.odd
}

// readBody reads the message of that name from the beginning of raw, if it has a walk and is as walkBody writes it.
// rest is what stands after it. Definitions share what they have in common by way of the shelf; nil: they share nothing.
func readBody(name string, raw []byte, shelf *Shelf) (b Body, rest []byte, ok bool) {
	w := walk{rest: raw}
	switch name {
	case JobPaused{}.Name():
		var m JobPaused
		m.walk(&w)
		b = m
	case JobResumed{}.Name():
		var m JobResumed
		m.walk(&w)
		b = m
	case SlotsDue{}.Name():
		var m SlotsDue
		m.walk(&w)
		b = m
	case AttemptStarted{}.Name():
		var m AttemptStarted
		m.walk(&w)
		b = m
	case AttemptSucceeded{}.Name():
		var m AttemptSucceeded
		m.walk(&w)
		b = m
	case AttemptFailed{}.Name():
		var m AttemptFailed
		m.walk(&w)
		b = m
	case Woke{}.Name():
		var m Woke
		m.walk(&w)
		b = m
	case WakeScheduled{}.Name():
		var m WakeScheduled
		m.walk(&w)
		b = m
	case RunQueued{}.Name():
		var m RunQueued
		m.walk(&w)
		b = m
	case RunHeld{}.Name():
		var m RunHeld
		m.walk(&w)
		b = m
	case RunFinished{}.Name():
		var m RunFinished
		m.walk(&w)
		b = m
	case JobDefined{}.Name():
		k, rest, ok := shelf.Read(raw)
		return JobDefined{k}, rest, ok
	default:
		return nil, raw, false
	}
	return b, w.rest, !w.odd
}

// words are the texts of which there are few, by themselves: a text that is read and stands here takes no memory of its
// own.
var words = func() map[string]string {
	m := make(map[string]string)
	add := func(s string) { m[s] = s }
	for _, b := range prototypes {
		add(string(b.Topic()))
		add(b.Name())
	}
	few(add, KindFact, KindDecision, KindOpaque)
	few(add, TriggerSchedule, TriggerManual, TriggerCatchUp, TriggerAfter)
	few(add, StatusSucceeded, StatusFailed, StatusCancelled, StatusSkipped, StatusStale)
	few(add, HoldSession, HoldPaused, HoldAsk, HoldSuspect, HoldCircuit, HoldNode)
	few(add, FinishRetriesExhausted, FinishPermanent, FinishInterrupted, FinishCancelled, FinishJobRemoved,
		FinishOverlap, FinishCoalesced, FinishSessionClosed, FinishStaleAfter, FinishUnanswered)
	few(add, ClassSessionExpired, ClassPermanent, ClassTransient, ClassRateLimited, ClassTimeout, ClassPanic)
	few(add, DetailQuota, DetailUnreachable, DetailUnanswered)
	few(add, WakeRetry, WakeAsk, WakeRelease, WakeCanaryWait, WakeQuota, WakeCircuit, WakeForecast, WakeTell)
	few(add, OnHoldRunOnce, OnHoldSkip, OnHoldAsk, OnHoldRunAll)
	few(add, OnInterruptRerun, OnInterruptAsk, OnInterruptFail)
	few(add, OverlapSkip, OverlapQueueOne, OverlapQueueAll, OverlapCancelRunning, OverlapAllow)
	few(add, CatchUpOne, CatchUpAll, CatchUpNone)
	few(add, AllDays...)
	few(add, AllDST...)
	few(add, TargetIsolated, TargetMain)
	few(add, DefaultSession, "UTC", "shell", "agent", "cli-agent", "http")
	return m
}()

func few[S ~string](add func(string), all ...S) {
	for _, s := range all {
		add(string(s))
	}
}
