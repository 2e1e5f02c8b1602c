package policy

import (
	"errors"
	"fmt"

	"curfew/messages"
)

// ErrRefused is wrapped by every refusal of a fact on entry.
var ErrRefused = errors.New("refused")

// Errors that callers tell apart; each is an [ErrRefused], too.
var (
	ErrUnknownJob     = fmt.Errorf("unknown job: %w", ErrRefused)
	ErrUnknownSession = fmt.Errorf("unknown session: %w", ErrRefused)
	ErrGeneration     = fmt.Errorf("generation above the current one: %w", ErrRefused)
	ErrBadPayload     = fmt.Errorf("bad payload: %w", ErrRefused)
)

// Refusals are the errors by which callers tell refusals apart, the most special first.
func Refusals() []error {
	return []error{
		ErrUnknownJob, ErrUnknownSession, ErrGeneration, ErrBadPayload, ErrUnknownNode, ErrStale, ErrRefreshSpent, ErrRefused,
	}
}

// MaxText bounds the free texts of a fact, such as a reason, in bytes.
const MaxText = 4 << 10

// Admit judges a fact on entry, in log order: it returns the fact as it is to be recorded (a generation
// of 0 resolved to the current one), or an error that says why it is refused. A refused fact is never
// appended.
func (m *Machine) Admit(f messages.Fact) (messages.Fact, error) {
	switch e := f.(type) {
	case messages.SessionExpired:
		return m.admitExpired(e)
	case messages.NodeJoined:
		return m.admitJoined(e)
	}
	if err := m.inTime(f); err != nil {
		return nil, err
	}
	return f, m.admit(f)
}

// admit judges a fact that is recorded as it is.
func (m *Machine) admit(f messages.Fact) error {
	switch f := f.(type) {
	case messages.RuntimeConfigured:
		return admitConfigured(f)
	case messages.JobDefined:
		return m.admitDefined(f)
	case messages.JobRemoved:
		if j := m.jobs[f.Job]; j != nil && j.spent() && !j.Gone {
			return nil
		}
		return m.knownJob(f.Job)
	case messages.NodeLost:
		return m.admitLost(f)
	case messages.JobPaused:
		return m.knownJob(f.Job)
	case messages.JobResumed:
		if j := m.jobs[f.Job]; j != nil && !j.Gone && j.Def.Disabled {
			return bad("job "+f.Job, "has enabled: false in its job file; change it there, and reload")
		}
		return m.knownJob(f.Job)
	case messages.RunRequested:
		if f.Request == "" {
			return bad("request", "is empty")
		}
		return m.knownJob(f.Job)
	case messages.CancelRequested:
		return m.knownJob(f.Job)
	case messages.SlotsDue:
		return admitSlots(f)
	case messages.SlotsMissed:
		return admitMissed(f)
	case messages.ClockSetBack:
		if f.By <= 0 || f.To.IsZero() {
			return bad("by and to", "are needed: by how much, above 0, and to what time")
		}
		return nil
	case messages.Woke:
		if f.Due.IsZero() { // it would be that of every timer which is not set
			return bad("due", "is empty; it is the time that the timer was set to")
		}
		return nil
	case messages.AttemptFailed:
		return m.admitFailed(f)
	case messages.AttemptSucceeded:
		return errors.Join(within("output", f.Output, messages.MaxOutput), withinTrace(f.Trace))
	case messages.AttemptInterrupted:
		return errors.Join(within("output", f.Output, messages.MaxOutput), withinTrace(f.Trace))
	case messages.SessionRestored:
		return m.admitRestored(f)
	case messages.RefreshFailed:
		return errors.Join(within("error", f.Error, messages.MaxError), m.knownGeneration(f.Session, f.Generation))
	case messages.SessionConfirmed:
		return m.pastGeneration(f.Session, f.Generation)
	default:
		return nil
	}
}

func bad(field, what string) error {
	return fmt.Errorf("policy: %s %s: %w", field, what, ErrBadPayload)
}

func within(field, text string, limit int) error {
	if len(text) > limit {
		return bad(field, fmt.Sprintf("has %d bytes, over %d", len(text), limit))
	}
	return nil
}

