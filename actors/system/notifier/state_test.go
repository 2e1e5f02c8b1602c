package notifier_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"curfew/actors/system/notifier"
)

// set makes a place do something else from now on.
func (p *place) set(do func(ctx context.Context, n int) error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.do = do
}

// TestTroubleIsSaidOnce has a target fail, be back, and fail again.
func TestTroubleIsSaidOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		core, lines := observer.New(zap.InfoLevel)
		p := &place{do: down(forever)}
		o := open(t, notifier.Config{Targets: map[string]notifier.Target{"desk": p}, Logger: zap.New(core), Hint: func(text string) string {
			return strings.ReplaceAll(text, "`curfew ", "`curfew --data D ")
		}})
		said := func() string {
			var out []string
			for _, l := range lines.All() {
				out = append(out, l.Level.String()+" "+l.Message)
			}
			return strings.Join(out, "\n")
		}
		o.output("text", "desk")
		time.Sleep(2 * time.Second)
		if got := said(); got != "" {
			t.Errorf("after two tries it says %q", got)
		}
		time.Sleep(time.Hour)
		const failing = "warn cron: a target does not take messages; `curfew --data D target list` shows what waits"
		if got := said(); got != failing {
			t.Errorf("after an hour: %q", got)
		}
		if s := o.n.Targets()[0]; s.Name != "desk" || s.State != notifier.StateFailing || s.Failures < 3 || s.Error != "it is down" || s.NextTry.IsZero() || s.Tries != s.Failures {
			t.Errorf("while it is down: %+v", s)
		}
		p.set(nil)
		time.Sleep(time.Minute)
		if got := o.answers(); !strings.HasPrefix(got, "desk true ") {
			t.Errorf("a minute after it is back: %q", got)
		}
		p.set(func(context.Context, int) error { return errors.New("no such channel") })
		for range 4 {
			o.output("text", "desk")
		}
		const back, lost = "info cron: a target takes messages again", "error cron: delivery failed for good"
		want := []string{failing, back, lost, lost, failing, lost, lost}
		if got := said(); got != strings.Join(want, "\n") {
			t.Errorf("in the end:\n%s", got)
		}
		if s := o.n.Targets()[0]; s.State != notifier.StateRefused || s.Letter != "" || !s.NextTry.IsZero() {
			t.Errorf("in the end: %+v", s)
		}
		o.n.Stop()
	})
}

// TestATestGoesAhead of what waits, on its way; if it arrives, that follows at once.
func TestATestGoesAhead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &place{do: down(forever)}
		o := open(t, notifier.Config{Targets: map[string]notifier.Target{"desk": p}})
		for range 3 {
			o.output("text", "desk")
		}
		time.Sleep(time.Hour + 10*time.Second)
		if refused, err := o.n.Test(t.Context(), "desk", "test-1"); refused == nil || err != nil {
			t.Errorf("a test of a target that is down: %v, %v", refused, err)
		}
		p.set(nil)
		if refused, err := o.n.Test(t.Context(), "desk", "test-2"); refused != nil || err != nil {
			t.Errorf("a test of a target that is back: %v, %v", refused, err)
		}
		synctest.Wait()
		if got := p.took(); got != "this is a test of target desk, sent by hand; nothing is to be done | text | text | text" {
			t.Errorf("it took %q", got)
		}
		if _, err := o.n.Test(t.Context(), "nobody", "test-3"); !errors.Is(err, notifier.ErrNoTarget) {
			t.Errorf("a test of no target: %v", err)
		}
		if _, err := o.n.Test(t.Context(), "", "test-4"); !errors.Is(err, notifier.ErrNoTarget) {
			t.Errorf("a test without a name: %v", err)
		}
		o.n.Stop()
		if _, err := o.n.Test(t.Context(), "desk", "test-5"); err == nil {
			t.Error("a test after the end is said to have been sent")
		}
	})
}

// TestATestOfATargetThatHangs is given up by its time, and by that of the one who asks.
func TestATestOfATargetThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hung := &place{do: func(ctx context.Context, _ int) error {
			<-ctx.Done()
			return &notifier.Retry{Err: errors.New("it hangs")}
		}}
		o := open(t, notifier.Config{Targets: map[string]notifier.Target{"hung": hung}})
		began := time.Now()
		if refused, err := o.n.Test(t.Context(), "hung", "test-1"); refused == nil || err != nil || time.Since(began) > 20*time.Second {
			t.Errorf("a test: %v, %v after %v", refused, err, time.Since(began))
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := o.n.Test(ctx, "hung", "test-2"); !errors.Is(err, notifier.ErrBusy) {
			t.Errorf("a test by somebody in a hurry: %v", err)
		}
		synctest.Wait()
		o.output("text", "hung") // which takes half a minute
		if _, err := o.n.Test(ctx, "hung", "test-3"); !errors.Is(err, notifier.ErrBusy) {
			t.Errorf("a test while a message is on its way: %v", err)
		}
		o.n.Stop()
	})
}
