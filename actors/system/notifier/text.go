package notifier

import (
	"fmt"
	"strconv"
	"strings"

	"curfew/messages"
	"curfew/messages/text"
)

// maxNames bounds how many jobs a notification names.
const maxNames = 10

// Text is a notification in plain words, on one line, about a session with a backend if it is about one.
func Text(m messages.NotificationRequested) string {
	return say(m, messages.SignIn{Session: m.Session, Page: m.SignIn}.Text())
}

// say is a notification in plain words, on one line; signIn is what a person does to open its session.
func say(m messages.NotificationRequested, signIn string) string {
	m.Reason = strings.TrimSuffix(m.Reason, "; "+signIn) // an agent CLI's reason has it, too
	switch m.Notice {
	case messages.NoticeSessionClosed:
		if m.Reason == messages.ReasonSignedOut {
			return fmt.Sprintf("session %s is signed out: its jobs wait; %s", m.Session, signIn)
		}
		if m.Reason == messages.ReasonQuota {
			return fmt.Sprintf("session %s is out of quota: its jobs wait until %s, then one of them tries; nothing is to be done",
				m.Session, m.Until)
		}
		if m.Reason == messages.ReasonRemoved {
			return fmt.Sprintf("session %s is no longer in the job file: its jobs wait; put it back, or give them another session",
				m.Session)
		}
		return fmt.Sprintf("session %s expired%s: its jobs wait; %s", m.Session, because(m.Reason), signIn)
	case messages.NoticeSignInRefused:
		return fmt.Sprintf("session %s: the new sign-in was refused%s; %s", m.Session, because(m.Reason),
			signIn)
	case messages.NoticeSessionSummary:
		return fmt.Sprintf("session %s works again: %s", m.Session, Counts(m.Counts))
	case messages.NoticeRunSuspect:
		return fmt.Sprintf("job %s lost two good sessions and is held: its run goes on with `curfew job run %s` only",
			m.Job, m.Job)
	case messages.NoticeRunAsked:
		return fmt.Sprintf("job %s %s: `curfew job run %s` runs it again, `curfew job cancel %s` gives it up", m.Job,
			asked(m.Reason), m.Job, m.Job)
	case messages.NoticeJobPaused:
		return fmt.Sprintf("job %s was paused%s; `curfew job resume %s` lets it go on", m.Job, because(m.Reason), m.Job)
	case messages.NoticeSessionEnding:
		return fmt.Sprintf("session %s ends at %s; %s before that", m.Session, m.Until, signIn)
	case messages.NoticeRefreshFailed:
		return fmt.Sprintf("session %s could not get a new credential by itself%s; %s", m.Session, because(m.Reason),
			signIn)
	case messages.NoticeRefreshUnkept:
		return fmt.Sprintf("session %s goes on, but cannot be renewed after a restart%s", m.Session, because(m.Reason))
	case messages.NoticeBackendLost:
		return fmt.Sprintf("the backend of session %s does not answer: its jobs wait, one of them tries now and then; nothing is lost",
			m.Session)
	case messages.NoticeBackendBack:
		return fmt.Sprintf("the backend of session %s answers again: its jobs go on", m.Session)
	default:
		return oneLine(fmt.Sprintf("%s %s%s%s", m.Notice, m.Session, m.Job, because(m.Reason)))
	}
}

// asked says why a job is not run again without asking.
func asked(reason string) string {
	switch reason {
	case messages.ReasonEndsRuntime:
		return "was interrupted twice in a row within a minute of its start, and may be what ends Curfew"
	case messages.ReasonSideEffect:
		return "did not come to its end, and had called a tool that changes things"
	default:
		return "was interrupted"
	}
}

// Counts says how the runs that an outage held have ended, such as "3 held: 2 let go, 1 stale".
func Counts(c messages.OutageCounts) string {
	text := strconv.Itoa(c.Held) + " held"
	var parts []string
	for _, p := range []struct {
		n    int
		word string
	}{{c.LetGo, "let go"}, {c.Stale, "stale"}, {c.Dropped, "dropped"}, {c.Waiting, "waiting for you"}} {
		if p.n > 0 {
			parts = append(parts, strconv.Itoa(p.n)+" "+p.word)
		}
	}
	if len(parts) == 0 {
		return text
	}
	return text + ": " + strings.Join(parts, ", ")
}

// Upcoming names the jobs that are due soon, each with its next slot, as the end of a notification; empty if there are none.
func Upcoming(jobs []string) string {
	switch n := len(jobs); {
	case n == 0:
		return ""
	case n == 1:
		return " (next: " + jobs[0] + ")"
	default:
		return fmt.Sprintf(" (next, of %d jobs: %s)", n, text.Names(jobs, maxNames))
	}
}

// Before names the jobs that fall due after a session has ended, as the end of a notification.
func Before(jobs []string) string {
	switch n := len(jobs); {
	case n == 0:
		return " (no job falls due in the 24 hours after that)"
	case n == 1:
		return " (it ends before 1 job: " + jobs[0] + ")"
	default:
		return fmt.Sprintf(" (it ends before %d jobs: %s)", n, text.Names(jobs, maxNames))
	}
}

func because(reason string) string {
	if reason == "" {
		return ""
	}
	return " (" + oneLine(reason) + ")"
}

// maxReason bounds the reason in a notification, in bytes.
const maxReason = 200

// oneLine makes a text from elsewhere fit to stand in a line of ours.
func oneLine(s string) string {
	s = text.OneLine(s)
	if len(s) > maxReason {
		s = text.Head(s, maxReason) + "…"
	}
	return s
}
