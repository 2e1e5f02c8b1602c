package web

import (
	"fmt"
	"unicode"
	"unicode/utf8"

	"curfew/internal/contract"
	"curfew/internal/explain"
	"curfew/internal/words"
	"curfew/messages"
	"curfew/messages/screen"
)

// holdLine says what holds a run, and what ends that.
type holdLine struct {
	Text  string // what holds it
	Ends  string // what ends it
	Link  string // where that is done; empty: on this page, or nowhere
	Where string // the text of the link
}

// sentence says in words what the status of a run means.
func (v *visit) sentence(run contract.Run, around contract.AroundRun, zone string) string {
	switch run.Status {
	case messages.StatusSucceeded:
		return "The run has succeeded."
	case messages.StatusRunning:
		if n := len(run.Attempts); n > 0 {
			return fmt.Sprintf("Attempt %d is running.", run.Attempts[n-1].Number)
		}
		return "An attempt is running."
	case messages.StatusBackingOff:
		if around.Due.IsZero() {
			return "The last attempt failed; the next one begins by itself."
		}
		at := v.moment(around.Due, zone)
		return fmt.Sprintf("The last attempt failed; the next one begins by itself at %s %s.", at.Text, at.Zone)
	case messages.StatusHeld:
		return "The run waits. Nothing is lost: it goes on when what holds it has ended."
	case messages.StatusQueued:
		return "The run waits for its turn" + laneText(around.Lane) + "."
	}
	reason := messages.FinishReason("")
	if run.Reason != nil {
		reason = *run.Reason
	}
	return sentenceOf(explain.Ended(run.Status, reason))
}

// laneText says how full the lane of a waiting run is.
func laneText(l *contract.Lane) string {
	if l == nil || l.Used < l.Limit {
		return ": a run before it is not over, or runs are let go one after the other after a sign-in"
	}
	return fmt.Sprintf(": all %d places of lane %s are taken, and %s for one", l.Limit, l.Actor, waiting(l.Waiting))
}

func waiting(jobs int) string {
	if jobs == 1 {
		return "1 job waits"
	}
	return fmt.Sprintf("%s jobs wait", number(jobs))
}

// sentenceOf makes a sentence of a text.
func sentenceOf(text string) string {
	if text == "" {
		return ""
	}
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:] + "."
}

// advice says what to do about the end of a run; empty: nothing.
func advice(run contract.Run, job *contract.Job) string {
	if run.Reason == nil {
		return ""
	}
	next := "Its job runs again at its next slot."
	switch {
	case job == nil:
		next = "Its job is gone, so nothing of it runs again."
	case job.NextSlot.IsZero():
		next = "Its job has no next slot at present."
	case len(job.Holds) > 0:
		next = "Its job is held by " + words.HeldBy(job.Holds, job.Session) + " now."
	}
	switch *run.Reason {
	case messages.FinishRetriesExhausted:
		return "The error of the last attempt is below. " + next
	case messages.FinishPermanent:
		return "What the error below says has to be mended first, in the definition of the job or in what it calls. " + next
	case messages.FinishInterrupted:
		return "The daemon stopped under it. Run it again if its work may be done twice. " + next
	case messages.FinishCoalesced:
		return "The older run has its slots: look there for what became of them."
	case messages.FinishSessionClosed, messages.FinishStaleAfter, messages.FinishUnanswered:
		return "Run it again if it is still wanted. " + next
	case messages.FinishCancelled, messages.FinishOverlap:
		return next
	default:
		return ""
	}
}

// hold says what holds a run and what ends that.
func (v *visit) hold(h messages.Hold, run contract.Run, job *contract.Job) holdLine {
	var known contract.Job
	if job != nil {
		known = *job
	}
	line := holdLine{Link: "/jobs/" + run.Job, Where: "Job " + run.Job}
	gate := ""
	switch h {
	case messages.HoldSession:
		line.Link, line.Where = "/#sessions", "Sessions"
		gate, line.Ends = v.gateOf(known)
	case messages.HoldPaused:
		line.Ends = "It ends when the job is resumed."
		if known.Disabled {
			line.Ends = "It ends when the job file enables the job."
		}
	case messages.HoldAsk, messages.HoldSuspect:
		line.Link, line.Where = "", ""
		line.Ends = "A person ends it: let it run now, or cancel it, with the buttons above."
	case messages.HoldCircuit:
		line.Link, line.Where = "/#sessions", "Sessions"
		line.Ends = "It ends by itself: from time to time one run tries."
	case messages.HoldNode:
		line.Ends = "It ends by itself when such a node joins, or is drained no more."
	}
	line.Text = sentenceOf(screen.Line(words.Held(h, known, gate)))
	return line
}

// gateOf is the session of a job with its state, and what opens it.
func (v *visit) gateOf(job contract.Job) (gate, ends string) {
	ends = "It ends when somebody signs in to its session."
	if job.Session == nil {
		return "", ends
	}
	s, err := v.Backend.Session(v.ctx, *job.Session)
	if err != nil {
		return *job.Session, ends // the rest of the page is still worth having
	}
	switch {
	case s.State == messages.StateProbing:
		ends = "It ends by itself when the first run of the session has shown that the sign-in works."
	case !s.Until.IsZero():
		at := v.moment(s.Until, job.Timezone)
		ends = fmt.Sprintf("It ends by itself: the session is out of quota, and is tried again at %s %s.", at.Text, at.Zone)
	}
	return words.Gate(s, v.slot), ends
}

// ordersOf are the orders that make sense for a run.
func ordersOf(run contract.Run, job *contract.Job) runOrders {
	o := runOrders{Cancel: run.FinishedAt.IsZero()}
	switch {
	case job == nil || job.Disabled:
	case letsGo(run):
		o.Again, o.AgainHelp = "Run it now", "This makes no new run: it ends a pause between attempts and says yes to a question. Its session, a paused job and its lane still hold it."
	case run.FinishedAt.IsZero():
		o.Again, o.AgainHelp = "Run the job once more", "This makes a new run, which begins when this one is over."
	default:
		o.Again, o.AgainHelp = "Run the job again", "This makes a new run; this one stays as it is."
	}
	return o
}
