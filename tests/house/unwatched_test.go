package house

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// begins are functions and methods that begin something beside their caller.
var begins = []string{"AfterFunc", "Go", "ListenAndServe", "NewServer", "NewTLSServer", "NewUnstartedServer", "Parallel", "Serve"}

// runtimes are packages of which a test that has one in its own process is worth watching.
var runtimes = []string{"curfew", "curfew/bus", "curfew/internal/backend", "curfew/internal/daemon", "curfew/internal/engine", "curfew/internal/realm", "curfew/supervisor", "testing/synctest"}

// TestUnwatched: what .ci/run does not run beside the race detector has nothing that the detector could see.
func TestUnwatched(t *testing.T) {
	inModule(t)
	list, err := os.ReadFile(".ci/unwatched")
	if err != nil {
		t.Fatal(err)
	}
	var left []string // tests that are left out by their names
	for line := range strings.Lines(string(list)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		kind, place, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		files, err := filepath.Glob(filepath.Join(place, "*.go"))
		if strings.HasSuffix(place, ".go") {
			files, err = filepath.Glob(place)
			left = append(left, tests(t, place)...)
		}
		if err != nil || len(files) == 0 {
			t.Errorf(".ci/unwatched: there are no Go files at %q", place)
		}
		for _, path := range files {
			found, err := beside(kind, path, nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range found {
				t.Errorf("%s, and .ci/unwatched leaves %s out: take the line out there, or this out here", f, place)
			}
		}
	}
	var all []string
	for _, path := range testFiles(t) {
		all = append(all, tests(t, path)...)
	}
	for _, name := range left {
		if n := len(slices.DeleteFunc(slices.Clone(all), func(other string) bool { return other != name })); n != 1 {
			t.Errorf("%d tests are called %s, which .ci/unwatched leaves out by its name: give the others another one", n, name)
		}
	}
}

// tests are the names of the tests in a file.
func tests(t *testing.T, path string) (names []string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if name, ok := strings.CutPrefix(line, "func Test"); ok {
			name, _, _ = strings.Cut(name, "(")
			names = append(names, "Test"+name)
		}
	}
	return names
}

// testFiles are the files of tests in the module.
func testFiles(t *testing.T) (all []string) {
	t.Helper()
	err := filepath.WalkDir(".", func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if e.IsDir() && (strings.HasPrefix(path, ".") && path != "." || path == "examples" || path == "findings") {
			return fs.SkipDir // modules of their own, and what is no part of ours
		}
		if strings.HasSuffix(path, "_test.go") {
			all = append(all, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestUnwatchedFinds shows that each kind is found.
func TestUnwatchedFinds(t *testing.T) {
	for _, c := range []struct{ kind, code, want string }{
		{"alone", `func f() { g() }`, ""},
		{"alone", `func f() { go g() }`, "x.go:2:12: go statement"},
		{"alone", `func f() { wg.Go(g) }`, "x.go:2:12: call of Go"},
		{"alone", `func f() { httptest.NewServer(g) }`, "x.go:2:12: call of NewServer"},
		{"alone", `import "curfew/bus"`, ""},
		{"program", `func f() { go g() }`, ""},
		{"program", `import "curfew/bus"`, "x.go:2:8: import of curfew/bus"},
		{"program", `import "curfew/bus/jsonl"`, ""},
		{"none", ``, `"none" is not "alone" or "program"`},
	} {
		found, err := beside(c.kind, "x.go", "package x\n"+c.code)
		if err != nil {
			found = []string{err.Error()}
		}
		if got := strings.Join(found, "; "); got != c.want {
			t.Errorf("%s %s: found %q, want %q", c.kind, c.code, got, c.want)
		}
	}
}

// beside are the places of a Go file that do not go with its kind, each as "file:line:col: what". The source may be nil:
// then the file is read.
func beside(kind, path string, source any) ([]string, error) {
	if kind != "alone" && kind != "program" {
		return nil, fmt.Errorf(`%q is not "alone" or "program"`, kind)
	}
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, source, parser.SkipObjectResolution)
	if err != nil {
		return nil, fmt.Errorf("parse: %w", err)
	}
	var found []string
	ast.Inspect(file, func(n ast.Node) bool {
		what := ""
		switch n := n.(type) {
		case *ast.ImportSpec:
			if name, err := strconv.Unquote(n.Path.Value); err == nil && kind == "program" && slices.Contains(runtimes, name) {
				what = "import of " + name
			}
		case *ast.GoStmt:
			if kind == "alone" {
				what = "go statement"
			}
		case *ast.CallExpr:
			if s, ok := n.Fun.(*ast.SelectorExpr); ok && kind == "alone" && slices.Contains(begins, s.Sel.Name) {
				what = "call of " + s.Sel.Name
			}
		}
		if what != "" {
			found = append(found, fmt.Sprintf("%v: %s", set.Position(n.Pos()), what))
		}
		return true
	})
	return found, nil
}
