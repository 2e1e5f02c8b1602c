package notifier_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"curfew/actors/system/follow"
	"curfew/actors/system/notifier"
	"curfew/bus/bustest"
	"curfew/messages"
)

// place is a target that does what it is told and remembers what came.
type place struct {
	do func(ctx context.Context, n int) error // of the n-th try, from 1; nil: take it

	mu    sync.Mutex
	tries []string // ids
	texts []string // of what it took
	at    []time.Time
}

func (p *place) Send(ctx context.Context, m notifier.Message) error {
	p.mu.Lock()
	p.tries, p.at = append(p.tries, m.ID), append(p.at, time.Now())
	n, do := len(p.tries), p.do
	p.mu.Unlock()
	if do != nil {
		if err := do(ctx, n); err != nil {
			return err
		}
	}
	p.mu.Lock()
	p.texts = append(p.texts, m.Text)
	p.mu.Unlock()
	return nil
}

func (p *place) took() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Join(p.texts, " | ")
}

func (p *place) tried() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.tries)
}

var errDown = &notifier.Retry{Err: errors.New("it is down")}

// down does not answer until that many tries were made.
func down(tries int) func(context.Context, int) error {
	return func(_ context.Context, n int) error {
		if n <= tries {
			return errDown
		}
		return nil
	}
}

const forever = 1 << 30

// office is a notifier on a log in memory.
type office struct {
	t   *testing.T
	log *bustest.Log
	n   *notifier.Notifier
}

func open(t *testing.T, c notifier.Config) *office {
	o := &office{t: t, log: &bustest.Log{}}
	c.Reader = func(wake func()) follow.Reader { return o.log.Reader(0, wake, notifier.Topics...) }
	c.Publish, c.Fatal = o.log.Publish, func(err error) { t.Error(err) }
	c.Fact = func(seq uint64) (messages.Record, error) {
		if seq > o.log.Last() || seq == 0 {
			return messages.Record{}, errors.New("it is gone")
		}
		return messages.Record{Seq: seq, Body: bustest.Of[messages.AttemptSucceeded](o.log)[0]}, nil
	}
	var err error
	if o.n, err = notifier.Start(c); err != nil {
		t.Fatal(err)
	}
	return o
}

// output decides that the output of a run is delivered.
func (o *office) output(text string, to ...string) {
	bodies := []messages.Body{messages.AttemptSucceeded{Output: text}}
	for _, name := range to {
		bodies = append(bodies, messages.DeliveryRequested{Job: "digest", Run: "r", To: name, Kind: messages.DeliverOutput})
	}
	o.log.Append(bodies...)
	synctest.Wait()
}

// answers are what became of everything, in order.
func (o *office) answers() string {
	var out []string
	for _, f := range bustest.Of[messages.DeliveryFinished](o.log) {
		out = append(out, fmt.Sprintf("%s %v %d", f.To, f.OK, f.Attempt))
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

// TestLogHasTheEnd: of a long output the log has the end, as whoever keeps a part of it.
func TestLogHasTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		core, lines := observer.New(zap.InfoLevel)
		o := open(t, notifier.Config{Logger: zap.New(core)})
		o.output("first"+strings.Repeat("ü", 3<<10)+"last", "log")
		o.n.Stop()
		got := lines.FilterMessage("cron: output of job digest").All()
		if len(got) != 1 {
			t.Fatalf("%d lines, want 1", len(got))
		}
		text := got[0].ContextMap()["output"].(string)
		if want := "…" + strings.Repeat("ü", 2<<10-2) + "last"; text != want {
			t.Errorf("the log has %.20q … %q, %d bytes; want %d", text, text[max(0, len(text)-20):], len(text), len(want))
		}
	})
}

// TestSignInHow: people hear what the runtime says that they do to open a session, unless there is nothing to be done.
func TestSignInHow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		phone := &place{}
		o := open(t, notifier.Config{
			Targets: map[string]notifier.Target{"phone": phone}, Notify: []string{"phone"},
			SignIn: func(session string) string { return "sign in with " + session + " itself" },
		})
		o.log.Append(
			messages.NotificationRequested{Notice: messages.NoticeSessionClosed, Session: "claude", Reason: "exit status 1; sign in with claude itself"},
			messages.NotificationRequested{Notice: messages.NoticeSessionClosed, Session: "claude", Reason: messages.ReasonQuota},
			messages.NotificationRequested{Notice: messages.NoticeSessionClosed, Session: "default"},
		)
		synctest.Wait()
		phone.mu.Lock()
		texts := slices.Clone(phone.texts)
		phone.mu.Unlock()
		const hint = "sign in with claude itself"
		if len(texts) != 3 || strings.Count(texts[0], hint) != 1 || strings.Contains(texts[1], "sign in") || !strings.Contains(texts[2], "default itself") {
			t.Errorf("people were told %q", texts)
		}
		o.n.Stop()
	})
}

func TestADeadTargetHoldsUpNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dead, hung, good := &place{do: down(forever)}, &place{}, &place{}
		hung.do = func(ctx context.Context, _ int) error { <-ctx.Done(); return &notifier.Retry{Err: ctx.Err()} }
		o := open(t, notifier.Config{Targets: map[string]notifier.Target{"dead": dead, "hung": hung, "good": good}})
		for i := range 3 {
			o.output(fmt.Sprint("text ", i), "dead", "hung", "good")
		}
		if got := o.answers(); got != "good true 1, good true 1, good true 1" {
			t.Errorf("at once: %s", got)
		}
		o.n.Stop()
		if got := o.answers(); got != "good true 1, good true 1, good true 1" {
			t.Errorf("a stop answers for targets that have not: %s", got)
		}
	})
}

