package text

import (
	"regexp"
	"sync"
)

// Pattern is a regular expression that is compiled when it is first asked for, since a command uses few of those that
// the program has. It panics then if the expression is not valid.
func Pattern(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}
