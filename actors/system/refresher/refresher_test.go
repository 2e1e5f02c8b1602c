package refresher_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
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
func (d *desk) String() string        { return "token_file" }

func (d *desk) Next() ([]messages.Record, error) { return nil, nil }
func (d *desk) After() uint64                    { return 0 }
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

// TestRefreshBacksOff: a closed session is tended at once, then after 10 s, 20 s … 10 m; a source that fails is
// a fact; one that gives the same token again is a failure, too, and the token is not offered twice.
func TestRefreshBacksOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &desk{state: policy.SessionView{State: messages.StateClosed, Generation: 3}, err: errors.New("no luck with current")}
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
		if last := d.failed[len(d.failed)-1].Error; !strings.Contains(last, "already tried") {
			t.Errorf("the same token again: %q", last)
		}
	})
}

// TestRefreshAhead: a credential that will lapse is renewed before its gate closes, and nobody hears of it.
func TestRefreshAhead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		now := messages.At(time.Now())
		d := &desk{state: policy.SessionView{State: messages.StateOpen, Generation: 1, Since: now, ExpiresAt: now.Add(time.Hour)}, token: "next"}
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
	for name, s := range map[string]policy.SessionView{
		"signed out":     {State: messages.StateClosed, Reason: messages.ReasonSignedOut},
		"quota":          {State: messages.StateClosed, Reason: messages.ReasonQuota},
		"spent":          {State: messages.StateClosed, RefreshSpent: true},
		"probing":        {State: messages.StateProbing},
		"open, for ever": {State: messages.StateOpen},
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

// TestKept: a token that another program puts somewhere is taken when it changes, whatever it was before, and only
// then.
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
		if got := strings.Join(d.logins, ", "); got != "token_file one, token_file two, token_file one, token_file current, token_file two" {
			t.Errorf("signed in: %s", got)
		}
	})
}

// lapsing is a session whose token of that life was taken in now.
func lapsing(life time.Duration) policy.SessionView {
	now := messages.At(time.Now())
	return policy.SessionView{State: messages.StateOpen, Generation: 1, Since: now, ExpiresAt: now.Add(life)}
}

// TestRefreshToldAhead: a refresh that fails ahead of a close backs off, and people hear of it before the gate closes:
// at the third failure, or when there is no time for another.
func TestRefreshToldAhead(t *testing.T) {
	for _, c := range []struct{ life, told, closes time.Duration }{
		{time.Hour, 55*time.Minute - 30*time.Second + 30*time.Second, time.Hour - 30*time.Second},
		{150 * time.Second, 115 * time.Second, 135 * time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			d := &desk{state: lapsing(c.life), err: errors.New("no luck")}
			d.serve(t, refresher.Session{Source: d})
			d.pass(c.told - time.Second)
			if len(d.failed) != 0 {
				t.Errorf("%s: people were told after %v", c.life, d.asked)
			}
			d.pass(2 * time.Second)
			if len(d.failed) != 1 || d.failed[0].Generation != 1 {
				t.Errorf("%s: people were told %v after %v", c.life, d.failed, d.asked)
			}
			d.pass(c.closes - c.told - time.Second)
			if n := len(d.asked); n > 6 {
				t.Errorf("%s: asked %d times ahead of the close: %v", c.life, n, d.asked)
			}
		})
	}
}

