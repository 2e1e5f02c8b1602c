package httpreq_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"curfew/actors"
	"curfew/actors/actorstest"
	"curfew/actors/env/secrets"
	"curfew/actors/httpreq"
	"curfew/messages"
)

const (
	transient = messages.ClassTransient
	permanent = messages.ClassPermanent
	limited   = messages.ClassRateLimited
)

// serve is a server that answers everything so.
func serve(t *testing.T, answer http.HandlerFunc) string {
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	return server.URL
}

// TestAnswers pins what an answer means. URL stands for the server's in texts.
func TestAnswers(t *testing.T) {
	big := strings.Repeat("x", httpreq.MaxBody)
	shown := big[:16<<10] + "\n[… the rest was left out]"
	tests := []struct {
		name   string
		spec   httpreq.Spec
		status int
		header map[string]string
		body   string
		output string
		err    string
		class  messages.Class
		wait   time.Duration
	}{
		{"as expected", httpreq.Spec{}, 200, nil, "fine\n", "200 OK\n\nfine\n", "", "", 0},
		{"without a body", httpreq.Spec{ExpectStatus: 204}, 204, nil, "", "204 No Content", "", "", 0},
		{"an odd status", httpreq.Spec{ExpectStatus: 299}, 299, nil, "", "299", "", "", 0},
		{"an expected refusal", httpreq.Spec{ExpectStatus: 401, ExpectBody: "sign in"}, 401, nil, "sign in", "401 Unauthorized\n\nsign in", "", "", 0},
		{"an expected redirect", httpreq.Spec{ExpectStatus: 302}, 302, map[string]string{"Location": "https://elsewhere.invalid/?k=v"}, "", "302 Found", "", "", 0},
		{"another status", httpreq.Spec{}, 500, nil, "\n why \nnot", "500 Internal Server Error\n\n\n why \nnot", "http: GET URL/x: 500 Internal Server Error, not 200: why", transient, 0},
		{"another status below 400", httpreq.Spec{ExpectStatus: 201}, 200, nil, "", "200 OK", "http: GET URL/x: 200 OK, not 201", transient, 0},
		{"not found", httpreq.Spec{}, 404, nil, "", "404 Not Found", "http: GET URL/x: 404 Not Found, not 200", transient, 0},
		{"a 401 closes nothing", httpreq.Spec{}, 401, nil, "SESSION_EXPIRED: x", "401 Unauthorized\n\nSESSION_EXPIRED: x", "http: GET URL/x: 401 Unauthorized, not 200: SESSION_EXPIRED: x", transient, 0},
		{"too many, and until when", httpreq.Spec{}, 429, map[string]string{"Retry-After": "7"}, "", "429 Too Many Requests", "http: GET URL/x: 429 Too Many Requests, not 200", limited, 7 * time.Second},
		{"too many", httpreq.Spec{}, 429, nil, "", "429 Too Many Requests", "http: GET URL/x: 429 Too Many Requests, not 200", transient, 0},
		{"down, and until when", httpreq.Spec{}, 503, map[string]string{"Retry-After": "60"}, "", "503 Service Unavailable", "http: GET URL/x: 503 Service Unavailable, not 200", limited, time.Minute},
		{"a fault that says when", httpreq.Spec{}, 500, map[string]string{"Retry-After": "60"}, "", "500 Internal Server Error", "http: GET URL/x: 500 Internal Server Error, not 200", limited, time.Minute},
		{"elsewhere, and until when", httpreq.Spec{ExpectStatus: 301}, 302, map[string]string{"Retry-After": "60"}, "", "302 Found", "http: GET URL/x: 302 Found, not 301", transient, 0},
		{"a pattern", httpreq.Spec{ExpectBody: `"ok":\s*true`}, 200, nil, `{"ok": true}`, "200 OK\n\n" + `{"ok": true}`, "", "", 0},
		{"no match", httpreq.Spec{ExpectBody: "true"}, 200, nil, "false", "200 OK\n\nfalse", "http: GET URL/x: 200 OK, but the body does not match expect_body: false", transient, 0},
		{"a match at the end", httpreq.Spec{ExpectBody: "y$"}, 200, nil, big[1:] + "y", "200 OK\n\n" + shown, "", "", 0},
		{"a match behind the end", httpreq.Spec{ExpectBody: "y"}, 200, nil, big + "y", "200 OK\n\n" + shown, "http: GET URL/x: 200 OK, but the body does not match expect_body: " + big[:512], transient, 0},
		{"no UTF-8", httpreq.Spec{}, 200, nil, "\xff\xfe!", "200 OK\n\n\uFFFD!", "", "", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			url := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				for name, value := range tt.header {
					w.Header().Set(name, value)
				}
				w.WriteHeader(tt.status)
				_, _ = io.WriteString(w, tt.body)
			})
			tt.spec.URL = url + "/x?key=S3CRET"
			out, err := actorstest.Run(t, httpreq.New, tt.spec)
			text, class, wait := outcome(err)
			if want := strings.ReplaceAll(tt.err, "URL", url); out.Text != tt.output || text != want || class != tt.class || wait != tt.wait {
				t.Errorf("got %.200q, %.200q, %s, %s", out.Text, text, class, wait)
			}
		})
	}
}

