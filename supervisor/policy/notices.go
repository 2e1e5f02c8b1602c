package policy

import (
	"cmp"

	"curfew/messages"
)

// noticeClosed tells people, once per outage, that a session is closed and how to sign in.
func (m *Machine) noticeClosed(s *session) {
	m.emit(messages.NotificationRequested{
		Notice: messages.NoticeSessionClosed, Session: s.Config.Name, Reason: s.Reason, SignIn: s.Config.SignIn, Since: m.now,
		Until: s.Quota.at(),
	})
}

// noticeSignedOut begins an outage when the first slot falls due for a session without a sign-in, unless it is
// about to get its first credential by itself.
func (m *Machine) noticeSignedOut(s *session) {
	byPerson := s.Reason == messages.ReasonSignedOut && s.Source != messages.SourceConfig
	if s.Outage.Seq == 0 && (byPerson || !s.mendsItself()) {
		m.noticeClosed(s)
	}
}

// noticeRefused tells people that the credential they brought was refused.
func (m *Machine) noticeRefused(s *session) {
	m.emit(messages.NotificationRequested{
		Notice: messages.NoticeSignInRefused, Session: s.Config.Name, Reason: s.Reason, SignIn: s.Config.SignIn, Since: s.Outage.Since,
	})
}

// noticeSummary tells people what became of the runs that an outage held.
func (m *Machine) noticeSummary(s *session) {
	c := s.Outage.OutageCounts
	c.Waiting = m.stillWaiting(s)
	c.Held = c.LetGo + c.Stale + c.Dropped + c.Waiting
	m.emit(messages.NotificationRequested{
		Notice: messages.NoticeSessionSummary, Session: s.Config.Name, Since: s.Outage.Since, Counts: c,
	})
}

// stillWaiting counts the runs that the outage held and that have not been let go: those that wait for a
// person, or for their predecessor. When a close has ended the ration, so do all that it had not come to;
// they are counted by their queues, because a close must cost the same with one run waiting or a million.
func (m *Machine) stillWaiting(s *session) (n int) {
	if s.State != messages.StateOpen {
		return s.waiting() + len(s.parked)
	}
	for _, j := range m.active {
		if m.gate(j) != s {
			continue
		}
		for _, r := range j.runs {
			if !r.Final && !r.InFlight && r.WaitSeq <= s.OpenSeq && r.LetGo != s.Outage.Seq {
				n++
			}
		}
	}
	return n
}

// noticeSuspect tells people that a run lost two sessions that other runs found good.
func (m *Machine) noticeSuspect(s *session, r *run) {
	m.emit(messages.NotificationRequested{
		Notice: messages.NoticeRunSuspect, Session: s.Config.Name, Job: r.Job, Run: r.ID, Since: m.now,
	})
}

// ReasonAbandoned is the reason of a job that paused because two of its attempts did not stop.
const ReasonAbandoned = "abandoned"

// noticePaused tells people that the runtime paused a job.
func (m *Machine) noticePaused(r *run, reason string) {
	m.emit(messages.NotificationRequested{
		Notice: messages.NoticeJobPaused, Job: r.Job, Run: r.ID, Reason: reason, Since: m.now,
	})
}

// report is the one error report of a run that failed for good.
func (m *Machine) report(r *run, reason messages.FinishReason, class messages.Class, text string) messages.ErrorReported {
	tags := messages.ErrorTags{
		Domain: "cron", Operation: operation(r.StartDef.Actor), JobID: r.Job, Failure: string(reason),
	}
	if r.StartDef.Gated {
		tags.AgentID, tags.SessionTarget = r.Job, string(cmp.Or(r.StartDef.SessionTarget, messages.TargetIsolated))
	}
	return messages.ErrorReported{Run: r.ID, Job: r.Job, Class: class, Error: text, Attempt: r.Counted, Tags: tags}
}

// operation is "agent_job" for agent, "cli_agent_job" for cli-agent.
func operation(actor string) string {
	b := []byte(actor)
	for i, c := range b {
		if c == '-' {
			b[i] = '_'
		}
	}
	return string(b) + "_job"
}
