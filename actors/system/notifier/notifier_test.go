package notifier_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"curfew/actors/system/follow"
	"curfew/actors/system/notifier"
	"curfew/bus/bustest"
	"curfew/messages"
	"curfew/supervisor/policy"
)

func TestText(t *testing.T) {
	const url = "https://app.example.com/login"
	many := strings.Fields(strings.Repeat("job ", 12))
	for _, c := range []struct{ got, want string }{
		{
			notifier.Text(messages.NotificationRequested{Notice: messages.NoticeSessionClosed, Session: "default", Reason: "401:\n token", SignIn: url}),
			"session default expired (401: token): its jobs wait; sign in at https://app.example.com/login, then `curfew session login default`",
		},
		{
			notifier.Text(messages.NotificationRequested{Notice: messages.NoticeSessionClosed, Session: "work"}),
			"session work expired: its jobs wait; sign in with `curfew session login work`",
		},
		{
			notifier.Text(messages.NotificationRequested{Notice: messages.NoticeSessionClosed, Session: "work", Reason: messages.ReasonSignedOut}),
			"session work is signed out: its jobs wait; sign in with `curfew session login work`",
		},
		{
			notifier.Text(messages.NotificationRequested{Notice: messages.NoticeSignInRefused, Session: "work"}),
			"session work: the new sign-in was refused; sign in with `curfew session login work`",
		},
		{
			notifier.Text(messages.NotificationRequested{Notice: messages.NoticeSessionSummary, Session: "work", Counts: messages.OutageCounts{Held: 3, LetGo: 2, Stale: 1}}),
			"session work works again: 3 held: 2 let go, 1 stale",
		},
		{
			notifier.Text(messages.NotificationRequested{Notice: messages.NoticeRunSuspect, Session: "work", Job: "mail"}),
			"job mail lost two good sessions and is held: its run goes on with `curfew job run mail` only",
		},
		{
			notifier.Text(messages.NotificationRequested{Notice: messages.NoticeJobPaused, Job: "mail", Reason: "it does not stop"}),
			"job mail was paused (it does not stop); `curfew job resume mail` lets it go on",
		},
		{notifier.Counts(messages.OutageCounts{}), "0 held"},
		{notifier.Counts(messages.OutageCounts{Held: 2, Dropped: 1, Waiting: 1}), "2 held: 1 dropped, 1 waiting for you"},
		{notifier.Upcoming(nil), ""},
		{notifier.Upcoming(many[:1]), " (next: job)"},
		{notifier.Upcoming(many[:2]), " (next, of 2 jobs: job, job)"},
		{notifier.Upcoming(many), " (next, of 12 jobs: job, job, job, job, job, job, job, job, job, job and 2 more)"},
	} {
		if c.got != c.want {
			t.Errorf("%s\nwant %s", c.got, c.want)
		}
	}
}

func TestDeliveriesAreLoggedAndReportedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := &bustest.Log{}
		core, lines := observer.New(zap.InfoLevel)
		closed := messages.NotificationRequested{Notice: messages.NoticeSessionClosed, Session: "default"}
		left := messages.Record{Seq: 1, ID: "left", Body: messages.NotificationRequested{Notice: messages.NoticeJobPaused, Job: "mail"}}
		n, err := notifier.Start(notifier.Config{
			Undelivered: []policy.Letter{{Record: left, To: []string{"log"}}, {Record: left, To: []string{"log"}}},
			Reader:      func(wake func()) follow.Reader { return log.Reader(0, wake, notifier.Topics...) },
			Publish:     log.Publish, Fatal: func(err error) { t.Error(err) },
			Jobs: func(string, messages.Instant) []string { return []string{"briefing"} }, Logger: zap.New(core),
		})
		if err != nil {
			t.Fatal(err)
		}
		log.Append(closed, messages.ErrorReported{Job: "backup", Error: "exit status 1", Tags: messages.ErrorTags{Failure: "retries_exhausted"}})
		synctest.Wait()
		n.Stop()
		var texts []string
		for _, l := range lines.All() {
			texts = append(texts, l.Level.String()+" "+l.Message)
		}
		paused := "warn cron: job mail was paused; `curfew job resume mail` lets it go on"
		want := []string{
			paused, paused,
			"warn gate: session default expired: its jobs wait; sign in with `curfew session login default` (next: briefing)",
			"error cron: run failed, and is not tried again: exit status 1",
		}
		if fmt.Sprintf("%q", texts) != fmt.Sprintf("%q", want) {
			t.Errorf("logged %q, want %q", texts, want)
		}
		var about []string
		for _, f := range bustest.Of[messages.DeliveryFinished](log) {
			about = append(about, f.About)
		}
		if fmt.Sprint(about) != "[mail default backup]" {
			t.Errorf("reported deliveries about %v", about)
		}
	})
}