// TestRequest pins what is sent.
func TestRequest(t *testing.T) {
	t.Setenv("TEST_TOKEN", "t0ken\n")
	var got string
	url := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		got = fmt.Sprintf("%s %s ua=%s accept=%s auth=%s key=%s %q", r.Method, r.URL, r.UserAgent(), r.Header.Get("Accept"), r.Header.Get("Authorization"), r.Header.Get("X-Key"), body)
	})
	for _, tt := range []struct {
		spec httpreq.Spec
		want string
	}{
		{httpreq.Spec{URL: url + "/a?b=c"}, `GET /a?b=c ua=curfew accept= auth= key= ""`},
		{httpreq.Spec{URL: url, Method: "HEAD"}, `HEAD / ua=curfew accept= auth= key= ""`},
		{httpreq.Spec{URL: url, Method: "POST", Body: "{}", Headers: map[string]string{"accept": "a/b", "User-Agent": "me"}}, `POST / ua=me accept=a/b auth= key= "{}"`},
		{httpreq.Spec{URL: url, HeaderEnv: map[string]string{"Authorization": "Bearer TEST_TOKEN", "X-Key": "TEST_TOKEN"}}, `GET / ua=curfew accept= auth=Bearer t0ken key=t0ken ""`},
	} {
		if _, err := actorstest.Run(t, httpreq.New, tt.spec); err != nil || got != tt.want {
			t.Errorf("got  %s, %v\nwant %s", got, err, tt.want)
		}
	}
}

// TestSecrets pins that a secret which a server echoes, whole or in part, comes to light nowhere.
func TestSecrets(t *testing.T) {
	const secret = "s3cr3t/v4lue"
	for name, value := range map[string]string{"the key alone": secret, "with its scheme": "Bearer " + secret} {
		for i, spec := range []httpreq.Spec{{}, {ExpectStatus: 500}, {ExpectBody: "none"}} {
			t.Run(fmt.Sprint(name, i), func(t *testing.T) {
				t.Setenv("TEST_KEY", value)
				var sent string
				spec.HeaderEnv = map[string]string{"Authorization": "TEST_KEY"}
				spec.URL = serve(t, func(w http.ResponseWriter, r *http.Request) {
					sent = r.Header.Get("Authorization")
					fmt.Fprintf(w, "you sent %s, %q\n%s", sent, strings.ReplaceAll(secret, "/", "%2F"), strings.Repeat(secret, httpreq.MaxBody/len(secret)))
				})
				out, err := actorstest.Run(t, httpreq.New, spec)
				if got := fmt.Sprint(out.Text, err); sent != value || !strings.Contains(got, "[redacted]") || strings.Contains(got, "s3cr") {
					t.Errorf("sent %q, got %.300q, %v", sent, out.Text, err)
				}
			})
		}
	}
}

