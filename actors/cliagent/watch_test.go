package cliagent

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"curfew/actors"
	"curfew/actors/env/users"
)

// TestWatch pins when a program that prints nothing is ended: after a question, or after too long a silence, and not
// while it goes on.
func TestWatch(t *testing.T) {
	idle := actors.Duration(time.Minute)
	asking := Spec{AsksWhen: []string{"^paste your code"}}
	for _, tt := range []struct {
		name   string
		spec   Spec
		prints []string // every 5 seconds
		after  time.Duration
		want   string // empty: it goes on for an hour
	}{
		{"silence is allowed", Spec{}, nil, 0, ""},
		{"a silence", Spec{IdleTimeout: &idle}, []string{"a", "b"}, 65 * time.Second, "cli-agent: it printed nothing for 1m, so it was ended (idle_timeout)"},
		{"from the beginning", Spec{IdleTimeout: &idle}, nil, time.Minute, "cli-agent: it printed nothing for 1m, so it was ended (idle_timeout)"},
		{"a question", asking, []string{"Visit https://localhost/sign-in\n", "paste your ", "code here: "}, 20 * time.Second, "it waits for a person: paste your code here:"},
		{"a question, and more", asking, []string{"paste your code here:\n", "signed in\n", "reading\n", "done\n"}, 0, ""},
		{"the end of a long line", asking, []string{strings.Repeat("x", keptBytes) + "paste your code here:" + strings.Repeat("y", keptBytes-len("paste your code here:"))}, 0, ""},
		{"a quotation", asking, []string{"It says: paste your code here:\n"}, 0, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				begin := time.Now()
				ctx, w, stop := watching(t.Context(), tt.spec, askWait)
				defer stop()
				for i, text := range tt.prints {
					if i > 0 {
						time.Sleep(5 * time.Second)
					}
					if _, err := w.Write([]byte(text)); err != nil {
						t.Fatal(err)
					}
				}
				hour, cancel := context.WithTimeout(ctx, time.Hour)
				defer cancel()
				<-hour.Done()
				got := ""
				if ctx.Err() != nil {
					got = context.Cause(ctx).Error()
				}
				if took := time.Since(begin); got != tt.want || tt.want != "" && took != tt.after {
					t.Errorf("got %q after %s; want %q after %s", got, took, tt.want, tt.after)
				}
			})
		})
	}
}

// TestEnded pins what is made of a program that waited.
func TestEnded(t *testing.T) {
	s := Spec{SignIn: "run x, then `curfew session login {session}`"}
	err := s.ended("work", &asked{"paste your code here:"})
	if class, _ := actors.Classify(err); class != "session_expired" ||
		err.Error() != "cli-agent: it waits for a person: paste your code here: (asks_when); run x, then `curfew session login work`" {
		t.Errorf("got %s: %v", class, err)
	}
	for user, want := range map[string]string{"": "as user " + users.Own(), "other": "as user other"} {
		s := Spec{SignIn: "sign in as the user that Curfew runs as", User: user}
		if err := s.hinted("work", errors.New("expired")); err.Error() != "expired; sign in "+want {
			t.Errorf("of user %q: %v", user, err)
		}
	}
	if err := s.ended("work", &silent{time.Minute}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}

// TestWait pins how the time is read that a program tells.
func TestWait(t *testing.T) {
	now := time.Unix(1_764_300_000, 0)
	for text, want := range map[string]time.Duration{
		"retry after 90 ":                     90 * time.Second,
		"retry after 1h5m ":                   65 * time.Minute,
		"retry after 1h 5m ":                  65 * time.Minute,
		"retry after soon ":                   0,
		"limit reached|1764303600 ":           time.Hour,
		"limit reached|1764303600000 ":        time.Hour,
		"limit reached|2025-11-28T04:20:00Z ": time.Hour,
		"limit reached|1764200000 ":           0,
		"nothing ":                            0,
	} {
		m, _ := search(`(retry after (?P<after>.+) )|(limit reached\|(?P<until>\S+) )|nothing`, []string{text}, now)
		if m.wait != want {
			t.Errorf("%q: got %s, want %s", text, m.wait, want)
		}
	}
}

// TestLastObject pins which object of an output is looked at.
func TestLastObject(t *testing.T) {
	for _, tt := range []struct {
		text  string
		atEnd bool
		want  string
	}{
		{"", false, ""},
		{"no object", false, ""},
		{"{\"n\": 1}\n{\"n\": 2}\n", true, "2"},
		{"{\"n\": 1}\nlog line\n", true, ""},
		{"{\"n\": 1}\nlog line\n", false, "1"},
		{"trace {\n}\n{\n  \"a\": {\n    \"b\": 1\n  },\n  \"n\": 3\n}\n", true, "3"},
		{"[\n  {\"n\": 1},\n  {\"n\": 4}\n]", true, "4"},
		{"[{\"n\": 1}, {\"n\": 5}]", true, "5"},
		{"[1]", true, ""},
		{"{\"n\": 1", true, ""},
	} {
		got := ""
		if o, ok := lastObject(tt.text, tt.atEnd); ok {
			n, _ := lookup(o, "n")
			got, _ = asText(n)
		}
		if got != tt.want {
			t.Errorf("%q (%v): got %q, want %q", tt.text, tt.atEnd, got, tt.want)
		}
	}
}
