package refresher_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"curfew/actors/env/secrets"
	"curfew/actors/system/follow"
	"curfew/actors/system/refresher"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// desk is a session and a source in one, by hand.
type desk struct {
	mu        sync.Mutex
	state     policy.SessionView
	token     string // that the source gives
	err       error
	life      time.Duration   // that the source says the token has
	asked     []time.Duration // when, since the start
	refuse    error           // what a login is refused with
	current   string
	vouched   int
	slow      time.Duration // how long the source takes
	hidden    *secrets.Set
	refresher *refresher.Refresher
	logins    []string // by and token
	failed    []messages.RefreshFailed
	wake      func()
	start     time.Time
}

func (d *desk) Token(context.Context) (string, time.Time, error) {
	time.Sleep(d.slow)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.asked = append(d.asked, time.Since(d.start))
	if d.life != 0 {
		return d.token, time.Now().Add(d.life), d.err
	}
	return d.token, time.Time{}, d.err
}

func (d *desk) Read() (string, error) { d.mu.Lock(); defer d.mu.Unlock(); return d.token, d.err }

func (d *desk) String() string { return "token_file" }

func (d *desk) Next() ([]messages.Record, error) { return nil, nil }

func (d *desk) After() uint64 { return 0 }

func (d *desk) Close() {}

func (d *desk) set(f func()) {
	d.mu.Lock()
	f()
	wake := d.wake
	d.mu.Unlock()
	if wake != nil {
		wake()
	}
	synctest.Wait()
}

func (d *desk) serve(t *testing.T, s refresher.Session) {
	t.Helper()
	d.start, d.current = time.Now(), "current"
	s.Name = "default"
	d.hidden = &secrets.Set{}
	d.hidden.Keep("session default", "current")
	r, err := refresher.Start(refresher.Config{
		Sessions: []refresher.Session{s},
		State: func(context.Context, string) (policy.SessionView, error) {
			d.mu.Lock()
			defer d.mu.Unlock()
			return d.state, nil
		},
		Reader: func(wake func()) follow.Reader { d.mu.Lock(); defer d.mu.Unlock(); d.wake = wake; return d },
		Fatal:  func(err error) { t.Error(err) },
		Login: func(_ context.Context, _, token, by string, _ messages.Instant) error {
			d.mu.Lock()
			defer d.mu.Unlock()
			if d.refuse == nil {
				d.logins = append(d.logins, by+" "+token)
				d.current = token
				if d.state.State == messages.StateOpen {
					d.state.Generation++
				}
			}
			return d.refuse
		},
		Current: func(_, token string) bool { d.mu.Lock(); defer d.mu.Unlock(); return token == d.current },
		Vouch:   func(string, uint64) { d.mu.Lock(); defer d.mu.Unlock(); d.vouched++ },
		Secrets: d.hidden,
		Publish: func(_ string, f messages.Fact) {
			d.mu.Lock()
			defer d.mu.Unlock()
			d.failed = append(d.failed, f.(messages.RefreshFailed))
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	d.refresher = r
	t.Cleanup(r.Stop)
}

// pass lets time pass and reports when the source was asked since the start.
func (d *desk) pass(t time.Duration) []time.Duration {
	d.mu.Lock()   // what was read since the last time was read before what comes
	d.mu.Unlock() //nolint:staticcheck // the pair is the order that the comment names
	time.Sleep(t)
	synctest.Wait()
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.asked
}
