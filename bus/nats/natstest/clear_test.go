package natstest

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
)

// A text is found however it stands in a message, and another one is not.
func TestInTheClear(t *testing.T) {
	t.Parallel()
	const text = "sesame-1-of-the-session"
	for n := range 7 {
		within := []byte(strings.Repeat("x", n) + text + "yz")
		for range depth + 1 {
			if !InTheClear([][]byte{nil, within}, text) {
				t.Errorf("with %d bytes before it, it is not found in %q", n, within)
			}
			if InTheClear([][]byte{within}, "another-of-the-session") {
				t.Errorf("another one is found in %q", within)
			}
			var err error
			if within, err = json.Marshal(map[string][]byte{"sealed": within}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if InTheClear([][]byte{[]byte(base64.StdEncoding.EncodeToString([]byte("open")))}, text) {
		t.Error("it is found where it is not")
	}
}
