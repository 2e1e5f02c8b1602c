package secrets

import "strings"

// A finder finds a fixed set of secrets; the zero value finds nothing.
type finder struct {
	forms    []string      // the longest first
	from     [256][]string // the same, by their first byte: every byte that a job prints is looked at
	replacer *strings.Replacer
}

func newFinder(secrets []string) *finder {
	f := &finder{forms: forms(secrets)}
	if len(f.forms) == 0 {
		return f
	}
	var pairs []string
	for _, form := range f.forms {
		pairs = append(pairs, form, Redacted)
		f.from[form[0]] = append(f.from[form[0]], form)
	}
	f.replacer = strings.NewReplacer(pairs...)
	return f
}

func (f *finder) redact(s string) string {
	if f.replacer == nil || s == "" {
		return s
	}
	return f.replacer.Replace(s)
}

// begun is how many bytes at the end of the text may be the beginning of a secret that goes on after it.
func (f *finder) begun(s string) int {
	if len(f.forms) == 0 {
		return 0
	}
	for from := max(0, len(s)-len(f.forms[0])+1); from < len(s); from++ {
		for _, form := range f.from[s[from]] {
			if len(form) > len(s)-from && strings.HasPrefix(form, s[from:]) {
				return len(s) - from
			}
		}
	}
	return 0
}

// whole is the length of the part that can be redacted now of a text that goes on: no secret begins in that part and
// ends after it.
func (f *finder) whole(s string) int {
	to := len(s) - f.begun(s)
	for moved := to < len(s); moved; {
		moved = false
		for _, form := range f.forms {
			near := max(0, to-len(form)+1)
			if i := strings.Index(s[near:min(len(s), to+len(form)-1)], form); i >= 0 && near+i < to {
				to, moved = near+i, true
			}
		}
	}
	return to
}
