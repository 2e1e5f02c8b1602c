package messages_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"curfew/messages"
)

// source is what the package says about itself in its comments.
type source struct {
	docs   map[string]string            // of each type
	fields map[string]map[string]string // comment of each field of each struct
	words  map[string][]word            // constants of each type, in order
}

type word struct{ value, meaning string }

func readSource(t *testing.T) source {
	t.Helper()
	s := source{docs: map[string]string{}, fields: map[string]map[string]string{}, words: map[string][]word{}}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok {
				continue
			}
			for _, spec := range g.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					s.addType(spec, g.Doc)
				case *ast.ValueSpec:
					s.addWord(spec)
				}
			}
		}
	}
	return s
}

func (s source) addType(spec *ast.TypeSpec, group *ast.CommentGroup) {
	doc := spec.Doc
	if doc == nil {
		doc = group
	}
	s.docs[spec.Name.Name] = plain(doc)
	st, ok := spec.Type.(*ast.StructType)
	if !ok {
		return
	}
	fields := map[string]string{}
	for _, f := range st.Fields.List {
		for _, n := range f.Names {
			fields[n.Name] = plain(f.Comment)
		}
	}
	s.fields[spec.Name.Name] = fields
}

func (s source) addWord(spec *ast.ValueSpec) {
	typ, ok := spec.Type.(*ast.Ident)
	if !ok || len(spec.Values) != 1 {
		return
	}
	lit, ok := spec.Values[0].(*ast.BasicLit)
	if !ok {
		return
	}
	if v, err := strconv.Unquote(lit.Value); err == nil {
		s.words[typ.Name] = append(s.words[typ.Name], word{v, plain(spec.Comment)})
	}
}

// plain is a comment on one line, without the brackets of doc links, safe in a table.
func plain(c *ast.CommentGroup) string {
	text := strings.Join(strings.Fields(c.Text()), " ")
	return strings.ReplaceAll(docLink.ReplaceAllString(text, "$1"), "|", `\|`)
}

var docLink = regexp.MustCompile(`\[([A-Z]\w*)\]`)

// field is one member of the JSON form of a struct.
type field struct {
	json, meaning string
	omitted       bool // when it is zero
	typ           reflect.Type
}

// members lists the fields of a struct as its JSON has them: those of embedded structs are its own.
func (s source) members(t reflect.Type) []field {
	var out []field
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous {
			embedded := f.Type
			if embedded == keptType {
				embedded = reflect.TypeFor[messages.Definition]()
			}
			if embedded.Kind() == reflect.Pointer {
				embedded = embedded.Elem()
			}
			out = append(out, s.members(embedded)...)
			continue
		}
		name, omit, _ := strings.Cut(f.Tag.Get("json"), ",")
		out = append(out, field{json: name, omitted: omit != "", meaning: s.fields[t.Name()][f.Name], typ: f.Type})
	}
	return out
}
