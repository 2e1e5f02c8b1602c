package notifier

import (
	"fmt"
	"strconv"

	"curfew/messages"
)

// compose makes the message of a record of the outbox.
func (w *worker) compose(r messages.Record) (Message, error) {
	m := Message{ID: r.ID, At: r.At}
	switch b := r.Body.(type) {
	case messages.NotificationRequested:
		m.Kind, m.Job, m.Run, m.Session, m.Notice = KindNotification, b.Job, b.Run, b.Session, b.Notice
		m.Title, m.Text = "Curfew", w.notification(b)
	case messages.ErrorReported:
		m.Kind, m.Job, m.Run, m.Report = KindReport, b.Job, b.Run, &b
		m.Title, m.Text = "job "+b.Job+" failed", b.Error
	case messages.DeliveryRequested:
		m.Kind, m.Job, m.Run = Kind(b.Kind), b.Job, b.Run
		fact, err := w.cfg.Fact(r.Cause)
		if err != nil {
			return m, fmt.Errorf("the fact to deliver cannot be read any more: %w", err)
		}
		if err := deliver(&m, b, fact.Body); err != nil {
			return m, err
		}
	}
	return m, nil
}

// withHint is a text whose commands find this daemon.
func (w *worker) withHint(text string) string {
	if w.cfg.Hint == nil {
		return text
	}
	return w.cfg.Hint(text)
}

// text is what a notification says, without what is due.
func (w *worker) text(b messages.NotificationRequested) string {
	if b.Session == "" || w.cfg.SignIn == nil {
		return Text(b)
	}
	return say(b, w.cfg.SignIn(b.Session))
}

func (w *worker) notification(b messages.NotificationRequested) string {
	text := w.withHint(w.text(b))
	switch b.Notice {
	case messages.NoticeSessionClosed, messages.NoticeRefreshFailed:
		text += Upcoming(w.cfg.Jobs(b.Session, 0))
	case messages.NoticeSessionEnding:
		text += Before(w.cfg.Jobs(b.Session, b.Until))
	}
	if b.Again != "" {
		text += " (since " + b.Since.String() + "; no target has taken it so far)"
	}
	return text
}

// deliver fills in the text of a delivery, from the fact that the delivery followed from.
func deliver(m *Message, b messages.DeliveryRequested, fact messages.Body) error {
	switch b.Kind {
	case messages.DeliverOutput:
		f, ok := fact.(messages.AttemptSucceeded)
		if !ok {
			return fmt.Errorf("a delivery of output follows from %s", fact.Name())
		}
		m.Title, m.Text = b.Job, f.Output
	case messages.DeliverFailure:
		m.Title = "job " + b.Job + " failed"
		m.Text = fmt.Sprintf("job %s failed, and its run is not tried again: %s; `curfew explain %s` tells more", b.Job, failure(fact), b.Job)
	case messages.DeliverReminder:
		m.Title = "job " + b.Job + " still fails"
		m.Text = fmt.Sprintf("job %s still fails, %s since %s: %s; `curfew explain %s` tells more", b.Job,
			runs(b.Failures), b.Since, failure(fact), b.Job)
	case messages.DeliverRecovery:
		m.Title = "job " + b.Job + " works again"
		m.Text = fmt.Sprintf("job %s works again, after %s failed since %s", b.Job, runs(b.Failures), b.Since)
	default:
		return fmt.Errorf("unknown delivery kind %q", b.Kind)
	}
	return nil
}

func runs(n int) string {
	if n == 1 {
		return "1 run"
	}
	return strconv.Itoa(n) + " runs"
}

// failure is why the last attempt failed, on one line.
func failure(fact messages.Body) string {
	switch f := fact.(type) {
	case messages.AttemptFailed:
		if text := oneLine(f.Error); text != "" {
			return text
		}
		return string(f.Class)
	case messages.AttemptAbandoned:
		return "it did not stop when it was told to"
	case messages.AttemptInterrupted:
		return "it was interrupted too often"
	default:
		return "its attempts are used up"
	}
}
