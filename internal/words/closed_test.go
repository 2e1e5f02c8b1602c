package words_test

import (
	"strings"
	"testing"
	"time"

	"curfew/internal/contract"
	"curfew/internal/words"
	"curfew/messages"
)

// TestClosed: why a session is closed is said in plain words, whoever closed it; a code or the answer of a backend never
// comes first, and what was reported is not lost.
func TestClosed(t *testing.T) {
	const answer = `POST https://api.example.com/v1/chat/completions: 401 {"error":{"code":"token_expired"}}`
	for _, tt := range []struct{ reason, source, want, evidence string }{
		{messages.ReasonSignedOut, messages.SourceConfig, "nobody has signed in yet", ""},
		{messages.ReasonSignedOut, "ada", "signed out by ada", ""},
		{messages.ReasonSignedOut, "", "signed out", ""},
		{messages.ReasonQuota, "attempt:brief", "its quota is used up", ""},
		{messages.ReasonRemoved, messages.SourceConfig, "the job file no longer has it", ""},
		{"the token lapses at noon", messages.SourceForecast, "its token has lapsed", "the token lapses at noon"},
		{answer, "agent:brief", "the sign-in was refused when job brief used it", answer},
		{answer, "attempt:brief", "the sign-in was refused when job brief used it", answer},
		{answer, "gateway", "gateway says that its sign-in has expired", answer},
		{answer, "", "its sign-in has expired", answer},
	} {
		s := contract.Session{Name: "work", State: messages.StateClosed, Reason: &tt.reason, Source: contract.OrNull(tt.source)}
		at := func(messages.Instant) string { return "" }
		evidence, by := words.Reported(s)
		if got := words.Why(s, at); got != tt.want || evidence != tt.evidence || by != tt.source {
			t.Errorf("%q by %q: %q with %q by %q; want %q with %q", tt.reason, tt.source, got, evidence, by, tt.want, tt.evidence)
		}
		if got, want := words.Gate(s, at), "work (closed: "+tt.want+")"; got != want {
			t.Errorf("%s, want %s", got, want)
		}
		record := words.Happened(messages.GateClosed{Reason: tt.reason, Source: tt.source}, time.UTC)
		if !strings.HasPrefix(record, "is closed: "+tt.want) || strings.Contains(record, "_out") || !strings.Contains(record, tt.evidence) {
			t.Errorf("the record of it says %q", record)
		}
	}
	if got := words.Gate(contract.Session{Name: "work", State: messages.StateOpen}, nil); got != "work (open)" {
		t.Error(got)
	}
}
