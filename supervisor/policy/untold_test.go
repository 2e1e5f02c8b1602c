package policy_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"curfew/messages"
	"curfew/supervisor/policy"
)

// settings are those of a post with one session that has a backend, and these targets of notifications.
func settings(notify ...string) messages.RuntimeConfigured {
	return messages.RuntimeConfigured{
		Sessions: []messages.SessionConfig{{Name: "default", Backend: "https://api.example.com"}},
		Lanes:    []messages.LaneConfig{{Actor: "shell", Size: 4}},
		Release:  messages.ReleaseConfig{CanaryWait: messages.Duration(time.Minute), Rate: 10}, Notify: notify,
	}
}

// closed is a post whose session has just expired, with the one notification before its targets.
func closed(t *testing.T, notify ...string) *post {
	p := newPost(t, notify, &messages.Deliver{To: []string{"hook"}})
	p.step(settings(notify...))
	p.step(messages.SessionRestored{Session: "default", By: "ada"})
	p.step(messages.SessionExpired{Session: "default", Source: "test", Reason: "401"})
	return p
}

// says answers the newest letter that is before a target, and tells what follows.
func (p *post) says(to string, ok bool) string {
	p.t.Helper()
	left := p.m.Undelivered()
	for i := len(left) - 1; i >= 0; i-- {
		for _, t := range left[i].To {
			if t == to {
				return repeats(p.step(messages.DeliveryFinished{Of: left[i].Record.ID, About: "default", To: to, OK: ok, Attempt: 1, Error: "404"}))
			}
		}
	}
	p.t.Fatalf("nothing is before %s", to)
	return ""
}

// repeats are the notifications among decisions, by their targets.
func repeats(ds []messages.Decision) string {
	var out []string
	for _, d := range ds {
		if n, ok := d.(messages.NotificationRequested); ok {
			out = append(out, fmt.Sprint(n.To, n.Again != ""))
		}
	}
	return strings.Join(out, " ")
}

func TestTheLogHasEveryNotification(t *testing.T) {
	p := closed(t, "hook", "log")
	if got := fmt.Sprint(p.open()); got != "[notification.requested.v1 [log hook]]" {
		t.Errorf("before the targets: %s", got)
	}
	p.says("log", true)
	if got := p.m.Untold(); len(got) != 1 || got[0].Session != "default" || fmt.Sprint(got[0].Waiting) != "[hook]" {
		t.Errorf("when only the log has it: %+v", got)
	}
	p.says("hook", true)
	if got := p.m.Untold(); got != nil {
		t.Errorf("when the hook has it: %+v", got)
	}
	alone := closed(t, "log")
	alone.says("log", true)
	if got := alone.m.Untold(); got != nil {
		t.Errorf("when the log is all that is named: %+v", got)
	}
}

// TestWhatFormerRulesDecidedStands: a journal of version 3 asked the log only if the file named it.
func TestWhatFormerRulesDecidedStands(t *testing.T) {
	m := policy.New()
	m.Apply(messages.Record{Seq: 1, At: 1, PolicyVersion: 3, Body: settings("hook")})
	m.Apply(messages.Record{Seq: 2, At: 2, ID: "n", Cause: 1, PolicyVersion: 3, Body: messages.NotificationRequested{
		Notice: messages.NoticeSessionClosed, Session: "default",
	}})
	if got := m.Undelivered(); len(got) != 1 || fmt.Sprint(got[0].To) != "[hook]" {
		t.Errorf("left to tell: %v", got)
	}
}

func TestAStartTellsAgain(t *testing.T) {
	p := closed(t, "hook")
	p.says("hook", false)
	again, err := policy.Restore(text(t, p.m))
	if err != nil {
		t.Fatal(err)
	}
	if got := again.Untold(); len(got) != 1 || got[0].Refused[0] != p.m.Untold()[0].Refused[0] || got[0].Due != p.m.Untold()[0].Due {
		t.Errorf("restored: %+v", got)
	}
	p.m = again
	if got := repeats(p.step(settings("phone"))); got != "[phone] true" {
		t.Errorf("a start with other targets tells %q", got)
	}
	if got := repeats(p.step(settings("phone"))); got != "" {
		t.Errorf("a start with that on its way tells %q", got)
	}
	p.says("phone", true)
	if got := repeats(p.step(settings("phone"))); got != "" {
		t.Errorf("a start when it has been told tells %q", got)
	}
}

// TestSettingsBeginThePausesAnew: the pauses grow until somebody has looked at the settings.
func TestSettingsBeginThePausesAnew(t *testing.T) {
	p := closed(t, "hook")
	p.says("hook", false)
	refusedIn := func(f messages.Fact) time.Duration {
		if got := repeats(p.step(f)); got != "[hook] true" {
			t.Errorf("after %T it is told again to %q", f, got)
		}
		p.says("hook", false)
		return p.m.Untold()[0].Due.Sub(p.now)
	}
	for _, want := range []time.Duration{20 * time.Minute, 40 * time.Minute, 80 * time.Minute} {
		if got := refusedIn(messages.DeliveryFinished{Of: "other", To: "hook", OK: true, Attempt: 1}); got != want {
			t.Errorf("it is told again after %v, want %v", got, want)
		}
	}
	if got := refusedIn(settings("hook")); got != 20*time.Minute {
		t.Errorf("after a start it is told again after %v", got)
	}
}

