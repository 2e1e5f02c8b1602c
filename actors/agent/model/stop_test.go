package model

import "testing"

// TestStops: what endpoints write when they cut an answer off, and that a later reason does not make it whole.
func TestStops(t *testing.T) {
	for why, want := range map[string][2]bool{
		"": {}, "stop": {}, "end_turn": {}, "tool_calls": {}, "tool_use": {}, "stop_sequence": {}, "eos": {}, "COMPLETE": {},
		"length": {true, false}, "MAX_TOKENS": {true, false}, "SAFETY": {true, false}, "LANGUAGE": {true, false},
		"UNEXPECTED_TOOL_CALL": {true, false}, "guardrail_intervened": {true, false}, "sensitive": {true, false}, "incomplete": {true, false},
		"OTHER": {true, true}, "TIMEOUT": {true, true}, "time_limit": {true, true}, "USER_CANCEL": {true, true},
	} {
		var a Answer
		a.stops(why)
		a.stops("")
		a.stops("stop")
		if cut, again := a.Cut(); cut != want[0] || again != want[1] {
			t.Errorf("%q: cut %t, again %t; want %v", why, cut, again, want)
		}
	}
}
