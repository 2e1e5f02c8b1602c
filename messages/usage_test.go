package messages

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// TestUsageNeverOverflows: what providers say is bounded, so that sums are never below their parts.
func TestUsageNeverOverflows(t *testing.T) {
	absurd := Usage{Calls: 1, InputTokens: math.MaxInt, OutputTokens: math.MaxInt}
	if got := absurd.Plus(absurd); got != (Usage{Calls: 2, InputTokens: maxUsage, OutputTokens: maxUsage}) || got.Tokens() != 2*maxUsage {
		t.Errorf("twice the absurd is %+v, %d tokens", got, got.Tokens())
	}
	rapid.Check(t, func(t *rapid.T) {
		usage := rapid.Custom(func(t *rapid.T) Usage {
			return Usage{Calls: rapid.Int().Draw(t, "calls"), InputTokens: rapid.Int().Draw(t, "in"), OutputTokens: rapid.Int().Draw(t, "out")}
		})
		a, b := usage.Draw(t, "a"), usage.Draw(t, "b")
		sum := a.Plus(b)
		if sum != b.Plus(a) || sum.Calls < 0 || sum.InputTokens < 0 || sum.OutputTokens < 0 || sum.Tokens() < max(a.Tokens(), b.Tokens())/2 {
			t.Fatalf("%+v and %+v are %+v", a, b, sum)
		}
		if a.Tokens() < 0 || a.InputTokens > 0 && a.OutputTokens > 0 && a.Tokens() < min(a.InputTokens, maxUsage) {
			t.Fatalf("%+v has %d tokens", a, a.Tokens())
		}
	})
}
