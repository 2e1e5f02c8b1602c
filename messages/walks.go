package messages

// The walks of the messages that a run makes, and of definitions, of which a start reads many. A message that has no
// walk is left to encoding/json, and so is one with a part that the walk does not know. TestWalksWriteAlike compares both for
// every message; a field that is added to one of these fails it until the walk has it, too.

func (m *JobPaused) walk(w *walk) {
	w.open()
	text(w, "job", &m.Job)
	text(w, "by", &m.By)
	w.close()
}

func (m *JobResumed) walk(w *walk) { (*JobPaused)(m).walk(w) }

func (m *SlotsDue) walk(w *walk) {
	w.open()
	w.member("slots")
	for i := 0; item(w, &m.Slots, i); i++ {
		w.open()
		text(w, "job", &m.Slots[i].Job)
		w.instant("slot", &m.Slots[i].Slot)
		w.close()
	}
	w.close()
}

func (m *AttemptStarted) walk(w *walk) {
	w.open()
	text(w, "run", &m.Run)
	text(w, "job", &m.Job)
	w.integer("attempt", &m.Attempt)
	w.instant("slot", &m.Slot)
	word(w, "session", &m.Session)
	w.count("generation", &m.Generation)
	w.flag("canary", &m.Canary)
	if w.optional("node", m.Node == "") {
		wordValue(w, &m.Node)
	}
	w.close()
}

func (a *AttemptRef) walk(w *walk) {
	text(w, "run", &a.Run)
	text(w, "job", &a.Job)
	w.integer("attempt", &a.Attempt)
	w.count("incarnation", &a.Incarnation)
}

func (m *AttemptSucceeded) walk(w *walk) {
	w.open()
	m.AttemptRef.walk(w)
	w.flag("called", &m.Called)
	text(w, "output", &m.Output)
	w.without(m.Usage != nil || m.Trace != nil || m.Left != nil)
	w.close()
}

func (m *AttemptFailed) walk(w *walk) {
	w.open()
	m.AttemptRef.walk(w)
	word(w, "class", &m.Class)
	text(w, "error", &m.Error)
	w.flag("called", &m.Called)
	word(w, "session", &m.Session)
	w.count("generation", &m.Generation)
	w.duration("retry_after", &m.RetryAfter)
	text(w, "output", &m.Output)
	if w.optional("detail", m.Detail == "") {
		wordValue(w, &m.Detail)
	}
	w.without(m.Usage != nil || m.Trace != nil || m.Left != nil)
	w.close()
}

func (t *Timer) walk(w *walk) {
	w.open()
	text(w, "run", &t.Run)
	text(w, "job", &t.Job)
	word(w, "session", &t.Session)
	word(w, "why", &t.Why)
	w.instant("due", &t.Due)
	w.close()
}

func (m *RunQueued) walk(w *walk) {
	w.open()
	text(w, "run", &m.Run)
	text(w, "job", &m.Job)
	w.instant("slot", &m.Slot)
	w.instant("first_slot", &m.FirstSlot)
	w.integer("missed", &m.Missed)
	word(w, "trigger", &m.Trigger)
	if w.optional("beside", !m.Beside) {
		w.flagValue(&m.Beside)
	}
	w.without(m.After != nil)
	w.close()
}

func (m *RunHeld) walk(w *walk) {
	w.open()
	text(w, "run", &m.Run)
	text(w, "job", &m.Job)
	w.member("holds")
	for i := 0; item(w, &m.Holds, i); i++ {
		wordValue(w, &m.Holds[i])
	}
	w.instant("slot", &m.Slot)
	w.instant("first_slot", &m.FirstSlot)
	w.integer("missed", &m.Missed)
	w.without(m.After != nil)
	w.close()
}

func (m *RunFinished) walk(w *walk) {
	w.open()
	text(w, "run", &m.Run)
	text(w, "job", &m.Job)
	word(w, "status", &m.Status)
	word(w, "reason", &m.Reason)
	text(w, "into", &m.Into)
	w.close()
}
