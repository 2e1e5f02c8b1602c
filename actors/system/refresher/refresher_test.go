package refresher_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"curfew/actors/system/refresher"
	"curfew/messages"
	"curfew/supervisor/policy"
)

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

// TestOlderTokenAgain: a source that goes back to a token from before the last one gives nothing new.
func TestOlderTokenAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &desk{state: policy.SessionView{State: messages.StateClosed, Generation: 3}, token: "first"}
		d.serve(t, refresher.Session{Source: d})
		d.pass(time.Hour)
		d.set(func() { d.state.Generation, d.token = 4, "second" })
		d.pass(time.Hour)
		d.set(func() { d.state.Generation, d.token = 5, "first" })
		d.pass(time.Hour)
		if want := []string{"refresh first", "refresh second"}; !slices.Equal(d.logins, want) {
			t.Errorf("signed in %q, want %q", d.logins, want)
		}
		if last := d.failed[len(d.failed)-1]; !strings.Contains(last.Error, "already tried") {
			t.Errorf("the last failure says %q", last.Error)
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
			if len(d.logins) != 0 || len(d.failed) == 0 || !strings.Contains(d.failed[0].Error, "this is not a token: it") {
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
		if got := d.refresher.Trouble("default"); got != "token_file: this is not a token: it is the word null" {
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
