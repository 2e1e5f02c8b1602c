package cliagent

import (
	"errors"
	"fmt"
	"regexp"
)

// Bounds of a When.
const (
	MaxRules   = 32  // exit codes, patterns and rules of one key, each
	MaxPattern = 512 // bytes
	maxFields  = 16  // members of json in one rule

	leastCode, mostCode = 1, 255 // exit codes of a failure
)

// When says which ends of a process have a meaning, such as that the session has expired. One match is enough: an exit
// code, a pattern or a rule.
type When struct {
	// ExitCode lists exit codes, 1 to 255.
	ExitCode []int `json:"exit_code"`
	// Pattern lists regular expressions (RE2). They are searched for in the end of standard error, of standard output
	// and of both together; see [actors.End]. In them ^ and $ match at the ends of a line.
	Pattern []string `json:"pattern"`
	// Any lists rules, of which each may look at more than one thing.
	Any []Rule `json:"any"`
}

// empty reports whether nothing can match.
func (w *When) empty() bool {
	return w == nil || len(w.ExitCode)+len(w.Pattern)+len(w.Any) == 0
}

// validate says what is wrong with the member of that name.
func (w *When) validate(name string) error {
	switch {
	case w == nil:
		return nil
	case w.ExitCode == nil && w.Pattern == nil && w.Any == nil:
		return fmt.Errorf("%s needs an exit_code, a pattern or a rule in any", name)
	case len(w.ExitCode) > MaxRules:
		return fmt.Errorf("%s.exit_code has more than %d codes", name, MaxRules)
	case len(w.Pattern) > MaxRules:
		return fmt.Errorf("%s.pattern has more than %d patterns", name, MaxRules)
	case len(w.Any) > MaxRules:
		return fmt.Errorf("%s.any has more than %d rules", name, MaxRules)
	}
	if err := checkCodes(name+".exit_code", w.ExitCode); err != nil {
		return err
	}
	for _, text := range w.Pattern {
		if err := checkPattern(name+".pattern", text); err != nil {
			return err
		}
	}
	for i, r := range w.Any {
		if err := r.validate(name + ".any"); err != nil {
			return fmt.Errorf("%w (rule %d)", err, i+1)
		}
	}
	return nil
}

// validateSuccess says what is wrong with rules that look into a success: an answer may quote any text, so only a field
// of the program's own JSON can say that it is a failure.
func (w *When) validateSuccess(name string) error {
	if w == nil {
		return nil
	}
	if len(w.ExitCode)+len(w.Pattern) > 0 {
		return fmt.Errorf("%s takes only rules with json, in any: an answer may quote every text and still be a success", name)
	}
	for i, r := range w.Any {
		if !r.looksIntoSuccess() {
			return fmt.Errorf("%s.any: a rule there has json and nothing else, since an answer may quote every text (rule %d)", name, i+1)
		}
	}
	return nil
}

func checkCodes(name string, codes []int) error {
	for _, code := range codes {
		if code < leastCode || code > mostCode {
			return fmt.Errorf("%s %d must be %d to %d; a success closes nothing", name, code, leastCode, mostCode)
		}
	}
	return nil
}

func checkPattern(name, text string) error {
	if len(text) > MaxPattern {
		return fmt.Errorf("%s %.40q… is longer than %d bytes", name, text, MaxPattern)
	}
	p, err := compile(text)
	if err != nil {
		return fmt.Errorf("%s %q: %w", name, text, err)
	}
	if p.MatchString("") {
		return fmt.Errorf("%s %q matches everything; every failure would match", name, text)
	}
	return nil
}

func compile(pattern string) (*regexp.Regexp, error) {
	if _, err := regexp.Compile(pattern); err != nil {
		return nil, err // this error quotes the pattern without (?m)
	}
	return regexp.Compile("(?m)" + pattern)
}

// find returns the first match of the member of that name.
func (w *When) find(name string, e *ending) (match, bool) {
	if w == nil {
		return match{}, false
	}
	for _, code := range w.ExitCode {
		if e.code == code {
			return match{rule: fmt.Sprintf("%s.exit_code %d", name, code)}, true
		}
	}
	for _, text := range w.Pattern {
		if m, ok := (Rule{Pattern: text}).find(e); ok {
			m.rule = fmt.Sprintf("%s.pattern %q", name, text)
			return m, true
		}
	}
	for i, r := range w.Any {
		if m, ok := r.find(e); ok {
			m.rule = fmt.Sprintf("%s rule %d", name, i+1)
			return m, true
		}
	}
	return match{}, false
}

// errNoCondition is the problem of a rule that would match everything.
var errNoCondition = errors.New("a rule needs an exit_code, a pattern, stdout, stderr or json")
