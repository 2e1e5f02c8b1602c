package house

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestPatternsAreCompiledWhenUsed: what a package compiles when the program begins, every command pays for. An
// expression that is written out as an argument of text.Pattern is compiled here, so that a wrong one is not found by
// its first user.
func TestPatternsAreCompiledWhenUsed(t *testing.T) {
	inModule(t)
	tried := 0
	for _, top := range floors[:len(floors)-2] {
		err := filepath.WalkDir(top, func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") ||
				filepath.Base(filepath.Dir(path)) == "stricttest" { // a server for tests
				return err
			}
			set := token.NewFileSet()
			file, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(n ast.Node) bool {
				if _, in := n.(*ast.FuncDecl); in {
					return false
				}
				call, ok := n.(*ast.CallExpr)
				if !ok {
					return true
				}
				switch called(call) {
				case "regexp.MustCompile":
					t.Errorf("%v: compiles an expression when the program begins; use text.Pattern", set.Position(n.Pos()))
				case "text.Pattern":
					if lit, ok := call.Args[0].(*ast.BasicLit); ok {
						expression, _ := strconv.Unquote(lit.Value)
						if _, err := regexp.Compile(expression); err != nil {
							t.Errorf("%v: %v", set.Position(n.Pos()), err)
						}
						tried++
					}
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if tried == 0 {
		t.Error("no expression was found")
	}
}

// called is the function of a package that is called, such as "regexp.MustCompile"; empty: something else.
func called(call *ast.CallExpr) string {
	f, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return ""
	}
	if in, ok := f.X.(*ast.Ident); ok {
		return in.Name + "." + f.Sel.Name
	}
	return ""
}
