package mutation

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// All mutations are in one build, because a build of the runtime costs much more than a run of the stories: of each
// function that a mutation is in there are copies, one as it is and one for each mutation, and in its place stands one
// that calls the copy which variable names.
const variable = "CURFEW_MUTATION"

// chooser is added to each package that has mutations.
const chooser = `package %s

import (
	"os"
	"strconv"
)

var chosenMutation, _ = strconv.Atoi(os.Getenv(%q))
`

// region is the lines of a mutated copy.
type region struct {
	from, to int
	mutation *mutation
}

// overlay is what go's -overlay puts in the place of the tree's files.
type overlay struct {
	Replace map[string]string // by the path of the file

	regions map[string][]region // by the file, below the root
}

// write makes the overlay of the mutations below dir and returns its path.
func (o *overlay) write(t *testing.T, dir string, list []*rule) string {
	t.Helper()
	base := root(t)
	o.Replace, o.regions = make(map[string]string), make(map[string][]region)
	files := make(map[string][]*mutation)
	for m := range all(list) {
		files[m.file] = append(files[m.file], m)
	}
	put := func(file, text string) {
		path := filepath.Join(dir, flat(file))
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		o.Replace[filepath.Join(base, file)] = path
	}
	for file, ms := range files {
		src, err := os.ReadFile(filepath.Join(base, file))
		if err != nil {
			t.Fatal(err)
		}
		text, pkg, regions, err := mutate(file, string(src), ms)
		if err != nil {
			t.Error(err)
			continue
		}
		o.regions[file] = regions
		put(file, text)
		put(filepath.Join(filepath.Dir(file), "chosen_mutation.go"), fmt.Sprintf(chooser, pkg, variable))
	}
	if t.Failed() {
		t.FailNow()
	}
	body, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(path, body, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// mutate puts the mutations of a file into it.
func mutate(file, src string, ms []*mutation) (text, pkg string, regions []region, err error) {
	set := token.NewFileSet()
	f, err := parser.ParseFile(set, file, src, parser.SkipObjectResolution)
	if err != nil {
		return "", "", nil, err
	}
	in := make(map[*ast.FuncDecl][]*mutation)
	for _, m := range ms {
		at := strings.Index(src, m.old)
		fn := around(set, f, at, at+len(m.old))
		switch n := strings.Count(src, m.old); {
		case n != 1:
			err = errors.Join(err, fmt.Errorf("%s:%d: %s: the old text is found %d times in %s; it must be there once", rulesFile, m.line, m.name, n, file))
		case fn == nil:
			err = errors.Join(err, fmt.Errorf("%s:%d: %s: the old text is not inside one function of %s", rulesFile, m.line, m.name, file))
		default:
			in[fn] = append(in[fn], m)
		}
	}
	if err != nil {
		return "", "", nil, err
	}
	var b strings.Builder
	done := 0
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || in[fn] == nil {
			continue
		}
		c := copier{set, src, fn}
		b.WriteString(src[done:c.at(fn.Pos())])
		done = c.at(fn.End())
		b.WriteString(c.dispatch(in[fn]))
		b.WriteString(c.copy(0, src[c.at(fn.Name.End()):done]))
		for _, m := range in[fn] {
			from := strings.Count(b.String(), "\n") + 1
			b.WriteString(c.copy(m.id, strings.Replace(src[c.at(fn.Name.End()):done], m.old, m.new, 1)))
			regions = append(regions, region{from, strings.Count(b.String(), "\n") + 1, m})
		}
	}
	b.WriteString(src[done:])
	return b.String(), f.Name.Name, regions, nil
}

// around is the function whose body has the text from from to to; nil: there is none.
func around(set *token.FileSet, f *ast.File, from, to int) *ast.FuncDecl {
	for _, d := range f.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Body != nil &&
			set.Position(fn.Name.End()).Offset <= from && to <= set.Position(fn.End()).Offset {
			return fn
		}
	}
	return nil
}

// copier writes copies of a function.
type copier struct {
	set *token.FileSet
	src string
	fn  *ast.FuncDecl
}

func (c copier) at(p token.Pos) int { return c.set.Position(p).Offset }

func (c copier) text(n ast.Node) string { return c.src[c.at(n.Pos()):c.at(n.End())] }

func (c copier) name(id int) string { return fmt.Sprintf("%s__%d", c.fn.Name.Name, id) }

// copy is the function with another name and the given rest, which begins behind its name.
func (c copier) copy(id int, rest string) string {
	return "\n\n" + c.src[c.at(c.fn.Pos()):c.at(c.fn.Name.Pos())] + c.name(id) + rest
}

// dispatch is a function of the same name and form that calls one of the copies.
func (c copier) dispatch(ms []*mutation) string {
	var params, args []string
	for _, p := range c.fn.Type.Params.List {
		count := max(1, len(p.Names))
		for range count {
			name := fmt.Sprintf("p%d", len(args))
			params = append(params, name+" "+c.text(p.Type))
			if _, variadic := p.Type.(*ast.Ellipsis); variadic {
				name += "..."
			}
			args = append(args, name)
		}
	}
	head, on := "func ", ""
	if c.fn.Recv != nil {
		head, on = "func (self "+c.text(c.fn.Recv.List[0].Type)+") ", "self."
	}
	types, result, give := "", "", ""
	if tp := c.fn.Type.TypeParams; tp != nil {
		types = c.text(tp)
	}
	if r := c.fn.Type.Results; r != nil {
		result, give = c.text(r)+" ", "return "
	}
	call := func(id int) string { return give + on + c.name(id) + "(" + strings.Join(args, ", ") + ")" }
	var b strings.Builder
	fmt.Fprintf(&b, "%s%s%s(%s) %s{\n\tswitch chosenMutation {\n", head, c.fn.Name.Name, types, strings.Join(params, ", "), result)
	for _, m := range ms {
		fmt.Fprintf(&b, "\tcase %d:\n\t\t%s\n", m.id, call(m.id))
	}
	fmt.Fprintf(&b, "\tdefault:\n\t\t%s\n\t}\n}", call(0))
	return b.String()
}

// culprits are the mutations that a compiler's messages are about.
func (o *overlay) culprits(output string) (out []string) {
	for file, regions := range o.regions {
		for _, m := range regexp.MustCompile(regexp.QuoteMeta(flat(file))+`:(\d+):.*`).FindAllStringSubmatch(output, -1) {
			n, _ := strconv.Atoi(m[1])
			for _, r := range regions {
				if r.from <= n && n <= r.to {
					out = append(out, r.mutation.name+": "+m[0])
				}
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// flat is a file's name in the folder of the overlay.
func flat(file string) string { return strings.ReplaceAll(file, "/", "_") }
