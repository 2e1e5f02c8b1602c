package house

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestErrorsBeginOnce: the command line puts "curfew: " before every error that it prints, so no text elsewhere begins
// like that.
func TestErrorsBeginOnce(t *testing.T) {
	inModule(t)
	const prefix = `"curfew: `
	printed := 0
	err := filepath.WalkDir(".", func(path string, e fs.DirEntry, err error) error {
		if err == nil && e.IsDir() && slices.Contains(noPages, e.Name()) {
			return filepath.SkipDir
		}
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			switch {
			case !ok || !strings.HasPrefix(lit.Value, prefix):
			case strings.HasPrefix(filepath.ToSlash(path), "internal/cli/"):
				printed++
			default:
				t.Errorf("%v: %s would be printed as \"curfew: curfew: …\"", set.Position(lit.Pos()), lit.Value)
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if printed == 0 {
		t.Errorf("internal/cli has no text that begins %s: say in this test what puts the name before an error", prefix)
	}
}
