package house

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// belowTheLine are the folders that stay pure: the same facts give the same decisions on any machine,
// at any time. TestLayering and the linter keep packages out of them; this file keeps out statements
// and the clock, for importing time is allowed there.
var belowTheLine = []string{"messages", "scheduler", "supervisor/policy"}

// impure are functions and values of packages that a pure file may import otherwise.
var impure = map[string][]string{
	"time": {"Now", "Since", "Until", "After", "AfterFunc", "Sleep", "Tick", "NewTimer", "NewTicker", "Local"},
	"fmt":  {"Print", "Printf", "Println", "Scan", "Scanf", "Scanln"},
}

// TestPurity holds the purity line of docs/design.md §4. (Ranging over a map is allowed: the replay
// tests see when an answer depends on its order.)
func TestPurity(t *testing.T) {
	inModule(t)
	for _, folder := range belowTheLine {
		read := 0
		err := filepath.WalkDir(folder, func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			read++
			found, err := impurities(path, nil)
			for _, f := range found {
				t.Errorf("%s: below the purity line; hand it in as a value, or do it above", f)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if read == 0 {
			t.Errorf("%s has no Go files: say in this test where they went", folder)
		}
	}
}

// TestPurityFinds shows that each kind of impurity is found.
func TestPurityFinds(t *testing.T) {
	inModule(t)
	for _, c := range []struct{ imports, body, want string }{
		{`"time"`, `_ = time.Unix(0, 0).Add(time.Second)`, ""},
		{`"fmt"`, `_ = fmt.Sprint(1)`, ""},
		{``, `for range map[int]int{} {}`, ""},
		{``, `go f()`, "go statement"},
		{``, `select {}`, "select"},
		{``, `c <- 1`, "send"},
		{``, `<-c`, "receive"},
		{``, `_ = make(chan int)`, "channel"},
		{``, `close(c)`, "close"},
		{``, `println(1)`, "println"},
		{`"time"`, `_ = time.Now()`, "time.Now"},
		{`"time"`, `now := time.Now; _ = now`, "time.Now"},
		{`clock "time"`, `clock.Sleep(1)`, "time.Sleep"},
		{`. "time"`, `_ = Now()`, "import of all names of time"},
		{`"time"`, `_ = time.Local`, "time.Local"},
		{`"fmt"`, `fmt.Println()`, "fmt.Println"},
	} {
		found, err := impurities("x.go", fmt.Sprintf("package x\nimport (%s)\nfunc f() { %s }", c.imports, c.body))
		if err != nil {
			t.Errorf("%s: %v", c.body, err)
		}
		if got := strings.Join(found, "; "); (c.want == "") != (got == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s %s: found %q, want %q", c.imports, c.body, got, c.want)
		}
	}
}

// impurities are the places of a Go file that need more than values, each as "file:line:col: what".
// The source may be nil: then the file is read.
func impurities(path string, source any) ([]string, error) {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, source, parser.SkipObjectResolution)
	if err != nil {
		return nil, fmt.Errorf("parse: %w", err)
	}
	names := make(map[string]string) // of a package in this file -> its path
	var found []string
	ast.Inspect(file, func(n ast.Node) bool {
		if what := impurity(n, names); what != "" {
			found = append(found, fmt.Sprintf("%v: %s", set.Position(n.Pos()), what))
		}
		return true
	})
	return found, nil
}

// impurity says what is impure about a node, or nothing. It learns the names of imports on its way:
// they come first in a file.
func impurity(n ast.Node, names map[string]string) string {
	switch n := n.(type) {
	case *ast.ImportSpec:
		return imported(n, names)
	case *ast.GoStmt:
		return "go statement"
	case *ast.SelectStmt:
		return "select"
	case *ast.SendStmt:
		return "send to a channel"
	case *ast.ChanType:
		return "channel"
	case *ast.UnaryExpr:
		if n.Op == token.ARROW {
			return "receive from a channel"
		}
	case *ast.CallExpr:
		if id, ok := n.Fun.(*ast.Ident); ok && slices.Contains([]string{"close", "print", "println"}, id.Name) {
			return "call of " + id.Name
		}
	case *ast.SelectorExpr:
		if id, ok := n.X.(*ast.Ident); ok && slices.Contains(impure[names[id.Name]], n.Sel.Name) {
			return names[id.Name] + "." + n.Sel.Name
		}
	}
	return ""
}

func imported(n *ast.ImportSpec, names map[string]string) string {
	path, err := strconv.Unquote(n.Path.Value)
	switch {
	case err != nil:
		return "import of " + n.Path.Value
	case n.Name == nil:
		names[path] = path
	case n.Name.Name == "." && impure[path] != nil:
		return "import of all names of " + path
	default:
		names[n.Name.Name] = path
	}
	return ""
}