// TestNotAnswered pins what fails before an answer, and within one.
func TestNotAnswered(t *testing.T) {
	gone := httptest.NewServer(nil)
	gone.Close()
	breaks := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		_, _ = io.WriteString(w, "half")
	})
	away := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", gone.URL+"/?key=S3CRET")
		w.WriteHeader(http.StatusFound)
	})
	over, cancel := context.WithDeadline(t.Context(), time.Unix(0, 0))
	defer cancel()
	t.Setenv("TEST_ODD", "a\nb")
	addr := strings.TrimPrefix(gone.URL, "http://")
	for _, tt := range []struct {
		name   string
		spec   httpreq.Spec
		ctx    context.Context
		output string
		err    string
		class  messages.Class
	}{
		{"nobody there", httpreq.Spec{URL: gone.URL + "/?key=S3CRET"}, t.Context(), "", "http: GET " + gone.URL + "/: dial tcp " + addr + ": connect: connection refused", transient},
		{"broken off", httpreq.Spec{URL: breaks}, t.Context(), "200 OK\n\nhalf", "http: GET " + breaks + ": unexpected EOF", transient},
		{"sent elsewhere", httpreq.Spec{URL: away}, t.Context(), "", "http: GET " + away + ": httpx: refused to follow a redirect from " + away + " to " + gone.URL + "/", transient},
		{"too late", httpreq.Spec{URL: gone.URL}, over, "", "context deadline exceeded", messages.ClassTimeout},
		{"no variable", httpreq.Spec{URL: gone.URL, HeaderEnv: map[string]string{"X-Key": "NO_SUCH_KEY"}}, t.Context(), "", "http: the variable NO_SUCH_KEY, which header_env names, is not set in the daemon's environment", permanent},
		{"an odd variable", httpreq.Spec{URL: gone.URL, HeaderEnv: map[string]string{"X-Key": "TEST_ODD"}}, t.Context(), "", "http: the variable TEST_ODD, which header_env names, holds a character that no header may have", permanent},
	} {
		t.Run(tt.name, func(t *testing.T) {
			out, err := actorstest.Run(t, httpreq.New, tt.spec, actorstest.WithContext(tt.ctx))
			if text, class, _ := outcome(err); out.Text != tt.output || text != tt.err || class != tt.class {
				t.Errorf("got %q, %q, %s", out.Text, text, class)
			}
		})
	}
	if _, err := actorstest.Run(t, httpreq.New, httpreq.Spec{URL: away}); errors.As(err, new(*actors.StatusError)) {
		t.Error("the error has more beneath it than it shows")
	}
}

func outcome(err error) (string, messages.Class, time.Duration) {
	if err == nil {
		return "", "", 0
	}
	class, wait := actors.Classify(err)
	return err.Error(), class, wait
}

// TestSecretAtTheCut: a secret of the daemon's that an answer repeats where it is cut leaves no half behind.
func TestSecretAtTheCut(t *testing.T) {
	const token = "a-token-of-the-session"
	set := &secrets.Set{}
	set.Keep("default", token)
	with := func(env actors.Env) actors.Actor[httpreq.Spec] {
		env.Redact = set.Redact
		return httpreq.New(env)
	}
	for name, at := range map[string]int{"quoted": 512, "shown": 16 << 10} {
		url := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusTeapot)
			_, _ = io.WriteString(w, strings.Repeat("x", at-len(token)/2)+token+strings.Repeat("y", 100))
		})
		out, err := actorstest.Run(t, with, httpreq.Spec{URL: url})
		text, _, _ := outcome(err)
		if half := token[:len(token)/2]; strings.Contains(out.Text, half) || strings.Contains(text, half) {
			t.Errorf("%s: half of the token stays: %.600q, …%q", name, text, out.Text[max(0, len(out.Text)-100):])
		}
		if !strings.Contains(text, "418") || !strings.Contains(out.Text, "xxx") {
			t.Errorf("%s: got %.100q, %.100q", name, text, out.Text)
		}
	}
}
