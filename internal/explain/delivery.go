package explain

import (
	"fmt"
	"strings"

	"curfew/messages"
)

// A DeliveryState says what became of a delivery or a notification for a target.
type DeliveryState string

// The states of a delivery.
const (
	DeliveryWaiting DeliveryState = "waiting" // the target has not answered
	DeliveryTaken   DeliveryState = "taken"
	DeliveryRefused DeliveryState = "refused" // the target refused it, or did not answer for too long
)

// Delivery is a delivery of a run, or a notification about its session, to one target.
type Delivery struct {
	ID         string           `json:"id"`    // of the decision; the target gets the same id
	Kind       string           `json:"kind"`  // output, failure, reminder, recovery, notification or error_report
	To         string           `json:"to"`    // the name of the target
	State      DeliveryState    `json:"state"` // waiting, taken or refused
	Tries      int              `json:"tries"` // so far by this daemon; 0 for a waiting delivery without a daemon
	DecidedAt  messages.Instant `json:"decided_at"`
	AnsweredAt messages.Instant `json:"answered_at"` // null: it waits
	NextTry    messages.Instant `json:"next_try"`    // of a waiting delivery; null: a try is running, or no daemon is
	Error      *string          `json:"error"`       // of the newest failed try
}

// what is the name of a kind of delivery in a sentence.
func what(kind string) string {
	switch kind {
	case string(messages.DeliverOutput), string(messages.DeliverReminder), kindNotification:
		return "the " + kind
	case string(messages.DeliverFailure):
		return "the word of the failure"
	case string(messages.DeliverRecovery):
		return "the word that the job works again"
	case kindReport:
		return "the error report"
	default:
		return plain(kind, maxWord)
	}
}

// Sentence says what became of a delivery; when writes instants.
func (d Delivery) Sentence(when func(messages.Instant) string) string {
	to, text := plain(d.To, maxWord), what(d.Kind)
	tries := ""
	if d.Tries > 1 {
		tries = fmt.Sprintf(" after %d tries", d.Tries)
	}
	reason := ""
	if d.Error != nil {
		reason = ": " + plain(*d.Error, maxQuote)
	}
	switch {
	case d.State == DeliveryTaken:
		return to + " has " + text + tries
	case d.State == DeliveryRefused && d.Error != nil && strings.HasPrefix(*d.Error, "given up"):
		return to + " did not take " + text + reason
	case d.State == DeliveryRefused:
		return to + " refused " + text + tries + reason
	case d.Tries == 0:
		return to + " has not been given " + text + " yet" + next(d, when)
	default:
		return fmt.Sprintf("%s has not taken %s yet: %s%s%s", to, text, count(d.Tries, "try", "tries"), next(d, when), reason)
	}
}

func next(d Delivery, when func(messages.Instant) string) string {
	if d.NextTry.IsZero() {
		return ""
	}
	return ", next " + when(d.NextTry)
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
