package httpx

import (
	"encoding/json"
	"slices"
	"testing"
)

// TestOwnCodes: an answer's own code counts, and not those of errors that it tells of and has got over.
func TestOwnCodes(t *testing.T) {
	for text, want := range map[string][]string{
		`{"choices":[{}],"errors":[{"code":401}],"details":{"code":429}}`: nil,
		`{"choices":[{}],"code":402,"errors":[{"code":401}]}`:             {"402"},
	} {
		var doc map[string]json.RawMessage
		if err := json.Unmarshal([]byte(text), &doc); err != nil {
			t.Fatal(err)
		}
		if got := ownCodes(doc); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
}