// TestNothingNewYet: a source that still hands out the token in use has failed in nothing: it is asked again every
// 10 s, vouches for the token to its end, and people are told only if it still has no other a while behind that.
func TestNothingNewYet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &desk{state: lapsing(150 * time.Second), token: "current"}
		end := d.state.ExpiresAt
		d.serve(t, refresher.Session{Source: d})
		d.pass(145 * time.Second)
		if d.vouched == 0 || len(d.failed) != 0 || len(d.asked) < 4 {
			t.Errorf("asked %v, vouched %d, failed %v", d.asked, d.vouched, d.failed)
		}
		d.pass(5 * time.Second)
		d.set(func() {
			d.state = policy.SessionView{State: messages.StateClosed, Generation: 1, Source: messages.SourceForecast, Since: end, ExpiresAt: end}
		})
		d.pass(25 * time.Second)
		if len(d.failed) != 0 {
			t.Errorf("it was too early to be told %v", d.failed)
		}
		d.set(func() { d.token = "next" })
		d.pass(11 * time.Second)
		if len(d.logins) != 1 || d.logins[0] != "refresh next" {
			t.Errorf("signed in %q", d.logins)
		}
	})
}

// TestSameTokenForLonger: a source that says that the token in use lasts longer is believed; a refused one is not
// nothing new.
func TestSameTokenForLonger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &desk{state: lapsing(time.Hour), token: "current", life: time.Hour}
		d.serve(t, refresher.Session{Source: d})
		d.pass(55 * time.Minute)
		if len(d.logins) == 0 || d.logins[0] != "refresh current" || d.vouched != 0 {
			t.Errorf("signed in %q, vouched %d", d.logins, d.vouched)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		d := &desk{state: policy.SessionView{State: messages.StateClosed, Generation: 1, ExpiresAt: messages.At(time.Now()).Add(time.Hour)}, token: "current"}
		d.serve(t, refresher.Session{Source: d})
		d.pass(time.Second)
		if len(d.failed) != 1 || !strings.Contains(d.failed[0].Error, "already tried") || d.vouched != 0 {
			t.Errorf("failed %v, vouched %d", d.failed, d.vouched)
		}
	})
}

// TestTakenLater: a token whose sign-in failed for the moment comes again, of a source as of a file.
func TestTakenLater(t *testing.T) {
	for name, by := range map[string]string{"source": "refresh", "kept": "token_file"} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := &desk{state: policy.SessionView{State: messages.StateClosed, Generation: 1}, token: "fresh", refuse: errors.New("no space left on device")}
				s := refresher.Session{Source: d}
				if name == "kept" {
					s = refresher.Session{Kept: d}
				}
				d.serve(t, s)
				d.pass(time.Minute)
				d.set(func() { d.refuse = nil })
				d.pass(time.Minute)
				if len(d.logins) == 0 || d.logins[0] != by+" fresh" {
					t.Errorf("signed in %q", d.logins)
				}
			})
		})
	}
}

// TestNoTokens: what is plainly no token is never offered, nor taken for a secret.
func TestNoTokens(t *testing.T) {
	for _, text := range []string{`{"token":"s3cret"}`, `"s3cret"`, "null", "undefined", "<html>", "${TOKEN}", "Bearer s3cret"} {
		synctest.Test(t, func(t *testing.T) {
			d := &desk{state: policy.SessionView{State: messages.StateClosed, Generation: 1}, token: text}
			d.serve(t, refresher.Session{Source: d, Kept: d})
			d.pass(time.Minute)
			if len(d.logins) != 0 || len(d.failed) == 0 || !strings.Contains(d.failed[0].Error, "this is no token: it") {
				t.Errorf("%s: signed in %q, told %v", text, d.logins, d.failed)
			}
			if d.hidden.Redact("it says undefined") != "it says undefined" {
				t.Errorf("%s is held for a secret", text)
			}
		})
	}
}

// TestTrouble: why a session gets no credential can be asked for, until it has one.
func TestTrouble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &desk{state: policy.SessionView{State: messages.StateClosed}, err: errors.New("no such account")}
		d.serve(t, refresher.Session{Source: d})
		d.pass(time.Second)
		if got := d.refresher.Trouble("default"); got != "refresh: no such account" || d.refresher.Trouble("other") != "" {
			t.Errorf("its trouble is %q", got)
		}
		d.set(func() { d.state = lapsing(time.Hour) })
		d.pass(time.Minute)
		if got := d.refresher.Trouble("default"); got != "" {
			t.Errorf("its trouble is %q", got)
		}
	})
}

