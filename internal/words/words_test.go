package words_test

import (
	"testing"
	"time"

	"curfew/internal/words"
)

func TestSpan(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0s", 50 * time.Millisecond: "50ms", 2340 * time.Millisecond: "2.3s", 12 * time.Second: "12s", 75 * time.Second: "1m15s", 9*time.Minute + 1: "9m",
		59 * time.Minute: "59m", 5*time.Hour + 20*time.Minute: "5h20m", 24 * time.Hour: "1d", 60 * time.Hour: "2d12h", 400 * 24 * time.Hour: "400d", -time.Second: "-1s",
	} {
		if got := words.Span(d); got != want {
			t.Errorf("%v is %s, want %s", d, got, want)
		}
	}
}

func TestTimes(t *testing.T) {
	vienna, err := time.LoadLocation("Europe/Vienna")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2027, 1, 15, 23, 30, 0, 0, time.UTC) // the 16th in Vienna
	for _, tt := range []struct {
		at                time.Time
		near, exact, away string
	}{
		{now.Add(30 * time.Minute), "01:00", "2027-01-16 01:00:00", "in 30m"},
		{now.Add(-2 * time.Hour), "2027-01-15 22:30", "2027-01-15 22:30:00", "2h ago"},
		{now.Add(5 * time.Second), "00:30:05", "2027-01-16 00:30:05", "in 5s"},
		{now.Add(500 * time.Millisecond), "00:30", "2027-01-16 00:30:00", "now"},
	} {
		near, exact, away := words.Near(tt.at, now, vienna), words.Exact(tt.at, vienna), words.Away(tt.at, now)
		if near != tt.near || exact != tt.exact || away != tt.away {
			t.Errorf("%v is %q, %q, %q; want %q, %q, %q", tt.at, near, exact, away, tt.near, tt.exact, tt.away)
		}
	}
}

func TestWords(t *testing.T) {
	if got := words.State("backing_off") + ", " + words.Count(1, "job") + ", " + words.Count(0, "run"); got != "backing off, 1 job, 0 runs" {
		t.Error(got)
	}
}

func TestUsage(t *testing.T) {
	for _, tt := range []struct {
		calls, in, out int
		want           string
	}{
		{3, 1234, 56, "3 calls, 1,234 tokens in, 56 out"},
		{1, 0, 0, "1 call, 0 tokens in, 0 out"},
		{0, 1234, 56, "1,234 tokens in, 56 out"},
	} {
		if got := words.Usage(tt.calls, tt.in, tt.out); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}
