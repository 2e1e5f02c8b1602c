package house

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestDecisions: every decision has the one form and its line in the index, and numbers that are not there are named.
func TestDecisions(t *testing.T) {
	inModule(t)
	files, err := filepath.Glob("docs/decisions/[0-9]*.md")
	if err != nil || len(files) == 0 {
		t.Fatalf("no decisions (%v)", err)
	}
	index := read(t, "docs/decisions/README.md")
	_, unused, _ := strings.Cut(index, "Unused: ")
	unused, _, _ = strings.Cut(unused, ". ")
	next := 1
	for _, f := range files {
		base, page := filepath.Base(f), read(t, f)
		number, _ := strconv.Atoi(base[:4])
		for ; next < number; next++ {
			if !strings.Contains(unused, fmt.Sprintf("%04d", next)) {
				t.Errorf("docs/decisions/README.md does not say that %04d is unused", next)
			}
		}
		next = number + 1
		if strings.Contains(unused, base[:4]) {
			t.Errorf("docs/decisions/README.md says that %s is unused", base[:4])
		}
		heading, _, _ := strings.Cut(page, "\n")
		title, ok := strings.CutPrefix(heading, "# "+base[:4]+": ")
		if !ok {
			t.Errorf("%s begins with %q; want # %s: TITLE", f, heading, base[:4])
		}
		if line := "| [" + base[:4] + "](" + base + ") |"; !strings.Contains(index, line) || !strings.Contains(index, "| "+title+" |\n") {
			t.Errorf("docs/decisions/README.md has no line %s … | %s |", line, title)
		}
		for _, part := range []string{"**Context.** ", "**Decision.** ", "**Consequences.** "} {
			if !strings.Contains(page, "\n"+part) && !strings.Contains(page, "**Folded into ") {
				t.Errorf("%s has no paragraph that begins with %s", f, part)
			}
		}
	}
}

// toCome are rooms that AGENTS.md names for changes that are still to come.
var toCome = []string{}

// TestPathsInPages: a path, a test or a benchmark that a page names is there. (Decisions are history.)
func TestPathsInPages(t *testing.T) {
	inModule(t)
	path := regexp.MustCompile(`(?:^|[\s` + "`" + `'"(])\.?/?((?:\.ci|actors|bench|bus|cmd|docs|findings|internal|messages|scheduler|supervisor|tests)/[\w./{},*-]*)`)
	name := regexp.MustCompile(`\b((?:Test|Benchmark)[A-Z]\w+)`)
	functions := testFunctions(t, ".")
	found := 0
	for page, text := range pages(t) {
		if strings.HasPrefix(page, "docs/decisions/0") || page == "CHANGELOG.md" {
			continue
		}
		for _, m := range path.FindAllStringSubmatch(text, -1) {
			found++
			for _, p := range braces(strings.TrimRight(strings.TrimSuffix(m[1], "..."), ".,")) {
				if strings.Contains(p, "NAME") || strings.Contains(p, "TYPE") { // the reader's own
					p = filepath.Dir(p)
				}
				files, err := filepath.Glob(p)
				if slices.Contains(toCome, p) {
					if len(files) > 0 {
						t.Errorf("%s has come: take it out of toCome, and \"new\" out of AGENTS.md", p)
					}
				} else if err != nil || len(files) == 0 {
					t.Errorf("%s names %s, which is not there", page, p)
				}
			}
		}
		for _, block := range blocks(text, "go") {
			text = strings.ReplaceAll(text, block, "")
		}
		for _, m := range name.FindAllString(text, -1) {
			found++
			if !strings.Contains(functions, "func "+m) {
				t.Errorf("%s names %s, which no test function begins with", page, m)
			}
		}
	}
	if found < 100 {
		t.Errorf("only %d paths and names were found", found)
	}
}

// TestCommandsInPages: where a page runs tests by name in a folder, there are such tests, benchmarks or fuzz targets.
func TestCommandsInPages(t *testing.T) {
	inModule(t)
	command := regexp.MustCompile(`go test (\./[\w/]+)([^\n` + "`" + `]*)`)
	by := regexp.MustCompile(`-(?:run|bench) '?\^?(\w+)`)
	found := 0
	for page, text := range pages(t) {
		for _, m := range command.FindAllStringSubmatch(text, -1) {
			for _, name := range by.FindAllStringSubmatch(m[2], -1) {
				found++
				if !regexp.MustCompile(`func \w*` + name[1]).MatchString(testFunctions(t, m[1])) {
					t.Errorf("%s runs %s in %s, where no test has such a name", page, name[1], m[1])
				}
			}
		}
	}
	if found < 5 {
		t.Errorf("only %d commands were found", found)
	}
}

// braces are the paths that a{b,c}d stands for.
func braces(path string) (out []string) {
	before, rest, ok := strings.Cut(path, "{")
	within, after, closed := strings.Cut(rest, "}")
	if !ok || !closed {
		return []string{path}
	}
	for part := range strings.SplitSeq(within, ",") {
		out = append(out, before+part+after)
	}
	return out
}

// testFunctions are the first lines of all tests and benchmarks below a folder.
func testFunctions(t *testing.T, folder string) string {
	t.Helper()
	function := regexp.MustCompile(`(?m)^func (?:Test|Benchmark|Fuzz)\w+`)
	var out strings.Builder
	err := filepath.WalkDir(folder, func(path string, e fs.DirEntry, err error) error {
		if err == nil && e.IsDir() && slices.Contains(noPages, e.Name()) {
			return filepath.SkipDir
		}
		if err == nil && strings.HasSuffix(path, "_test.go") {
			out.WriteString(strings.Join(function.FindAllString(read(t, path), -1), "\n") + "\n")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// TestWidthOfPages: text for people is at most 120 columns wide; tables, code and links are as wide as they are.
func TestWidthOfPages(t *testing.T) {
	inModule(t)
	const most = 120
	for page, text := range pages(t) {
		if page == "docs/messages.md" {
			continue // the types' comments, by a program
		}
		if strings.Contains(text, "\n<<<<<<< ") || strings.Contains(text, "\n>>>>>>> ") {
			t.Errorf("%s has both sides of a conflict in it", page)
		}
		text = regexp.MustCompile("(?ms)^```.*?^```").ReplaceAllString(text, "")
		for line := range strings.Lines(text) {
			line = strings.TrimRight(line, "\n")
			if utf8.RuneCountInString(line) > most && !strings.HasPrefix(line, "|") && strings.Count(line, " ") > 4 {
				t.Errorf("%s has a line of %d columns, at most %d: %.60s…", page, utf8.RuneCountInString(line), most, line)
			}
		}
	}
}
