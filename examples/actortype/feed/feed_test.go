package feed_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"example.com/actortype/feed"

	"curfew/actors"
	"curfew/actors/actorstest"
	"curfew/bus/replay"
	"curfew/messages"
)

// TestOutcomes lets the type run one attempt each, through the same door as the runtime.
func TestOutcomes(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		age := map[string]time.Duration{"/fresh": time.Minute, "/stale": 48 * time.Hour}[r.URL.Path]
		switch r.URL.Path {
		case "/gone":
			w.WriteHeader(http.StatusGone)
		case "/busy":
			w.Header().Set("Retry-After", "90")
			w.WriteHeader(http.StatusTooManyRequests)
		case "/fresh", "/stale":
			w.Header().Set("Last-Modified", time.Now().Add(-age).UTC().Format(http.TimeFormat))
		}
	}))
	defer server.Close()
	for path, want := range map[string]struct {
		text, err string
		class     messages.Class
		after     time.Duration
	}{
		"/fresh":  {text: "fresh: "},
		"/stale":  {err: "the feed is 48h0m", class: messages.ClassTransient},
		"/gone":   {err: "gone", class: messages.ClassPermanent},
		"/busy":   {err: "429", class: messages.ClassRateLimited, after: 90 * time.Second},
		"/silent": {err: "does not say", class: messages.ClassPermanent},
	} {
		out, err := actorstest.Run(t, feed.New, feed.Spec{URL: server.URL + path, MaxAge: actors.Duration(24 * time.Hour)})
		if want.err == "" {
			if err != nil || !strings.HasPrefix(out.Text, want.text) {
				t.Errorf("%s: %q, %v", path, out.Text, err)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), want.err) {
			t.Errorf("%s: want %q, got %v", path, want.err, err)
			continue
		}
		if class, after := actors.Classify(err); class != want.class || after != want.after {
			t.Errorf("%s: it is %s, again after %s", path, class, after)
		}
	}
}

// TestValidate: what a job file may not have.
func TestValidate(t *testing.T) {
	for want, s := range map[string]feed.Spec{
		"url is required": {MaxAge: 1}, "max_age must be more than 0": {URL: "https://example.com"},
	} {
		if err := s.Validate(); err == nil || err.Error() != want {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}

// TestReplay derives the decisions in testdata again: the story says what follows from the type's outcomes, and the
// journal was exported from a daemon of this build (`actortype journal export`).
func TestReplay(t *testing.T) { replay.Dir(t, "testdata") }
