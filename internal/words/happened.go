package words

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"curfew/messages"
	"curfew/messages/text"
)

// Happened is a record of the journal in a few words; clock times are in the zone.
func Happened(b messages.Body, zone *time.Location) string {
	clock := func(at messages.Instant) string {
		return at.Time().In(zone).Format("Mon 15:04")
	}
	switch b := b.(type) {
	case messages.SlotsDue:
		if len(b.Slots) == 1 {
			return "is due: " + clock(b.Slots[0].Slot)
		}
		return fmt.Sprintf("%d jobs are due", len(b.Slots))
	case messages.SlotsMissed:
		return "missed " + Count(len(b.Slots)+b.More, "slot")
	case messages.SlotSkipped:
		return fmt.Sprintf("%s skipped: %s", Count(b.Count, "slot"), State(b.Reason))
	case messages.RunQueued:
		if b.Slot.IsZero() {
			return fmt.Sprintf("run %s by hand", b.Run)
		}
		return fmt.Sprintf("run %s for %s", b.Run, clock(b.Slot))
	case messages.RunHeld:
		return fmt.Sprintf("run %s waits: %s", b.Run, Join(b.Holds))
	case messages.RunFinished:
		return phrase("run", string(b.Run), State(b.Status), parenthesis(State(b.Reason)))
	case messages.WakeScheduled:
		return fmt.Sprintf("%s at %s", State(b.Why), b.Due.Time().In(zone).Format("15:04:05"))
	case messages.ClockSetBack:
		return "the clock is set back by " + b.By.Short()
	case messages.Woke:
		return fmt.Sprintf("%s is due", State(b.Why))
	default:
		return cmp.Or(ofAttempt(b), ofGate(b), ofPeople(b), ofOrders(b), ofNodes(b), strings.TrimSuffix(b.Name(), ".v1"))
	}
}

func ofAttempt(b messages.Body) string {
	switch b := b.(type) {
	case messages.AttemptStarted:
		canary := ""
		if b.Canary {
			canary = "to try the sign-in"
		}
		return phrase("attempt", fmt.Sprint(b.Attempt), "starts", onNode(b.Node), canary)
	case messages.AttemptSucceeded:
		return fmt.Sprintf("attempt %d succeeded", b.Attempt)
	case messages.AttemptFailed:
		return fmt.Sprintf("attempt %d failed (%s): %s", b.Attempt, State(b.Class), text.FirstLine(b.Error))
	case messages.AttemptInterrupted:
		return fmt.Sprintf("attempt %d was interrupted (%s)", b.Attempt, State(b.Why))
	case messages.SideEffectBegan:
		return fmt.Sprintf("attempt %d calls the tool %s, which may change something", b.Attempt, b.Tool)
	case messages.AttemptAbandoned:
		return fmt.Sprintf("attempt %d does not stop and is left to itself", b.Attempt)
	}
	return ""
}

func ofGate(b messages.Body) string {
	switch b := b.(type) {
	case messages.SessionExpired:
		if b.Reason == messages.ReasonSignedOut {
			return phrase("is signed out", by(b.Source))
		}
		return phrase("expired, says", b.Source, parenthesis(text.FirstLine(b.Reason)))
	case messages.SessionRestored:
		return "signed in by " + b.By
	case messages.SessionConfirmed:
		return fmt.Sprintf("credential %d is accepted", b.Generation)
	case messages.RefreshFailed:
		if b.Unkept {
			return "is renewed, but cannot be after a restart: " + text.FirstLine(b.Error)
		}
		return "gets no new credential by itself: " + text.FirstLine(b.Error)
	case messages.GateClosed:
		return phrase("is closed:", messages.Closed(b.Reason, b.Source), parenthesis(text.FirstLine(Evidence(b.Reason))))
	case messages.GateProbing:
		return fmt.Sprintf("is tried with credential %d", b.Generation)
	case messages.GateOpened:
		return fmt.Sprintf("is open with credential %d", b.Generation)
	}
	return ""
}

func ofPeople(b messages.Body) string {
	switch b := b.(type) {
	case messages.NotificationRequested:
		return fmt.Sprintf("people are told: %s", State(b.Notice))
	case messages.ErrorReported:
		return fmt.Sprintf("an error is reported (%s): %s", State(b.Class), text.FirstLine(b.Error))
	case messages.DeliveryRequested:
		return phrase("delivered to", b.To, parenthesis(string(b.Kind)))
	case messages.DeliveryFinished:
		if b.OK {
			return b.To + " has taken it"
		}
		return fmt.Sprintf("%s refuses it: %s", b.To, text.FirstLine(b.Error))
	}
	return ""
}

// ofOrders are orders of people, definitions, and the daemon itself.
func ofOrders(b messages.Body) string {
	switch b := b.(type) {
	case messages.RunRequested:
		return phrase("a run is asked for", by(b.By))
	case messages.JobPaused:
		return phrase("is paused", by(b.By))
	case messages.JobResumed:
		return phrase("is resumed", by(b.By))
	case messages.CancelRequested:
		return phrase("a cancel is asked for", by(b.By))
	case messages.JobDefined:
		return "is defined"
	case messages.JobRemoved:
		return "is removed"
	case messages.RuntimeConfigured:
		if b.Reloaded {
			return "the daemon takes in changed settings"
		}
		return "the daemon starts"
	case messages.RuntimeStopped:
		return "the daemon stops"
	}
	return ""
}

func onNode(node string) string {
	if node == "" {
		return ""
	}
	return "on node " + node
}

// ofNodes are the nodes of a fleet, and who takes jobs.
func ofNodes(b messages.Body) string {
	switch b := b.(type) {
	case messages.NodeJoined:
		if b.Stopping {
			return fmt.Sprintf("node %s stops, and takes no more jobs", b.Node)
		}
		if b.Draining {
			return fmt.Sprintf("node %s is drained", b.Node)
		}
		return phrase("node", b.Node, "takes jobs", parenthesis(messages.LabelsText(b.Labels)))
	case messages.NodeLost:
		return phrase("node", b.Node, b.Reason.Text())
	case messages.JobsAssigned:
		if len(b.Nodes) == 0 {
			return "no node takes jobs"
		}
		return fmt.Sprintf("%s take the jobs; %s", Count(len(b.Nodes), "node"), Count(b.Moved, "job")+" moved")
	}
	return ""
}

func by(who string) string {
	if who == "" {
		return ""
	}
	return "by " + who
}

// phrase joins texts, but for empty ones.
func phrase(all ...string) string {
	var said []string
	for _, one := range all {
		if one != "" {
			said = append(said, one)
		}
	}
	return strings.Join(said, " ")
}

func parenthesis(s string) string {
	if s == "" {
		return ""
	}
	return "(" + s + ")"
}
