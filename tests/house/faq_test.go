package house

import (
	"regexp"
	"strings"
	"testing"

	"curfew/actors"
	"curfew/internal/cli"
)

// TestQuestions: each answer of docs/faq.md is short, and has a command that exists and a link.
func TestQuestions(t *testing.T) {
	inModule(t)
	const most = 6 // lines of an answer
	answers := strings.Split(read(t, "docs/faq.md"), "\n## ")[1:]
	if n := len(answers); n < 12 || n > 20 {
		t.Errorf("%d questions; want 12 to 20", n)
	}
	command := regexp.MustCompile("`curfew ([^`]+)`")
	for _, a := range answers {
		question, answer, _ := strings.Cut(a, "\n")
		if n := strings.Count(strings.TrimSpace(answer), "\n") + 1; n > most {
			t.Errorf("%s: %d lines, at most %d", question, n, most)
		}
		if !strings.Contains(answer, ".md") {
			t.Errorf("%s: it has no link", question)
		}
		found := command.FindAllStringSubmatch(answer, -1)
		if len(found) == 0 {
			t.Errorf("%s: it has no command to type", question)
		}
		for _, m := range found {
			words := strings.Fields(m[1])
			c, _, err := cli.App{Kinds: &actors.Registry{}}.Commands().Find(words)
			if err != nil || !c.HasParent() {
				t.Errorf("%s: there is no command curfew %s", question, m[1])
				continue
			}
			for _, w := range words {
				name, isFlag := strings.CutPrefix(w, "--")
				if isFlag && c.Flag(name) == nil && c.InheritedFlags().Lookup(name) == nil {
					t.Errorf("%s: curfew %s has no flag --%s", question, c.Name(), name)
				}
			}
		}
	}
}
