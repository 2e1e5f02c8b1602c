package actors_test

import (
	"strings"
	"testing"

	"curfew/actors"
)

func TestCheckUser(t *testing.T) {
	for name, good := range map[string]bool{
		"": true, "www-data": true, "_apt": true, "a.b@example": true, `DOMAIN\joe`: true, "box$": true, "1000": true,
		"-x": false, "a b": false, "a:b": false, "a/b": false, "a\x00": false, strings.Repeat("a", 300): false,
	} {
		if err := actors.CheckUser(name); (err == nil) != good {
			t.Errorf("%q: %v", name, err)
		}
	}
}
