package actors_test

import (
	"strings"
	"testing"

	"curfew/actors"
)

func TestEnd(t *testing.T) {
	many := strings.Repeat("line\n", 2*actors.EndLines)
	long := strings.Repeat("é", actors.EndBytes)
	for _, tt := range []struct{ name, output, want string }{
		{"nothing", "", ""},
		{"one line", "one", "one"},
		{"blank lines behind", "one\ntwo\r\n \n\n", "one\ntwo"},
		{"blank lines before", "\n\none", "\n\none"},
		{"as many as fit", many[:5*actors.EndLines], many[:5*actors.EndLines-1]},
		{"more than fit", "first\n" + many, many[:5*actors.EndLines-1]},
		{"a long line", "x" + long, long[:actors.EndBytes]},
		{"a long line, cut within a letter", long + "x", long[:actors.EndBytes-2] + "x"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := actors.End(tt.output); got != tt.want {
				t.Errorf("got %d bytes %.60q, want %d bytes %.60q", len(got), got, len(tt.want), tt.want)
			}
		})
	}
}