func TestTriesOfOneLetter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &place{do: down(5)}
		o := open(t, notifier.Config{Targets: map[string]notifier.Target{"desk": p}})
		o.output("text", "desk")
		time.Sleep(time.Hour)
		o.n.Stop()
		if got := o.answers(); got != "desk true 6" {
			t.Errorf("answers: %s", got)
		}
		if ids := slices.Compact(slices.Clone(p.tries)); len(ids) != 1 || ids[0] == "" {
			t.Errorf("one letter was tried with the ids %v", ids)
		}
		var pauses []time.Duration
		for i := range p.at[1:] {
			pauses = append(pauses, p.at[i+1].Sub(p.at[i]))
		}
		if got := fmt.Sprint(pauses); got != "[1s 2s 4s 8s 16s]" {
			t.Errorf("pauses: %s", got)
		}
	})
}

func TestADeadTargetIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &place{do: down(forever)}
		o := open(t, notifier.Config{Targets: map[string]notifier.Target{"desk": p}})
		for range 50 {
			o.output("old", "desk")
		}
		time.Sleep(notifier.Within - time.Minute)
		if got := o.answers(); got != "" {
			t.Errorf("given up too early: %s", got)
		}
		o.output("young", "desk")
		time.Sleep(10 * time.Minute)
		if got := strings.Count(o.answers(), "desk false"); got != 50 {
			t.Errorf("%d letters were given up, want the 50 old ones", got)
		}
		if n := p.tried(); n < 50 || n > notifier.MaxTries {
			t.Errorf("%d tries in six hours", n)
		}
		p.mu.Lock()
		p.do = nil
		p.mu.Unlock()
		time.Sleep(10 * time.Minute)
		if got := p.took(); got != "old" { // the fact that stands for all of them here
			t.Errorf("when it is back it gets %q", got)
		}
		o.n.Stop()
	})
}

func TestWhatIsRefusedIsNotTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		no := &place{do: func(context.Context, int) error { return errors.New("no such channel") }}
		odd := &place{do: func(context.Context, int) error { panic("a secret") }}
		o := open(t, notifier.Config{Targets: map[string]notifier.Target{"no": no, "odd": odd}})
		o.output("text", "no", "odd", "gone", "log")
		if got := o.answers(); got != "gone false 1, log true 1, no false 1, odd false 1" {
			t.Errorf("answers: %s", got)
		}
		for _, f := range bustest.Of[messages.DeliveryFinished](o.log) {
			if !f.OK && f.Error == "" || strings.Contains(f.Error, "secret") {
				t.Errorf("%s: %q", f.To, f.Error)
			}
		}
		o.n.Stop()
	})
}

func TestServersAskForPauses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &place{}
		p.do = func(_ context.Context, n int) error {
			switch n {
			case 1:
				return &notifier.Retry{Err: errors.New("429"), After: 90 * time.Second}
			case 2:
				return &notifier.Retry{Err: errors.New("429"), After: 24 * time.Hour}
			}
			return nil
		}
		o := open(t, notifier.Config{Targets: map[string]notifier.Target{"desk": p}})
		o.output("text", "desk")
		time.Sleep(time.Hour)
		o.n.Stop()
		if a, b := p.at[1].Sub(p.at[0]), p.at[2].Sub(p.at[1]); a != 90*time.Second || b != 5*time.Minute {
			t.Errorf("pauses: %v, %v; want what was asked for, at most 5m", a, b)
		}
	})
}

func TestNotificationsGoToAllTheirTargets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		desk, tracker := &place{}, &place{}
		o := open(t, notifier.Config{
			Targets: map[string]notifier.Target{"desk": desk, "sentry": tracker},
			Notify:  []string{"desk", "log"}, Reports: []string{"sentry"},
		})
		o.log.Append(messages.NotificationRequested{Notice: messages.NoticeSessionClosed, Session: "default"})
		o.log.Append(messages.ErrorReported{Job: "backup", Error: "exit status 1"})
		synctest.Wait()
		o.n.Stop()
		if got := o.answers(); got != "desk true 1, log true 1, log true 1, sentry true 1" {
			t.Errorf("answers: %s", got)
		}
		if !strings.Contains(desk.took(), "session default expired") || tracker.took() != "exit status 1" {
			t.Errorf("the desk got %q, the tracker %q", desk.took(), tracker.took())
		}
	})
}

// TestAStopLetsArriveWhatIsOnItsWay has a target that takes a second, and one that takes forever.
func TestAStopLetsArriveWhatIsOnItsWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow, hung := &place{}, &place{}
		slow.do = func(context.Context, int) error { time.Sleep(time.Second); return nil }
		hung.do = func(ctx context.Context, _ int) error { <-ctx.Done(); return &notifier.Retry{Err: ctx.Err()} }
		o := open(t, notifier.Config{Targets: map[string]notifier.Target{"slow": slow, "hung": hung}})
		o.output("text", "slow", "hung")
		began := time.Now()
		o.n.Stop()
		if took := time.Since(began); took > 3*time.Second {
			t.Errorf("the stop took %v", took)
		}
		if got := o.answers(); got != "slow true 1" {
			t.Errorf("answers: %s", got)
		}
	})
}
