package house

import (
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"curfew/docs"
)

// explained are the words for what Curfew is made of, which its first page, the demo and explanations use.
var explained = []string{
	"slot", "run", "attempt", "session", "gate", "canary", "generation", "hold", "fold", "lane", "supervisor", "journal", "fact", "decision", "replay",
}

// TestWordsPage: every word that an answer has for what happened, every status of a refusal, and every word for what Curfew
// is made of has a paragraph in docs/codes.md, and nothing else has one.
func TestWordsPage(t *testing.T) {
	inModule(t)
	words := map[string]string{} // each with where it is from
	for _, folder := range []string{"messages", "internal/contract"} {
		for word, name := range namedWords(t, folder) {
			words[word] = folder + "." + name
		}
	}
	for status, file := range refusals(t, "internal/api", "internal/api/door", "internal/cli", "internal/backend", "internal/daemon") {
		words[status] = file
	}
	for _, word := range explained {
		words[word] = "explained"
	}
	if len(words) < 60 {
		t.Errorf("only %d words were found", len(words))
	}
	for word, from := range words {
		if text, ok := docs.Word(word); !ok || len(text) < 10 || strings.Contains(text, "\n#") {
			t.Errorf("docs/codes.md has no paragraph ### %s (%s): %q", word, from, text)
		}
	}
	for _, word := range docs.Words() {
		if words[word] == "" {
			t.Errorf("docs/codes.md explains %s, which nothing answers", word)
		}
	}
}

// namedWords are the constants of a folder whose type says what happened, or whose name begins with Reason.
func namedWords(t *testing.T, folder string) map[string]string {
	t.Helper()
	of := []string{
		"Class", "Detail", "InterruptReason", "SkipReason", "FinishReason", "Hold", "Status", "GateState", "LossReason", "Notice",
		"JobState", "NodeState",
	}
	out := map[string]string{}
	for _, f := range sources(t, folder) {
		for _, d := range f.Decls {
			decl, ok := d.(*ast.GenDecl)
			if !ok || decl.Tok != token.CONST {
				continue
			}
			for _, s := range decl.Specs {
				v := s.(*ast.ValueSpec)
				kind, _ := v.Type.(*ast.Ident)
				named := kind != nil && slices.Contains(of, kind.Name) || kind == nil && strings.HasPrefix(v.Names[0].Name, "Reason")
				if lit, ok := first(v.Values).(*ast.BasicLit); ok && named && lit.Kind == token.STRING {
					word, _ := strconv.Unquote(lit.Value)
					out[word] = v.Names[0].Name
				}
			}
		}
	}
	return out
}

func first(all []ast.Expr) ast.Expr {
	if len(all) == 0 {
		return nil
	}
	return all[0]
}

// refusals are the statuses from 400 on that the sources of folders name.
func refusals(t *testing.T, folders ...string) map[string]string {
	t.Helper()
	byName := map[string]int{}
	for status := 400; status < 600; status++ {
		if name := regexp.MustCompile(`[^A-Za-z]`).ReplaceAllString(http.StatusText(status), ""); name != "" {
			byName["Status"+name] = status
		}
	}
	out := map[string]string{}
	for _, folder := range folders {
		for _, f := range sources(t, folder) {
			ast.Inspect(f, func(n ast.Node) bool {
				if s, ok := n.(*ast.SelectorExpr); ok && byName[s.Sel.Name] != 0 {
					out[strconv.Itoa(byName[s.Sel.Name])] = folder + ": " + s.Sel.Name
				}
				return true
			})
		}
	}
	return out
}

func sources(t *testing.T, folder string) (all []*ast.File) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil || len(names) == 0 {
		t.Fatalf("%s has no sources (%v)", folder, err)
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, f)
	}
	return all
}

// TestTopics: every page has a title, and what a page or the program tells people to look up is there.
func TestTopics(t *testing.T) {
	inModule(t)
	known := docs.Words()
	for _, p := range docs.Pages() {
		if p.Title == "" || strings.HasPrefix(p.Title, "#") {
			t.Errorf("docs/%s.md does not begin with a title", p.Name)
		}
		known = append(known, p.Name)
	}
	for i, w := range known {
		if slices.Contains(known[:i], w) {
			t.Errorf("%s is there twice: `curfew help %s` shows one of them", w, w)
		}
	}
	texts := pages(t)
	for _, pattern := range []string{"internal/*/*.go", "internal/*/*/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			texts[f] = read(t, f)
		}
	}
	found := 0
	for name, text := range texts {
		for _, m := range regexp.MustCompile("curfew help ([a-z0-9_-]+)").FindAllStringSubmatch(text, -1) {
			found++
			if !slices.Contains(known, m[1]) && m[1] != "job" { // the example with a command
				t.Errorf("%s says `curfew help %s`, which is no page or word", name, m[1])
			}
		}
	}
	if found < 3 {
		t.Errorf("only %d topics were found", found)
	}
}
