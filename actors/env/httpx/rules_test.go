package httpx_test

import (
	"testing"
	"time"

	"curfew/actors"
	"curfew/actors/env/httpx"
	"curfew/messages"
)

// TestRules: what a backend's refusal means, by default and by the session's own rules.
func TestRules(t *testing.T) {
	listed := messages.SessionConfig{
		ExpiredWhen: []messages.Refusal{{Status: 401}, {Status: 403, Body: `(?i)session (has )?expired`}, {Code: "TOKEN_EXPIRED"}, {Code: "4011"}},
		QuotaWhen:   []messages.Refusal{{Code: "insufficient_quota"}, {Status: 403, Code: "plan_limit"}},
	}
	cases := []struct {
		why    string
		config messages.SessionConfig
		status int
		body   string
		after  time.Duration
		class  messages.Class
		detail messages.Detail
	}{
		{"a 401 is an expiry", messages.SessionConfig{}, 401, ``, 0, messages.ClassSessionExpired, ""},
		{"a 403 is a failure", messages.SessionConfig{}, 403, `session expired`, 0, messages.ClassTransient, ""},
		{"a listed 403 is an expiry", listed, 403, `{"error":"Session expired"}`, 0, messages.ClassSessionExpired, ""},
		{"a 403 whose body is not listed", listed, 403, `{"error":"no such right"}`, 0, messages.ClassTransient, ""},
		{"a code in the body, at any status", listed, 400, `{"errorCode":"token_expired"}`, 0, messages.ClassSessionExpired, ""},
		{"a code inside error", listed, 418, `{"error":{"code":"TOKEN_EXPIRED"}}`, 0, messages.ClassSessionExpired, ""},
		{"a code that is a number", listed, 400, `{"code":4011}`, 0, messages.ClassSessionExpired, ""},
		{"a code is no part of a text", listed, 400, `"TOKEN_EXPIRED"`, 0, messages.ClassPermanent, ""},
		{"a code in a list of errors", listed, 400, `{"errors":[{"title":"no"},{"code":"TOKEN_EXPIRED"}]}`, 0, messages.ClassSessionExpired, ""},
		{"a reason in the details of an error", listed, 400, `{"error":{"code":400,"details":[{"reason":"TOKEN_EXPIRED"}]}}`, 0, messages.ClassSessionExpired, ""},
		{"a code inside detail", listed, 400, `{"detail":{"code":"token_expired"}}`, 0, messages.ClassSessionExpired, ""},
		{"a code that is nowhere near an error", listed, 400, `{"input":{"code":"token_expired"}}`, 0, messages.ClassPermanent, ""},
		{"no money, no time said", messages.SessionConfig{}, 402, ``, 0, messages.ClassRateLimited, messages.DetailQuota},
		{"a 429 in a hurry", messages.SessionConfig{}, 429, ``, 10*time.Minute - time.Second, messages.ClassRateLimited, ""},
		{"a 429 of ten minutes is a quota", messages.SessionConfig{}, 429, ``, 10 * time.Minute, messages.ClassRateLimited, messages.DetailQuota},
		{"a listed code is a quota", listed, 429, `{"error":{"type":"insufficient_quota"}}`, 0, messages.ClassRateLimited, messages.DetailQuota},
		{"status and code, both", listed, 403, `{"code":"plan_limit"}`, time.Minute, messages.ClassRateLimited, messages.DetailQuota},
		{"the code at another status", listed, 409, `{"code":"plan_limit"}`, 0, messages.ClassTransient, ""},
		{"a 503 that says when", messages.SessionConfig{}, 503, ``, time.Second, messages.ClassRateLimited, ""},
		{"a 503 that does not", messages.SessionConfig{}, 503, ``, 0, messages.ClassTransient, ""},
		{"a bad request stays bad", messages.SessionConfig{}, 422, ``, 0, messages.ClassPermanent, ""},
		{"a refusal in a 200 may pass", messages.SessionConfig{}, 200, `{"success":false,"error":"Session expired"}`, 0, messages.ClassTransient, ""},
		{"a listed code in a 200", listed, 200, `{"success":false,"errorCode":"TOKEN_EXPIRED"}`, 0, messages.ClassSessionExpired, ""},
		{"a 500 may pass", messages.SessionConfig{}, 500, ``, 0, messages.ClassTransient, ""},
	}
	for _, c := range cases {
		t.Run(c.why, func(t *testing.T) {
			rules, err := httpx.NewRules(c.config)
			if err != nil {
				t.Fatal(err)
			}
			got := rules.Outcome(&actors.StatusError{Status: c.status, Body: c.body, RetryAfter: c.after})
			class, after := actors.Classify(got)
			if class != c.class || actors.DetailOf(got) != c.detail {
				t.Errorf("%s %q, want %s %q", class, actors.DetailOf(got), c.class, c.detail)
			}
			if class == messages.ClassRateLimited && after != c.after {
				t.Errorf("after %s, want %s", after, c.after)
			}
		})
	}
}

// TestRulesOfNoSession: with somebody's own key nothing is an expiry, and nothing a quota of the session.
func TestRulesOfNoSession(t *testing.T) {
	for status, want := range map[int]messages.Class{
		401: messages.ClassTransient, 402: messages.ClassPermanent, 403: messages.ClassTransient, 429: messages.ClassRateLimited, 404: messages.ClassPermanent,
	} {
		err := httpx.Outcome(&actors.StatusError{Status: status, RetryAfter: time.Hour})
		if class, _ := actors.Classify(err); class != want || actors.DetailOf(err) != "" {
			t.Errorf("%d is %s %q, want %s", status, class, actors.DetailOf(err), want)
		}
	}
}

func TestRulesRefuseABadPattern(t *testing.T) {
	if _, err := httpx.NewRules(messages.SessionConfig{ExpiredWhen: []messages.Refusal{{Body: "("}}}); err == nil {
		t.Error("a pattern that is none was taken")
	}
}
