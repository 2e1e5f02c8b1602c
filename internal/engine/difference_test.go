package engine

import (
	"fmt"
	"testing"
)

// TestDifference: a start says which jobs its file brings, changes and retires: a typo in a name is both new and gone.
func TestDifference(t *testing.T) {
	var none, some, many difference
	some.note("bakcup", false, false)
	some.note("b", true, false)
	some.note("a", true, false)
	some.note("c", true, true)
	some.gone = []string{"backup"}
	for i := range 12 {
		many.note(fmt.Sprintf("j%02d", i), false, false)
	}
	for want, d := range map[string]*difference{
		"0 as before": &none,
		"1 new (bakcup), 2 changed (a, b), 1 gone (backup), 1 as before":       &some,
		"12 new (j00, j01, j02, j03, j04, j05, j06, j07, j08, j09 and 2 more)": &many,
	} {
		if got := d.String(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
