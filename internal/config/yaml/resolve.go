package yaml

import (
	"math"
	"strconv"
	"strings"

	"curfew/messages/text"
)

// Numbers that every reader of YAML reads alike, and texts that some readers take for a number, or for another number.
var (
	wholeForm = text.Pattern(`^[-+]?(0|[1-9][0-9]*)$`)
	floatForm = text.Pattern(`^[-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`)
	oddForm   = text.Pattern(`^[-+]?(0[xX][-+]?[0-9a-fA-F]+|0[oO][-+]?[0-7]+|0[bB][-+]?[01]+|([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?|\.(inf|Inf|INF)|\.(nan|NaN|NAN))$`)
)

// Value is the value of a scalar: a text, a bool, an int64, a uint64, a float64, or nil for nothing. A scalar that
// readers of YAML understand differently has no value but a reason.
func (n *Node) Value() (value any, reason string) {
	if !n.Plain {
		return n.Text, ""
	}
	switch n.Text {
	case "", "~", "null", "Null", "NULL":
		return nil, ""
	case "true", "True", "TRUE":
		return true, ""
	case "false", "False", "FALSE":
		return false, ""
	}
	if !strings.Contains("+-.0123456789", n.Text[:1]) {
		return n.Text, "" // no number begins so
	}
	switch {
	case wholeForm().MatchString(n.Text):
		return whole(n.Text)
	case floatForm().MatchString(n.Text):
		f, err := strconv.ParseFloat(n.Text, 64)
		if err != nil || math.IsInf(f, 0) {
			return nil, "the number " + n.Text + " is too large; quote it for a text"
		}
		return f, ""
	case oddForm().MatchString(strings.ReplaceAll(n.Text, "_", "")):
		return nil, "not every reader of YAML takes " + n.Text + " for the same number; write it in plain decimal digits, or quote it for a text"
	}
	return n.Text, ""
}

func whole(text string) (any, string) {
	digits := strings.TrimPrefix(text, "+")
	if i, err := strconv.ParseInt(digits, 10, 64); err == nil {
		return i, ""
	}
	if u, err := strconv.ParseUint(digits, 10, 64); err == nil {
		return u, ""
	}
	return nil, "the number " + text + " is too large; quote it for a text"
}