func admitSlots(f messages.SlotsDue) error {
	if n := len(f.Slots); n < 1 || n > messages.MaxSlotsDue {
		return bad("slots", fmt.Sprintf("has %d entries; 1 to %d", n, messages.MaxSlotsDue))
	}
	for _, s := range f.Slots {
		if s.Job == "" || s.Slot.IsZero() {
			return bad("slots", "has an entry without a job or an instant")
		}
	}
	return nil
}

func admitMissed(f messages.SlotsMissed) error {
	if n := len(f.Slots); n < 1 || n > messages.MaxSlotsMissed {
		return bad("slots", fmt.Sprintf("has %d entries; 1 to %d", n, messages.MaxSlotsMissed))
	}
	for i, s := range f.Slots {
		if s < f.First || i > 0 && s <= f.Slots[i-1] {
			return bad("slots", "are not in order")
		}
	}
	switch {
	case f.More < 0:
		return bad("more", "is below 0")
	case f.Old < 0 || f.Old > f.More:
		return bad("old", fmt.Sprintf("is %d; it must be 0 to %d, the value of more", f.Old, f.More))
	case f.Old > 0 && f.Old < f.More && (f.Recent <= f.First || f.Recent >= f.Slots[0]):
		return bad("recent", "must be after first and before the first of slots")
	}
	return nil
}

func (m *Machine) admitFailed(f messages.AttemptFailed) error {
	err := errors.Join(within("error", f.Error, messages.MaxError), within("output", f.Output, messages.MaxOutput), withinTrace(f.Trace))
	if err != nil || f.Session == "" {
		return err
	}
	return m.pastGeneration(f.Session, f.Generation)
}

func withinTrace(steps []messages.Step) error {
	if len(steps) > messages.MaxSteps {
		return bad("trace", fmt.Sprintf("has %d steps; at most %d", len(steps), messages.MaxSteps))
	}
	size := 0
	for _, s := range steps {
		size += len(s.Text)
	}
	if size > messages.MaxTrace {
		return bad("trace", fmt.Sprintf("has %d bytes of text; at most %d", size, messages.MaxTrace))
	}
	return nil
}

func (m *Machine) admitExpired(f messages.SessionExpired) (messages.Fact, error) {
	if err := errors.Join(within("source", f.Source, MaxText), within("reason", f.Reason, MaxText)); err != nil {
		return nil, err
	}
	known := m.knownGeneration
	if f.Generation > 0 {
		known = m.pastGeneration // an attempt saw it
	}
	if err := known(f.Session, f.Generation); err != nil {
		return nil, err
	}
	if f.Generation == 0 {
		f.Generation = m.sessions[f.Session].Generation
	}
	return f, nil
}

// ErrRefreshSpent means that only a person may open the gate now.
var ErrRefreshSpent = errors.New("the backend refused too many credentials that no person brought; sign in")

func (m *Machine) admitRestored(f messages.SessionRestored) error {
	if err := m.knownSession(f.Session); err != nil {
		return err
	}
	if s := m.sessions[f.Session]; messages.BroughtByItself(f.By) && s.Refused >= maxRefreshed {
		return fmt.Errorf("policy: session %q: %w", f.Session, ErrRefreshSpent)
	}
	return nil
}

func (m *Machine) knownJob(name string) error {
	if j := m.jobs[name]; j == nil || j.Gone || j.spent() {
		return fmt.Errorf("policy: job %q: %w", name, ErrUnknownJob)
	}
	return nil
}

func (m *Machine) knownSession(name string) error {
	if s := m.sessions[name]; s == nil || s.Gone {
		return fmt.Errorf("policy: session %q: %w", name, ErrUnknownSession)
	}
	return nil
}

func (m *Machine) knownGeneration(name string, gen uint64) error {
	if err := m.knownSession(name); err != nil {
		return err
	}
	return m.pastGeneration(name, gen)
}

// pastGeneration is [Machine.knownGeneration] for what an attempt says: it began when the session was configured, and
// ends even if that is so no more.
func (m *Machine) pastGeneration(name string, gen uint64) error {
	if m.sessions[name] == nil {
		return fmt.Errorf("policy: session %q: %w", name, ErrUnknownSession)
	}
	if now := m.sessions[name].Generation; gen > now {
		return fmt.Errorf("policy: session %q is at generation %d, not %d: %w", name, now, gen, ErrGeneration)
	}
	return nil
}