// TestATargetThatIsGone: the settings change while a notification is before a target that is in them no more.
func TestATargetThatIsGone(t *testing.T) {
	p := closed(t, "hook")
	p.step(settings("phone", "log"))
	if got := p.says("hook", false); got != "[phone] true" {
		t.Errorf("when the hook is said to be gone, it is told to %q", got)
	}
}

// TestATestMendsIt: any answer of a target that is well brings it what it has refused.
func TestATestMendsIt(t *testing.T) {
	p := closed(t, "hook", "phone")
	p.says("hook", false)
	tested := messages.DeliveryFinished{Of: "test-1", To: "hook", OK: true, Attempt: 1}
	if got := repeats(p.step(tested)); got != "" {
		t.Errorf("while the phone may still take it, it is told again: %q", got)
	}
	p.says("phone", false)
	if got := repeats(p.step(messages.DeliveryFinished{Of: "test-2", To: "hook", Attempt: 1, Error: "404"})); got != "" {
		t.Errorf("after a test that failed: %q", got)
	}
	if got := repeats(p.step(tested)); got != "[hook] true" {
		t.Errorf("after a test: %q", got)
	}
}

// TestTellingAgainIsNoFlood has a target that takes everything but the notification.
func TestTellingAgainIsNoFlood(t *testing.T) {
	p := closed(t, "hook")
	p.says("hook", false)
	n := 0
	for i := range 200 {
		p.now = p.now.Add(-time.Minute) // all at once
		if got := repeats(p.step(messages.DeliveryFinished{Of: fmt.Sprint("other-", i), To: "hook", OK: true, Attempt: 1})); got != "" {
			n++
			p.now = p.now.Add(-time.Minute)
			p.says("hook", false)
		}
	}
	if n == 0 || n > 5 {
		t.Errorf("it was told again %d times at once", n)
	}
	p.now = p.now.Add(time.Hour)
	if got := repeats(p.step(messages.DeliveryFinished{Of: "later", To: "hook", OK: true, Attempt: 1})); got != "[hook] true" {
		t.Errorf("an hour later: %q", got)
	}
}

func TestUntoldIsBounded(t *testing.T) {
	const most = 256
	p := newPost(t, []string{"hook"}, nil)
	for i := range most + 10 {
		p.m.Apply(messages.Record{Seq: p.seq, At: p.now.Add(time.Duration(i)), ID: fmt.Sprint(i), Cause: p.seq, PolicyVersion: policy.Version, Body: messages.NotificationRequested{
			Notice: messages.NoticeSessionSummary, Job: fmt.Sprintf("job-%03d", i),
		}})
	}
	if got := p.m.Untold(); len(got) != most || got[0].Job != "job-010" {
		t.Errorf("%d are remembered, the first %+v", len(got), got[0])
	}
}

// TestTheClockIsSetBack: what nobody has taken is told again by the clock as it is now.
func TestTheClockIsSetBack(t *testing.T) {
	p := closed(t, "hook")
	p.now = p.now.Add(365 * 24 * time.Hour)
	p.says("hook", false)
	year := messages.Duration(365 * 24 * time.Hour)
	p.now = p.now.Add(-year.D())
	p.step(messages.ClockSetBack{By: year, To: p.now.Add(time.Minute)})
	if u := p.m.Untold(); len(u) != 1 || u[0].Due > p.now.Add(7*time.Hour) || u[0].At > p.now || u[0].Refused[0].At > p.now {
		t.Errorf("untold: %+v at %v", u, p.now)
	}
}

// TestWhatIsOverIsNotToldAgain: a target refuses a notification and then takes something else. It gets the notification,
// unless that has become untrue.
func TestWhatIsOverIsNotToldAgain(t *testing.T) {
	restored := func(p *post) messages.SessionRestored {
		return messages.SessionRestored{Session: "default", By: "ada", ExpiresAt: p.now.Add(20 * time.Hour)}
	}
	signedOut := func(*post) messages.Fact {
		return messages.SessionExpired{Session: "default", Source: "test", Reason: messages.ReasonSignedOut}
	}
	ending := func(p *post) {
		ds := p.step(restored(p))
		p.step(messages.Woke{Timer: wakes(ds)[messages.WakeForecast][0]})
	}
	paused := func(p *post) {
		for _, id := range []string{"a", "b"} {
			p.step(messages.RunRequested{Job: "backup", Request: id})
			p.step(messages.AttemptAbandoned{AttemptRef: messages.AttemptRef{Run: messages.RequestedRun("backup", id), Job: "backup", Attempt: 1}})
		}
	}
	for _, c := range []struct {
		what   string
		begins func(*post)
		ends   func(*post) messages.Fact // nil: it does not
	}{
		{"a session that will end", ending, nil},
		{"a session that would have ended, but for another credential", ending, func(p *post) messages.Fact { return restored(p) }},
		{"a session that somebody has ended", ending, signedOut},
		{"a job that is paused", paused, nil},
		{"a job that is paused no more", paused, func(*post) messages.Fact { return messages.JobResumed{Job: "backup"} }},
		{"a job that was paused and is gone", paused, func(*post) messages.Fact { return messages.JobRemoved{Job: "backup"} }},
	} {
		p := newPost(t, nil, nil)
		p.step(settings("hook"))
		c.begins(p)
		want := "[hook] true"
		if p.says("hook", false); c.ends != nil {
			want = ""
			p.step(c.ends(p))
		}
		if got := repeats(p.step(messages.DeliveryFinished{Of: "other", To: "hook", OK: true, Attempt: 1})); got != want {
			t.Errorf("%s: it is told again to %q, want %q", c.what, got, want)
		}
	}
}
