package mutation

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
)

// rule is a sentence of the rules, and the ways in which it is broken.
type rule struct {
	number, sentence string
	mutations        []*mutation
}

// mutation is a rule broken at one place of the code.
type mutation struct {
	id       int // from 1
	name     string
	file     string // below the root of the tree
	judges   []string
	old, new string
	same     string // why it changes nothing that anybody could see; empty: it does
	line     int    // in the list
}

const rulesFile = "rules.txt"

// rules reads the list.
func rules(t *testing.T) []*rule {
	t.Helper()
	text, err := os.ReadFile(rulesFile)
	if err != nil {
		t.Fatal(err)
	}
	out, err := parse(string(text))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// parse reads the form that the head of the list describes.
func parse(text string) (out []*rule, err error) {
	var last *mutation
	names := make(map[string]bool)
	for i, line := range strings.Split(text, "\n") {
		mark, rest := "", line
		for _, m := range []string{"## ", "@@ ", "-", "+", "= ", "#"} {
			if after, ok := strings.CutPrefix(line, m); ok {
				mark, rest = m, after
				break
			}
		}
		switch {
		case mark == "#" || line == "":
		case mark == "## ":
			number, sentence, _ := strings.Cut(rest, " ")
			out, last = append(out, &rule{number: number, sentence: sentence}), nil
		case mark == "@@ ":
			words := strings.Fields(rest)
			if len(words) < 2 || len(out) == 0 || names[words[0]] {
				return nil, fmt.Errorf("%s:%d: %q is not a new name and a file, below a rule", rulesFile, i+1, line)
			}
			names[words[0]] = true
			last = &mutation{id: len(names), name: words[0], file: words[1], judges: judgesOf(words[1], words[2:]), line: i + 1}
			out[len(out)-1].mutations = append(out[len(out)-1].mutations, last)
		case mark == "" || last == nil:
			return nil, fmt.Errorf("%s:%d: %q has no place here", rulesFile, i+1, line)
		case mark == "-":
			last.old += rest + "\n"
		case mark == "+":
			last.new += rest + "\n"
		default:
			last.same = rest
		}
	}
	for m := range all(out) {
		m.old, m.new = strings.TrimSuffix(m.old, "\n"), strings.TrimSuffix(m.new, "\n")
		if m.old == "" || m.old == m.new {
			return nil, fmt.Errorf("%s:%d: %s changes nothing", rulesFile, m.line, m.name)
		}
	}
	return out, nil
}

// judgesOf are the judges of a mutation in the file, those that are named or else the usual ones.
func judgesOf(file string, named []string) []string {
	switch pkg := path.Dir(file); {
	case len(named) > 0:
		return named
	case pkg == "supervisor/policy":
		return []string{"stories", pkg, "bounds", "random"}
	default:
		return []string{pkg, "live"}
	}
}

// all are the mutations of all rules, in their order.
func all(list []*rule) func(yield func(*mutation) bool) {
	return func(yield func(*mutation) bool) {
		for _, r := range list {
			for _, m := range r.mutations {
				if !yield(m) {
					return
				}
			}
		}
	}
}

// root is the root of the tree.
func root(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}
