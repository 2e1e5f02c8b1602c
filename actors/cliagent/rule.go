package cliagent

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"curfew/actors"
)

// A Rule matches the end of a process if everything that it names matches.
type Rule struct {
	// ExitCode lists exit codes, 1 to 255, of which the process has one.
	ExitCode []int `json:"exit_code"`
	// Stdout, Stderr and Pattern are regular expressions, as in [When.Pattern]. They are searched for in the end of
	// standard output, in that of standard error, and in either. The named groups after ("90", "1h5m") and until (Unix
	// seconds, or RFC 3339) say how long to wait.
	Stdout  string `json:"stdout"`
	Stderr  string `json:"stderr"`
	Pattern string `json:"pattern"`
	// JSON are fields of the last JSON object that the process printed, on either stream: a path such as error.code or
	// messages.-1.role, and the value. A text is a regular expression, and a list has one of the values.
	JSON map[string]any `json:"json"`
	// Flags are what the CLI must have been called with for the rule to count, such as {--mode: ^json$}: a flag of its
	// arguments, and a pattern for the value that follows. They say in which form it prints, and match nothing alone.
	Flags map[string]string `json:"flags,omitzero"`
}

// match is what a rule has found.
type match struct {
	rule string        // which rule it was
	text string        // what a pattern has matched
	says string        // the line or field that it is in; empty: the rule looked at the exit code alone
	wait time.Duration // how long to wait, as the program says; 0: it does not say
}

func (r Rule) validate(name string) error {
	if len(r.ExitCode) == 0 && r.Stdout == "" && r.Stderr == "" && r.Pattern == "" && len(r.JSON) == 0 {
		return fmt.Errorf("%s: %w", name, errNoCondition)
	}
	if len(r.ExitCode) > MaxRules || len(r.JSON) > maxFields {
		return fmt.Errorf("%s: a rule has more than %d exit codes or %d fields", name, MaxRules, maxFields)
	}
	if err := checkCodes(name, r.ExitCode); err != nil {
		return err
	}
	if err := checkFlags(name, r.Flags); err != nil {
		return err
	}
	for _, text := range []string{r.Stdout, r.Stderr, r.Pattern} {
		if text == "" {
			continue
		}
		if err := checkPattern(name, text); err != nil {
			return err
		}
	}
	for _, path := range slices.Sorted(maps.Keys(r.JSON)) {
		if err := checkWant(name+": json."+path, r.JSON[path]); err != nil {
			return err
		}
	}
	return nil
}

func checkWant(name string, want any) error {
	switch v := want.(type) {
	case bool, float64, int:
		return nil
	case string:
		return checkPattern(name, v)
	case []any:
		for _, one := range v {
			if _, nested := one.([]any); nested || len(v) > MaxRules {
				return fmt.Errorf("%s must be a list of at most %d values", name, MaxRules)
			}
			if err := checkWant(name, one); err != nil {
				return err
			}
		}
		return nil
	default:
		return fmt.Errorf("%s must be true, false, a number, a pattern, or a list of them", name)
	}
}

// looksIntoSuccess reports whether the rule can judge a process that ended with 0.
func (r Rule) looksIntoSuccess() bool {
	return len(r.JSON) > 0 && len(r.ExitCode) == 0 && r.Stdout == "" && r.Stderr == "" && r.Pattern == ""
}

// find reports whether the rule matches. After an exit status of 0 only a rule with nothing but json can.
func (r Rule) find(e *ending) (m match, ok bool) {
	if e.code == 0 && !r.looksIntoSuccess() || len(r.ExitCode) > 0 && !slices.Contains(r.ExitCode, e.code) ||
		!e.flags.match(r.Flags) {
		return match{}, false
	}
	for _, one := range []struct {
		pattern string
		texts   []string
	}{
		{r.Stdout, []string{e.stdout}}, {r.Stderr, []string{e.stderr}}, {r.Pattern, []string{e.stderr, e.stdout, e.both}},
	} {
		if one.pattern == "" {
			continue
		}
		found, ok := search(one.pattern, one.texts, e.now)
		if !ok {
			return match{}, false
		}
		m.says, m.wait = e.instead(found), max(m.wait, found.wait)
	}
	if len(r.JSON) == 0 {
		return m, true
	}
	for _, o := range e.objects {
		if found, ok := r.fields(o, e.now); ok {
			if m.says == "" {
				m.says = found.says
			}
			m.wait = max(m.wait, found.wait)
			return m, true
		}
	}
	return match{}, false
}

