package refresher_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"curfew/actors/refresher"
	"curfew/actors/secrets"
	"curfew/messages"
)

// desk is a session and a source in one, by hand.
type desk struct {
	mu     sync.Mutex
	state  refresher.State
	token  string // that the source gives
	err    error
	asked  []time.Duration // when, since the start
	logins []string        // by and token
	failed []messages.RefreshFailed
	wake   func()
	start  time.Time
}

func (d *desk) Token(context.Context) (string, time.Time, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.asked = append(d.asked, time.Since(d.start))
	return d.token, time.Time{}, d.err
}

func (d *desk) Read() (string, error) { d.mu.Lock(); defer d.mu.Unlock(); return d.token, d.err }
func (d *desk) String() string        { return "token_file" }

func (d *desk) Next() ([]messages.Record, error) { return nil, nil }
func (d *desk) Close()                           {}

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
	d.start = time.Now()
	s.Name = "default"
	hidden := &secrets.Set{}
	hidden.Keep("session default", "current")
	r, err := refresher.Start(refresher.Config{
		Sessions: []refresher.Session{s},
		State: func(context.Context, string) (refresher.State, error) {
			d.mu.Lock()
			defer d.mu.Unlock()
			return d.state, nil
		},
		Reader: func(wake func()) refresher.Reader { d.mu.Lock(); defer d.mu.Unlock(); d.wake = wake; return d },
		Fatal:  func(err error) { t.Error(err) },
		Login: func(_ context.Context, _, token, by string, _ messages.Instant) error {
			d.mu.Lock()
			defer d.mu.Unlock()
			d.logins = append(d.logins, by+" "+token)
			return nil
		},
		Current: func(_, token string) bool { return token == "current" },
		Secrets: hidden,
		Publish: func(_ string, f messages.Fact) {
			d.mu.Lock()
			defer d.mu.Unlock()
			d.failed = append(d.failed, f.(messages.RefreshFailed))
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Stop)
}

// pass lets time pass and reports when the source was asked since the start.
func (d *desk) pass(t time.Duration) []time.Duration {
	time.Sleep(t)
	synctest.Wait()
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.asked
}

// TestRefreshBacksOff: a closed session is tended at once, then after 10 s, 20 s … 10 m; a source that fails is
// a fact; one that gives the same token again is a failure, too, and the token is not offered twice.
func TestRefreshBacksOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &desk{state: refresher.State{State: "closed", Generation: 3, Waits: true}, err: errors.New("no luck with current")}
		d.serve(t, refresher.Session{Source: d})
		asked := d.pass(time.Hour)
		want := []time.Duration{0, 10 * time.Second, 30 * time.Second, 70 * time.Second, 150 * time.Second, 310 * time.Second, 630 * time.Second, 1230 * time.Second}
		for i, w := range want {
			if i >= len(asked) || asked[i] < w || asked[i] > w+31*time.Second {
				t.Fatalf("asked at %v, want about %v", asked, want)
			}
		}
		if len(asked) > 12 {
			t.Errorf("asked %d times in an hour", len(asked))
		}
		if d.failed[0].Generation != 3 || !strings.Contains(d.failed[0].Error, "no luck with [redacted]") {
			t.Errorf("the failure says %+v", d.failed[0])
		}
		d.set(func() { d.err, d.token = nil, "fresh" })
		d.pass(time.Hour)
		if len(d.logins) != 1 || d.logins[0] != "refresh fresh" {
			t.Errorf("signed in %q", d.logins)
		}
		if last := d.failed[len(d.failed)-1].Error; !strings.Contains(last, "given before") {
			t.Errorf("the same token again: %q", last)
		}
	})
}

// TestRefreshAhead: a credential that will lapse is renewed before its gate closes, and nobody hears of it.
func TestRefreshAhead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		now := messages.At(time.Now())
		d := &desk{state: refresher.State{State: "open", Generation: 1, Since: now, ExpiresAt: now.Add(time.Hour)}, token: "next"}
		d.serve(t, refresher.Session{Source: d})
		if asked := d.pass(54 * time.Minute); len(asked) != 0 {
			t.Fatalf("asked at %v", asked)
		}
		d.pass(time.Minute)
		if len(d.logins) != 1 || d.logins[0] != "refresh next" || len(d.failed) != 0 {
			t.Errorf("signed in %q, failed %v", d.logins, d.failed)
		}
	})
}

// TestNoRefresh: a session that a person signed out of, that waits for its quota, or whose credentials were
// refused too often is left alone.
func TestNoRefresh(t *testing.T) {
	for name, s := range map[string]refresher.State{
		"signed out or quota": {State: "closed"},
		"spent":               {State: "closed", Waits: true, Spent: true},
		"probing":             {State: "probing", Waits: false},
		"open, for ever":      {State: "open"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := &desk{state: s, token: "x"}
				d.serve(t, refresher.Session{Source: d})
				if asked := d.pass(24 * time.Hour); len(asked) != 0 {
					t.Errorf("asked at %v", asked)
				}
			})
		})
	}
}

// TestKept: a token that another program puts somewhere is taken when it changes, and only then.
func TestKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &desk{token: "current"}
		d.serve(t, refresher.Session{Kept: d})
		d.pass(time.Minute)
		if len(d.logins) != 0 {
			t.Fatalf("the token in use was offered: %q", d.logins)
		}
		for _, token := range []string{"one", "two", "one", "current", "two"} {
			d.set(func() { d.token = token })
			d.pass(10 * time.Second)
		}
		if got := strings.Join(d.logins, ", "); got != "token_file one, token_file two" {
			t.Errorf("signed in: %s", got)
		}
	})
}
