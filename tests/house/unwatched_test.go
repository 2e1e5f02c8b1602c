package house

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
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
	for line := range strings.Lines(string(list)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		kind, folder, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		files, err := filepath.Glob(filepath.Join(folder, "*.go"))
		if err != nil || len(files) == 0 {
			t.Errorf(".ci/unwatched: there are no Go files in %q", folder)
		}
		for _, path := range files {
			found, err := beside(kind, path, nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range found {
				t.Errorf("%s, and .ci/unwatched leaves %s out: take the line out there, or this out here", f, folder)
			}
		}
	}
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
