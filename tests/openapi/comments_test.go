package openapi

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

// comments are what the source says of its types and their fields; a description of the API repeats it.
type comments struct{ types, fields map[string]string }

// described are the folders with types of the API.
var described = []string{"internal/api", "internal/contract", "internal/explain", "messages"}

// readComments reads the source.
func readComments(t *testing.T) comments {
	t.Helper()
	out := comments{map[string]string{}, map[string]string{}}
	for _, folder := range described {
		of := func(info fs.FileInfo) bool { return !strings.HasSuffix(info.Name(), "_test.go") }
		pkgs, err := parser.ParseDir(token.NewFileSet(), filepath.Join("..", "..", folder), of, parser.ParseComments) //nolint:staticcheck // no build tags here
		if err != nil {
			t.Fatal(err)
		}
		for _, pkg := range pkgs {
			ast.Inspect(pkg, func(n ast.Node) bool {
				if d, ok := n.(*ast.GenDecl); ok {
					out.add("curfew/"+folder, d)
				}
				return true
			})
		}
	}
	return out
}

func (c comments) add(pkg string, d *ast.GenDecl) {
	for _, spec := range d.Specs {
		typ, ok := spec.(*ast.TypeSpec)
		if !ok {
			continue
		}
		name := pkg + "." + typ.Name.Name
		text := typ.Doc.Text()
		if text == "" {
			text = d.Doc.Text()
		}
		c.types[name] = plainText(text)
		s, ok := typ.Type.(*ast.StructType)
		if !ok {
			continue
		}
		for _, f := range s.Fields.List {
			text := f.Doc.Text() + " " + f.Comment.Text()
			for _, id := range f.Names {
				c.fields[name+"."+id.Name] = plainText(text)
			}
		}
	}
}

// link is a reference to a name of the source, such as [MaxLimit].
var link = regexp.MustCompile(`\[\*?([A-Za-z.]+)\]`)

// plainText is a comment on one line without references.
func plainText(text string) string {
	return link.ReplaceAllString(strings.Join(strings.Fields(text), " "), "$1")
}

func (c comments) field(t reflect.Type, name string) string { return c.fields[key(t)+"."+name] }

func key(t reflect.Type) string {
	name, _, _ := strings.Cut(t.Name(), "[")
	return t.PkgPath() + "." + name
}

// owner is the struct in which a field stands: t, or one that it embeds.
func owner(t reflect.Type, f reflect.StructField) reflect.Type {
	for _, i := range f.Index[:len(f.Index)-1] {
		t = t.Field(i).Type
	}
	return t
}