// TestTroubleWithAFile: so can why the token of a file is not taken, until it is.
func TestTroubleWithAFile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &desk{state: policy.SessionView{State: messages.StateClosed}, token: "null"}
		d.serve(t, refresher.Session{Kept: d})
		d.pass(time.Second)
		if got := d.refresher.Trouble("default"); got != "token_file: this is no token: it is the word null" {
			t.Errorf("its trouble is %q", got)
		}
		d.set(func() { d.token = "fresh" })
		d.pass(10 * time.Second)
		if got := d.refresher.Trouble("default"); got != "" || len(d.logins) != 1 {
			t.Errorf("its trouble is %q; signed in %q", got, d.logins)
		}
	})
}

// TestSignedOutMeanwhile: a token that comes when a person has signed out is not signed in with.
func TestSignedOutMeanwhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &desk{state: policy.SessionView{State: messages.StateClosed, Generation: 1}, token: "fresh", slow: time.Second}
		d.serve(t, refresher.Session{Source: d})
		d.pass(time.Millisecond)
		d.set(func() { d.state.Reason = messages.ReasonSignedOut })
		d.pass(time.Minute)
		if len(d.logins) != 0 || len(d.asked) != 1 {
			t.Errorf("signed in %q, asked %v", d.logins, d.asked)
		}
	})
}

// shelf is a source that has to keep something, and may be spent.
type shelf struct {
	*desk
	full    error // what settling fails with
	brought bool
}

func (s *shelf) Settle() error { s.mu.Lock(); defer s.mu.Unlock(); return s.full }
func (s *shelf) Forget() error { return nil }
func (s *shelf) Brought() bool { s.mu.Lock(); defer s.mu.Unlock(); return s.brought }

// TestUnkeptIsTold: what cannot be kept is told once, at once, although the session has its credential.
func TestUnkeptIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{desk: &desk{state: policy.SessionView{State: messages.StateClosed, Generation: 1}, token: "fresh"}, full: errors.New("no space left: put a new one into FILE")}
		s.serve(t, refresher.Session{Source: s})
		s.pass(time.Second)
		if len(s.failed) == 0 || !s.failed[0].Unkept || s.failed[0].Generation != 1 || !strings.Contains(s.failed[0].Error, "put a new one into FILE") {
			t.Fatalf("people were told %+v", s.failed)
		}
		if len(s.logins) != 1 {
			t.Errorf("signed in %q", s.logins)
		}
		s.set(func() { s.state = lapsing(time.Hour) })
		s.pass(10 * time.Minute)
		if len(s.failed) != 1 {
			t.Errorf("people were told %+v", s.failed)
		}
	})
}

// TestSpentWaits: what only a person can mend is told at once, also while the old token works; nothing is asked until
// there is something new, and then at once; for the next generation people are told again.
func TestSpentWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{desk: &desk{state: lapsing(time.Hour), err: fmt.Errorf("oauth2: %w: put a new one into FILE", refresher.ErrSpent)}}
		s.serve(t, refresher.Session{Source: s})
		s.pass(55 * time.Minute)
		if len(s.failed) != 1 || s.failed[0].Unkept || len(s.asked) != 1 {
			t.Fatalf("told %v, asked %v", s.failed, s.asked)
		}
		s.set(func() { s.state = lapsing(time.Hour); s.state.Generation = 2 })
		s.pass(time.Hour)
		if len(s.failed) != 2 || s.failed[1].Generation != 2 || len(s.asked) != 2 {
			t.Errorf("told %v, asked %v", s.failed, s.asked)
		}
		s.set(func() { s.brought, s.err, s.token = true, nil, "fresh" })
		s.pass(6 * time.Second)
		if len(s.logins) != 1 {
			t.Errorf("signed in %q, asked %v", s.logins, s.asked)
		}
	})
}
