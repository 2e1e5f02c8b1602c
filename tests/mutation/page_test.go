package mutation

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// noticed has, for each mutation, the test that failed when they were last run, or "nothing".
const noticed = "noticed.txt"

// nothing is in place of a test where a mutation changes nothing that anybody could see.
const nothing = "nothing"

// The part of the page that is made from the lists.
const (
	page      = "docs/testing.md"
	pageFrom  = "<!-- from tests/mutation/rules.txt -->\n"
	pageUntil = "<!-- until here -->\n"
)

// readNoticed reads which test notices which mutation.
func readNoticed(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile(noticed)
	if err != nil {
		t.Fatal(err)
	}
	by := make(map[string]string)
	for line := range strings.Lines(string(text)) {
		name, test, _ := strings.Cut(strings.TrimSpace(line), " ")
		by[name] = test
	}
	return by
}

func writeNoticed(t *testing.T, list []*rule, by map[string]string) {
	t.Helper()
	var b strings.Builder
	for m := range all(list) {
		fmt.Fprintf(&b, "%s %s\n", m.name, by[m.name])
	}
	if err := os.WriteFile(noticed, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
}

// kind is what kind of test that is, for people.
func kind(test string) string {
	switch {
	case test == nothing:
		return nothing
	case strings.Contains(test, "TestStoriesPure"):
		return "stories"
	case strings.Contains(test, "TestStoriesLive"):
		return "stories told to the runtime"
	case strings.Contains(test, "TestRandomHistories"):
		return "random histories"
	case strings.HasPrefix(test, "supervisor/policy "):
		return "tests of the machine"
	default:
		return "tests of other rooms"
	}
}

// table is the part of the page.
func table(list []*rule, by map[string]string) string {
	var b strings.Builder
	counts, mutations := make(map[string]int), 0
	for m := range all(list) {
		counts[kind(by[m.name])]++
		mutations++
	}
	fmt.Fprintf(&b, "%d rules are broken in %d ways:\n\n| noticed first by | |\n|---|---|\n", len(list), mutations)
	kinds := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
	for _, k := range kinds {
		fmt.Fprintf(&b, "| %s | %d |\n", k, counts[k])
	}
	b.WriteString("\n| | rule | broken by |\n|---|---|---|\n")
	for _, r := range list {
		var names []string
		for _, m := range r.mutations {
			name := "`" + m.name + "`"
			if k := kind(by[m.name]); k != "stories" {
				name += " (" + k + ")"
			}
			names = append(names, name)
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", r.number, r.sentence, strings.Join(names, ", "))
	}
	return b.String()
}

// TestPage holds the page to the lists, and the lists to each other.
func TestPage(t *testing.T) {
	list, by := rules(t), readNoticed(t)
	n := 0
	for m := range all(list) {
		n++
		if is, known := by[m.name]; !known || (is == nothing) != (m.same != "") {
			t.Errorf("%s does not say which test notices %s; run go test ./tests/mutation -mutations -only %s -rewrite", noticed, m.name, m.name)
		}
	}
	if n != len(by) {
		t.Errorf("%s has %d mutations, %s has %d", noticed, len(by), rulesFile, n)
	}
	path := filepath.Join(root(t), page)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(text), pageFrom)
	is, after, ok2 := strings.Cut(rest, pageUntil)
	if !ok || !ok2 {
		t.Fatalf("%s lacks %q or %q", page, pageFrom, pageUntil)
	}
	want := "\n" + table(list, by) + "\n"
	switch {
	case is == want:
	case *rewrite:
		if err := os.WriteFile(path, []byte(before+pageFrom+want+pageUntil+after), 0o600); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("%s is not what the lists say; go test ./tests/mutation -run TestPage -rewrite", page)
	}
}
