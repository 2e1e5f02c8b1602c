package httpx

import "testing"

// TestRefusedBehind: a good status may have a refusal behind it, and an answer may tell of errors that it has got over.
func TestRefusedBehind(t *testing.T) {
	const none = -1
	for text, want := range map[string]int{
		`{"choices":[{}],"errors":[{"code":401}],"details":{"code":429}}`: none,
		`{"choices":[{}],"code":402,"errors":[{"code":401}]}`:             402,
		`{"choices":[],"errors":[{"code":401}]}`:                          none,
		`{"choices":null,"errors":[{"code":401}]}`:                        401,
		`{"content":null,"detail":{"code":401}}`:                          401,
		`[{"error":{"code":401}}]`:                                        401,
		`{"success":false}`:                                               0,
		`{"error":{}}`:                                                    none,
		`Welcome`:                                                         none,
	} {
		got := none
		if refused := RefusedBehind([]byte(text), false, nil); refused != nil {
			got = refused.Status
		}
		if got != want {
			t.Errorf("%s: %d, want %d", text, got, want)
		}
	}
}
