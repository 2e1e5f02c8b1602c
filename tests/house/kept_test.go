package house

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestNobodyWritesToAKept: jobs share what is kept of their definitions, and whoever has one reads it while others do. So
// nobody but messages writes to a Kept, and nobody writes to what a list or a map of a definition leads to, which is
// shared also by a whole copy.
func TestNobodyWritesToAKept(t *testing.T) {
	inModule(t)
	c := newChecker(t)
	for _, p := range c.own {
		if p.ImportPath == "curfew/messages" {
			continue
		}
		var files []*ast.File
		for _, name := range p.GoFiles {
			files = append(files, c.parse(t, filepath.Join(p.Dir, name), nil))
		}
		for _, w := range c.writes(t, p.ImportPath, files...) {
			t.Errorf("%s: jobs share it; make another definition of its Whole", w)
		}
	}
}

// TestNobodyWritesToAKeptFinds shows that each kind of write is found.
func TestNobodyWritesToAKeptFinds(t *testing.T) {
	inModule(t)
	c := newChecker(t)
	for body, found := range map[string]int{
		`k.Title = ""`: 1, `k.Retry.Attempts++`: 1, `j.Job = ""`: 1, `*k = messages.Kept{}`: 1, `k.With[0] = 1`: 1,
		`k.EnvValues["A"] = ""`: 1, `delete(k.RunsOn, "a")`: 1, `slices.Sort(k.Tags)`: 1, `_ = &k.Retry`: 1, `k.Deliver.To[0] = ""`: 1,
		`_ = append(k.Tags, "a")`: 1, `_ = append(d.Env[:0], "a")`: 1, `d.Env[0] = ""`: 1, `clear(d.EnvValues)`: 1,
		`k = j.Kept`: 0, `d.Title = ""`: 0, `d.Retry.Attempts++`: 0, `d.Env = slices.Clone(k.Env)`: 0, `d.Tags = append(d.Tags, "a")`: 0,
	} {
		src := "package x\nimport (\"slices\"; \"curfew/messages\")\nvar _ = slices.Sort[[]int]\n" +
			"func f(k *messages.Kept, j messages.JobDefined, d messages.Definition) { " + body + " }"
		if got := c.writes(t, "x", c.parse(t, "x.go", src)); len(got) != found {
			t.Errorf("%s: found %q, want %d", body, got, found)
		}
	}
}

// goPackage is what go list says of a package.
type goPackage struct {
	ImportPath, Dir, Export string
	GoFiles                 []string
}

// checker looks at packages with the types that go build has made of their imports.
type checker struct {
	files   *token.FileSet
	imports types.Importer
	own     []goPackage // of Curfew
}

func newChecker(t *testing.T) *checker {
	t.Helper()
	out, err := exec.Command("go", "list", "-export", "-deps", "-json=ImportPath,Dir,Export,GoFiles", "./...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	c, exports := &checker{files: token.NewFileSet()}, map[string]string{}
	for all := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p goPackage
		if err := all.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		exports[p.ImportPath] = p.Export
		if strings.HasPrefix(p.ImportPath+"/", "curfew/") {
			c.own = append(c.own, p)
		}
	}
	c.imports = importer.ForCompiler(c.files, "gc", func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) })
	return c
}

func (c *checker) parse(t *testing.T, name string, src any) *ast.File {
	t.Helper()
	f, err := parser.ParseFile(c.files, name, src, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// writes are the places where a package writes to what definitions share.
func (c *checker) writes(t *testing.T, path string, files ...*ast.File) (found []string) {
	t.Helper()
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}}
	if _, err := (&types.Config{Importer: c.imports}).Check(path, c.files, files, info); err != nil {
		t.Fatal(err)
	}
	look := func(e ast.Expr, inside bool) {
		if shared(info, e, inside) {
			found = append(found, fmt.Sprint(c.files.Position(e.Pos()), ": ", types.ExprString(e)))
		}
	}
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.AssignStmt:
				for _, e := range n.Lhs {
					look(e, false)
				}
			case *ast.IncDecStmt:
				look(n.X, false)
			case *ast.UnaryExpr:
				if n.Op == token.AND {
					look(n.X, false)
				}
			case *ast.CallExpr:
				if fun := types.ExprString(n.Fun); fun == "append" { // which may write behind the end, where others append, too
					look(n.Args[0], false)
				} else if slices.Contains(writers, fun) {
					look(n.Args[0], true)
				}
			}
			return true
		})
	}
	return found
}

// writers write to what their first argument leads to.
var writers = []string{
	"clear", "copy", "delete", "maps.Copy", "maps.DeleteFunc", "slices.Compact", "slices.Delete", "slices.DeleteFunc", "slices.Reverse",
	"slices.Sort", "slices.SortFunc", "slices.SortStableFunc", "sort.Strings",
}

// shared reports whether an expression is, or with inside leads to, a part of a definition that others have as well.
func shared(info *types.Info, e ast.Expr, inside bool) bool {
	for {
		switch x := e.(type) {
		case *ast.ParenExpr:
			e = x.X
		case *ast.IndexExpr:
			e, inside = x.X, true
		case *ast.SliceExpr:
			e, inside = x.X, true
		case *ast.StarExpr:
			if isMessage(info, x.X, "Kept") {
				return true
			}
			e = x.X
		case *ast.SelectorExpr:
			if isMessage(info, x.X, "Kept") || isMessage(info, x.X, "JobDefined") || inside && isMessage(info, x.X, "Definition") {
				return true
			}
			e = x.X
		default:
			return false
		}
	}
}

// isMessage reports whether an expression has that type of messages, or points to one.
func isMessage(info *types.Info, e ast.Expr, name string) bool {
	t := info.TypeOf(e)
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.Obj().Name() == name && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == "curfew/messages"
}
