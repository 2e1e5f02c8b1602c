package contract_test

import (
	"strings"
	"testing"

	"curfew/internal/contract"
	"curfew/supervisor/policy"
)

// TestExpireIsBounded: what the machine would refuse is refused before, by the name of the member.
func TestExpireIsBounded(t *testing.T) {
	if contract.MaxText != policy.MaxText {
		t.Errorf("a question may have %d bytes, a fact %d", contract.MaxText, policy.MaxText)
	}
	long := strings.Repeat("s", contract.MaxText)
	for _, tt := range []struct {
		in   contract.Expire
		want string
	}{
		{contract.Expire{Source: long, Reason: long}, ""},
		{contract.Expire{Source: long + "s"}, "source is too long: it has 4097 bytes, and at most 4096 are allowed"},
		{contract.Expire{Reason: long + "s"}, "reason is too long: it has 4097 bytes, and at most 4096 are allowed"},
	} {
		got := ""
		if err := tt.in.Check(); err != nil {
			got = err.Error()
		}
		if got != tt.want {
			t.Errorf("%d and %d bytes: %q, want %q", len(tt.in.Source), len(tt.in.Reason), got, tt.want)
		}
	}
}
