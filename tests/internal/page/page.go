// Package page holds the parts of pages that are made of what the program says. Such a part stands between two marks:
//
//	<!-- made: NAME -->
//	<!-- made: end -->
package page

import (
	"flag"
	"os"
	"strings"
	"testing"

	_ "github.com/cockroachdb/datadriven" // it has the flag
)

const (
	begin = "<!-- made: "
	shut  = " -->\n"
	end   = begin + "end" + shut
)

// Rewrite says whether -rewrite was given: what is made is written instead of compared.
func Rewrite() bool { return flag.Lookup("rewrite").Value.String() == "true" }

// Part compares the part of a page with what it has to be. It fails where they differ, and where the page has no such
// part; with -rewrite it writes the part.
func Part(t *testing.T, file, name, want string) {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(raw), begin+name+shut)
	got, after, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatalf("%s has no lines %s and %s", file, begin+name+shut, end)
	}
	want = "\n" + strings.TrimSpace(want) + "\n\n"
	switch {
	case got == want:
	case !Rewrite():
		t.Errorf("the part %q of %s is not what the program says: run %s again with -rewrite, and read the diff", name, file, t.Name())
	default:
		if err := os.WriteFile(file, []byte(before+begin+name+shut+want+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// Wrapped is a text of paragraphs as Markdown, in lines of at most 120 columns. What is indented stays as it is, as code.
func Wrapped(text string) string {
	const most = 120
	var out []string
	for paragraph := range strings.SplitSeq(text, "\n\n") {
		if strings.HasPrefix(paragraph, " ") {
			out = append(out, "```\n"+Outdented(paragraph)+"\n```")
			continue
		}
		var lines []string
		line := ""
		for word := range strings.FieldsSeq(paragraph) {
			// A line that begins with a dash would be the item of a list.
			if line != "" && len(line)+1+len(word) > most-2 && word != "-" {
				lines, line = append(lines, line), ""
			}
			line = strings.TrimPrefix(line+" "+word, " ")
		}
		out = append(out, strings.Join(append(lines, line), "\n"))
	}
	return strings.Join(out, "\n\n")
}

// Outdented is a text without the two spaces that lines of examples begin with.
func Outdented(text string) string {
	return strings.ReplaceAll(strings.TrimPrefix(text, "  "), "\n  ", "\n")
}

// Cell is a text as it stands in a table.
func Cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }
