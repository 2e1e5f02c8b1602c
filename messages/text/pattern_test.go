package text

import "testing"

func TestPatternCompilesWhenAsked(t *testing.T) {
	wrong := Pattern("(") // does not panic yet
	defer func() {
		if recover() == nil {
			t.Error("an expression that is not valid was compiled")
		}
	}()
	form := Pattern("^[a-z]+$")
	first := form()
	if !first.MatchString("a") || first.MatchString("1") || form() != first {
		t.Error("the expression is not kept, or is another")
	}
	wrong()
}
