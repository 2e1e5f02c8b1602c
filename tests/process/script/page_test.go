package script_test

import (
	"fmt"
	"regexp"
	"strings"
)

// A fence is a block of a page that is done: a file that is written, or what is typed into a terminal.
type fence struct {
	file   string // the name that the sentence before it ends with: `NAME` (anew):
	daemon bool   // of the terminal that the daemon has
	text   string
}

// fences are the blocks of a page that a reader is to do, in order.
func fences(page string) (all []fence) {
	file := regexp.MustCompile("[Ww]rite `([^`]+)`(?: anew)?:\n\n$")
	rest := page
	for {
		before, after, ok := strings.Cut(rest, "```")
		language, after, _ := strings.Cut(after, "\n")
		text, after, closed := strings.Cut(after, "```\n")
		if !ok || !closed {
			return all
		}
		f := fence{daemon: language == "console daemon", text: text}
		if m := file.FindStringSubmatch(before); m != nil {
			f.file = m[1]
		}
		if f.file != "" || strings.HasPrefix(language, "console") {
			all = append(all, f)
		}
		rest = after
	}
}

// A step is a line that is typed, and what the page says it prints.
type step struct{ command, output string }

// steps are those of a block; one without a command begins a block that only prints.
func steps(text string) (all []step) {
	for line := range strings.Lines(text) {
		command, typed := strings.CutPrefix(line, "$ ")
		switch {
		case typed:
			all = append(all, step{command: strings.TrimSpace(command)})
		case line == "^C\n":
			all = append(all, step{command: "^C"})
		case len(all) == 0:
			all = append(all, step{output: line})
		default:
			all[len(all)-1].output += line
		}
	}
	return all
}

// A stand is a kind of text on a page that is another one each time: what it looks like there, and what may be in its
// place.
type stand struct{ what, page, may string }

const (
	minute  = `\d\d:\d\d`
	clock   = minute + `:\d\d`
	instant = `\d{4}-\d\d-\d\d[T ]` + clock + `(?:[+-]\d\d:\d\d|Z)?`
)

// stands are in the order in which they are looked for.
func stands(zone, person string) []stand {
	return []stand{
		{"number of a record", `^\d+ +` + instant, `\d+ +` + instant},
		{"instant", instant, instant},
		{"time of day", clock, minute + `(?::\d\d)?`}, // explain says no seconds of a full minute
		{"id of a run", `\b[a-z2-7]{16}\b`, `[a-z2-7]{16}`},
		{"how long ago", `\bnow\b`, `(?:now|\d[\d.]*\w* ago)`},
		{"how soon", `\bin \d\w+`, `in \d\w+`},
		{"how long", `\b\d+ms\b`, `\d[\d.]*(?:ms|s|m\w*)`},
		{"numbers of records", `\d+ facts, \d+ decisions`, `[1-9]\d* facts, [1-9]\d* decisions`},
		{"gate that is being opened", `probing at generation`, `(?:probing|open) at generation`},
		{"zone", `Europe/Vienna`, regexp.QuoteMeta(zone)},
		{"person", `\banna\b`, regexp.QuoteMeta(person)},
		{"what is left out", `…$`, `.*`},
	}
}

// A reading compares a page with what is printed. It remembers which run has the place of which run of the page.
type reading struct {
	stands []stand
	runs   map[string]string
}

// here is a command of the page with the runs that are really there.
func (r *reading) here(command string) string {
	for page, here := range r.runs {
		command = strings.ReplaceAll(command, page, here)
	}
	return command
}

// pattern is what a text of the page matches, and the runs of the page that its groups stand for.
func (r *reading) pattern(text string) (p string, groups []string) {
	var each []string
	for _, s := range r.stands {
		each = append(each, "("+s.page+")")
	}
	find := regexp.MustCompile(strings.Join(each, "|"))
	var b strings.Builder
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if line == "…" {
			b.WriteString(`(?:.*\n)*?`)
			continue
		}
		for {
			at := find.FindStringSubmatchIndex(line)
			if at == nil {
				break
			}
			b.WriteString(literal(line[:at[0]]))
			for i, s := range r.stands {
				if at[2*i+2] < 0 {
					continue
				}
				found := line[at[0]:at[1]]
				run, known := r.runs[found]
				switch {
				case known:
					b.WriteString(run)
				case s.what == "id of a run":
					groups = append(groups, found)
					b.WriteString("(" + s.may + ")")
				default:
					b.WriteString(s.may)
				}
			}
			line = line[at[1]:]
		}
		b.WriteString(literal(line) + `[ \t]*\n`)
	}
	return b.String(), groups
}

// literal is a pattern for a text, however wide the gaps between its columns are.
func literal(text string) string {
	return regexp.MustCompile(`\s+`).ReplaceAllString(regexp.QuoteMeta(text), `\s+`)
}

// is compares what was printed with the text of the page, and remembers the runs that it names.
func (r *reading) is(text, printed string) error {
	p, groups := r.pattern(text)
	m := regexp.MustCompile("^" + p + "$").FindStringSubmatch(printed)
	if m == nil {
		return fmt.Errorf("the page says\n%s\nand this was printed:\n%s", text, printed)
	}
	for i, run := range groups {
		if known, ok := r.runs[run]; ok && known != m[i+1] {
			return fmt.Errorf("run %s of the page is both %s and %s in\n%s", run, known, m[i+1], printed)
		}
		r.runs[run] = m[i+1]
	}
	return nil
}