// search looks for a pattern in texts, and returns the line that it is in.
func search(pattern string, texts []string, now time.Time) (match, bool) {
	p, err := compile(pattern)
	if err != nil {
		return match{}, false // such a rule has been refused
	}
	for _, text := range texts {
		at := p.FindStringSubmatchIndex(text)
		if at == nil {
			continue
		}
		from := strings.LastIndexByte(text[:at[0]], '\n') + 1
		line, _, _ := strings.Cut(text[from:], "\n")
		return match{text: text[at[0]:at[1]], says: brief(line), wait: wait(p, text, at, now)}, true
	}
	return match{}, false
}

// brief is what the JSON object at the end of a line says, if the line is nothing else or is too long to be quoted,
// such as that of a client that quotes its backend's answer after the name of a file. Any other line is returned as it
// is.
func brief(line string) string {
	at := strings.IndexByte(line, '{')
	if at < 0 || at > 0 && len(line) <= maxSaid {
		return line
	}
	if o, ok := object(strings.TrimSpace(line[at:])); ok && message(o) != "" {
		return message(o)
	}
	return line
}

// fields reports whether an object has all the fields, and returns the first text that a pattern matched, else what the
// object says.
func (r Rule) fields(o map[string]any, now time.Time) (m match, ok bool) {
	for _, path := range slices.Sorted(maps.Keys(r.JSON)) {
		got, has := lookup(o, path)
		if !has {
			return match{}, false
		}
		found, ok := equal(got, r.JSON[path], now)
		if !ok {
			return match{}, false
		}
		if len(found.says) > len(m.says) {
			m.says = found.says // the longest says most: "error" is the type, and not the message
		}
		m.wait = max(m.wait, found.wait)
	}
	if text := message(o); text != "" {
		m.says = text
	}
	return m, true
}

// equal reports whether a field has the value, or one of the values.
func equal(got, want any, now time.Time) (match, bool) {
	switch w := want.(type) {
	case []any:
		for _, one := range w {
			if m, ok := equal(got, one, now); ok {
				return m, true
			}
		}
		return match{}, false
	case string:
		text, ok := asText(got)
		if !ok {
			return match{}, false
		}
		return search(w, []string{text}, now)
	case int:
		return match{}, got == float64(w)
	default:
		return match{}, got == want
	}
}

// Names of groups in patterns.
const (
	groupAfter = "after"
	groupUntil = "until"
)

// wait is how long the program asks to wait, by the named groups of the pattern; 0: it does not say.
func wait(p *regexp.Regexp, text string, at []int, now time.Time) time.Duration {
	for i, name := range p.SubexpNames() {
		if at[2*i] < 0 {
			continue
		}
		group := text[at[2*i]:at[2*i+1]]
		switch name {
		case groupAfter:
			if d := span(group); d > 0 {
				return d
			}
		case groupUntil:
			if t, ok := instant(group); ok && t.After(now) {
				return t.Sub(now)
			}
		}
	}
	return 0
}

// span reads "90" as seconds, and "1h5m", "1h 5m" and "300ms" as they are.
func span(text string) time.Duration {
	if n, err := strconv.ParseUint(text, 10, 31); err == nil {
		return time.Duration(n) * time.Second
	}
	d, err := time.ParseDuration(strings.ReplaceAll(text, " ", ""))
	if err != nil {
		return 0
	}
	return d
}

// instant reads Unix seconds, Unix milliseconds, or RFC 3339.
func instant(text string) (time.Time, bool) {
	const millis = 1e11 // seconds never reach it
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		if n > millis {
			return time.UnixMilli(n), true
		}
		return time.Unix(n, 0), true
	}
	t, err := time.Parse(time.RFC3339, text)
	return t, err == nil
}

// ending is how a process ended, as rules see it.
type ending struct {
	code                 int
	stdout, stderr, both string // the end of each; see [actors.End]
	objects              []map[string]any
	flags                flags
	now                  time.Time
}

// instead is the line of a match, or what an object says of which the line is a part.
func (e *ending) instead(m match) string {
	for _, o := range e.objects {
		if said := message(o); strings.Contains(said, m.text) {
			return said
		}
	}
	return m.says
}

// endingOf reads the result of a process. After a success only an object that ends standard output is looked at.
func endingOf(r actors.Result, now time.Time) *ending {
	e := &ending{code: r.ExitCode, stdout: actors.End(r.Stdout), stderr: actors.End(r.Stderr), both: actors.End(r.Output), now: now}
	texts := []string{r.Stdout, r.Stderr}
	if r.ExitCode == 0 {
		texts = texts[:1]
	}
	for _, text := range texts {
		if o, ok := lastObject(text, r.ExitCode == 0); ok {
			e.objects = append(e.objects, o)
		}
	}
	return e
}
