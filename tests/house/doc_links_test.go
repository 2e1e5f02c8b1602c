package house

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// docLink is a link of a doc comment to a name: [Name], [Type.Member], [pkg.Name] or [pkg.Type.Member].
var docLink = regexp.MustCompile(`\[\*?(?:([a-z][a-z0-9]*)\.)?([A-Z]\w*)(?:\.([A-Z]\w*))?\]`)

// TestDocLinks: what a doc comment links to is there, in its own package or in one of ours that the file imports.
func TestDocLinks(t *testing.T) {
	inModule(t)
	set := token.NewFileSet()
	files := documented(t, set)
	names := map[string]map[string]bool{}
	for dir, all := range files {
		names[dir] = declared(all)
	}
	links := 0
	for dir, all := range files {
		for _, f := range all {
			for _, c := range docsOf(f) {
				for _, m := range docLink.FindAllStringSubmatch(c.Text(), -1) {
					in := folderOf(f, dir, m[1])
					if in == "" {
						continue // of another module
					}
					links++
					if !names[in][m[2]] || m[3] != "" && !names[in][m[2]+"."+m[3]] {
						t.Errorf("%s: %s is not there", set.Position(c.Pos()), m[0])
					}
				}
			}
		}
	}
	if links < 500 {
		t.Errorf("only %d links were found", links)
	}
}

// documented are the files of the module's packages, without tests, by folder.
func documented(t *testing.T, set *token.FileSet) map[string][]*ast.File {
	files := map[string][]*ast.File{}
	err := filepath.WalkDir(".", func(name string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case e.IsDir() && name != "." && (strings.HasPrefix(e.Name(), ".") || e.Name() == "testdata" || e.Name() == "examples"):
			return fs.SkipDir
		case e.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		f, err := parser.ParseFile(set, name, nil, parser.ParseComments|parser.SkipObjectResolution)
		files[filepath.Dir(name)] = append(files[filepath.Dir(name)], f)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// folderOf is the folder of a package that a file imports by that name; empty: of another module. Without a name it is the
// file's own.
func folderOf(f *ast.File, dir, pkg string) string {
	if pkg == "" {
		return dir
	}
	for _, i := range f.Imports {
		where := strings.Trim(i.Path.Value, `"`)
		name := path.Base(where)
		if i.Name != nil {
			name = i.Name.Name
		}
		if name == pkg {
			if in, ours := strings.CutPrefix(where, "curfew/"); ours {
				return in
			}
			return ""
		}
	}
	return ""
}

// docsOf are the doc comments of a file: of the package, its declarations, and their members.
func docsOf(f *ast.File) (all []*ast.CommentGroup) {
	add := func(groups ...*ast.CommentGroup) {
		for _, g := range groups {
			if g != nil {
				all = append(all, g)
			}
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch d := n.(type) {
		case *ast.File:
			add(d.Doc)
		case *ast.FuncDecl:
			add(d.Doc)
			return false
		case *ast.GenDecl:
			add(d.Doc)
		case *ast.TypeSpec:
			add(d.Doc, d.Comment)
		case *ast.ValueSpec:
			add(d.Doc, d.Comment)
		case *ast.Field:
			add(d.Doc, d.Comment)
		}
		return true
	})
	return all
}

// declared are the exported names of a package: Name, and Type.Member of methods, fields and those of interfaces.
func declared(files []*ast.File) map[string]bool {
	out := map[string]bool{}
	for _, f := range files {
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Recv == nil {
					out[d.Name.Name] = true
				} else {
					out[receiver(d)+"."+d.Name.Name] = true
				}
			case *ast.GenDecl:
				for _, s := range d.Specs {
					specified(s, out)
				}
			}
		}
	}
	return out
}

func specified(s ast.Spec, out map[string]bool) {
	switch s := s.(type) {
	case *ast.ValueSpec:
		for _, n := range s.Names {
			out[n.Name] = true
		}
	case *ast.TypeSpec:
		out[s.Name.Name] = true
		var members *ast.FieldList
		switch is := s.Type.(type) {
		case *ast.StructType:
			members = is.Fields
		case *ast.InterfaceType:
			members = is.Methods
		default:
			return
		}
		for _, m := range members.List {
			for _, n := range m.Names {
				out[s.Name.Name+"."+n.Name] = true
			}
		}
	}
}

// receiver is the type of a method.
func receiver(d *ast.FuncDecl) string {
	of := d.Recv.List[0].Type
	for {
		switch is := of.(type) {
		case *ast.StarExpr:
			of = is.X
		case *ast.IndexExpr:
			of = is.X
		case *ast.IndexListExpr:
			of = is.X
		case *ast.Ident:
			return is.Name
		default:
			return ""
		}
	}
}
