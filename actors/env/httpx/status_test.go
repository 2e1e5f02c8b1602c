package httpx

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"curfew/actors"
	"curfew/actors/env/secrets"
	"curfew/messages"
)

func TestStatus(t *testing.T) {
	big := strings.Repeat("a", actors.MaxErrorBody)
	tests := []struct {
		name   string
		status int
		header string // Retry-After
		body   string
		want   actors.StatusError
	}{
		{"success", 200, "3", "fine", actors.StatusError{}},
		{"OpenAI's shape", 401, "", `{"error":{"message":"no","code":"a","type":"b"}}`, actors.StatusError{
			Status: 401, Body: `{"error":{"message":"no","code":"a","type":"b"}}`, Codes: []string{"a", "b"},
		}},
		{"an app's shape", 401, "", `{"success":false,"error":"Session expired"}`, actors.StatusError{
			Status: 401, Body: `{"success":false,"error":"Session expired"}`, Codes: []string{"Session expired"},
		}},
		{"no body", 503, "7", "", actors.StatusError{Status: 503, RetryAfter: 7 * time.Second}},
		{"blank and odd bytes", 400, "", " \n\xffbad\xfe \n", actors.StatusError{Status: 400, Body: "\uFFFDbad\uFFFD"}},
		{"too long", 400, "", big + "b", actors.StatusError{Status: 400, Body: big}},
		{"cut in a letter", 400, "", big[1:] + "é", actors.StatusError{Status: 400, Body: big[1:]}},
		{"a secret", 403, "", "key " + token + "!", actors.StatusError{Status: 403, Body: "key [redacted]!"}},
		{"a secret where it is cut", 403, "", big[8:] + token, actors.StatusError{Status: 403, Body: big[8:] + secrets.Redacted[:8]}},
		{"secrets beyond what is read", 403, "", strings.Repeat(token, maxErrorRead/len(token)+2), actors.StatusError{Status: 403, Body: strings.Repeat(secrets.Redacted, actors.MaxErrorBody/len(secrets.Redacted)+1)[:actors.MaxErrorBody]}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Retry-After", tt.header)
				w.WriteHeader(tt.status)
				_, _ = w.Write([]byte(tt.body))
			}))
			defer server.Close()
			client := &http.Client{Transport: Status(nil, token)}
			resp, err := client.Get(strings.Replace(server.URL, "//", "//user:pw@", 1) + "/path?q=pw")
			if tt.want.Status == 0 {
				if err != nil {
					t.Fatal(err)
				}
				_ = resp.Body.Close()
				return
			}
			var got *actors.StatusError
			if !errors.As(err, &got) {
				t.Fatalf("got %v, %v", resp, err)
			}
			tt.want.Method, tt.want.URL = "GET", server.URL+"/path"
			if !reflect.DeepEqual(*got, tt.want) {
				t.Errorf("got  %+v\nwant %+v", *got, tt.want)
			}
		})
	}
}

// TestLongBodyHasItsCode: the code behind a message that is too long to be kept counts.
func TestLongBodyHasItsCode(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusForbidden)
		_, _ = w.Write([]byte(`{"error":{"message":"` + strings.Repeat("a", actors.MaxErrorBody) + `","code":"token_expired"}}`))
	}))
	defer server.Close()
	rules, err := NewRules(messages.SessionConfig{ExpiredWhen: []messages.Refusal{{Code: "token_expired"}}})
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: Status(nil)}
	resp, err := client.Get(server.URL)
	var refused *actors.StatusError
	if !errors.As(err, &refused) {
		t.Fatalf("got %v, %v", resp, err)
	}
	if class, _ := actors.Classify(rules.Outcome(refused)); class != messages.ClassSessionExpired {
		t.Errorf("it is %s, want %s", class, messages.ClassSessionExpired)
	}
}

// TestErrorBodyCutInASecret pins that a part of a secret, which the bound on reading has left over, does
// not come to light because redacting has made the text before it shorter.
func TestErrorBodyCutInASecret(t *testing.T) {
	long := strings.Repeat("S3CRET", 1000)
	body := strings.Repeat(long, maxErrorRead/len(long)+1)
	if got := errorBody(strings.NewReader(body), []string{long}); strings.Contains(got, "S3CRET") || got == "" {
		t.Errorf("got %.200q", got)
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2027, 1, 15, 12, 0, 0, 0, time.UTC)
	tests := []struct {
		header string
		want   time.Duration
	}{
		{"", 0},
		{"0", 0},
		{"120", 2 * time.Minute},
		{" 5 ", 5 * time.Second},
		{"-1", 0},
		{"1.5", 1500 * time.Millisecond},
		{"3s", 3 * time.Second},
		{"-3s", 0},
		{"NaN", 0},
		{"soon", 0},
		{"99999999999", MaxRetryAfter},
		{"99999999999999999999999", MaxRetryAfter},
		{"Fri, 15 Jan 2027 12:00:30 GMT", 30 * time.Second},
		{"Fri, 15 Jan 2027 11:59:59 GMT", 0},
		{"Sun, 15 Jan 2040 12:00:00 GMT", MaxRetryAfter},
	}
	for _, tt := range tests {
		if got := retryAfter(tt.header, now); got != tt.want {
			t.Errorf("%q: %s, want %s", tt.header, got, tt.want)
		}
	}
	if got := RetryAfter(http.Header{"Retry-After": {"4"}, "Retry-After-Ms": {"3250.5"}}); got != 3250500*time.Microsecond {
		t.Errorf("in milliseconds: %s", got)
	}
}

func TestRedact(t *testing.T) {
	tests := []struct {
		name, in string
		secrets  []string
		want     string
	}{
		{"none", "text", nil, "text"},
		{"an empty one", "text", []string{""}, "text"},
		{"as it is", "a s/1 b s/1", []string{"s/1"}, "a [redacted] b [redacted]"},
		{"in JSON", `a s\/1 "x\"y\u003c"`, []string{"s/1", `x"y<`}, `a [redacted] "[redacted]"`},
		{"in a URL", "?a=s%2F1&b=x+y&c=x%20y", []string{"s/1", "x y"}, "?a=[redacted]&b=[redacted]&c=[redacted]"},
		{"one within another", "abcdef abc", []string{"abc", "abcdef"}, "[redacted] [redacted]"},
	}
	for _, tt := range tests {
		if got := secrets.Redact(tt.in, tt.secrets...); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}
