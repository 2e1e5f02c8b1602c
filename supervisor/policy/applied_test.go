package policy_test

import (
	"encoding/json"
	"errors"
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

const thisPackage = "curfew/supervisor/policy"

// index are the fields that follow from the state: where the jobs that wait stand, and what is counted. The functions of these files keep
// them.
var (
	index = []string{
		"Machine.lanes", "Machine.dirty", "lane.dirty", "job.line", "job.head", "job.in", "job.at", "lane.lines", "session.lines", "session.trials",
		"line.backlog", "line.fresh", "heapOf.row", "heapOf.gone", "heapOf.jobs", "heapOf.count",
		"names.parts", "names.count", "Machine.groups", "Machine.active", "group.gate", "group.line", "group.runs", "Machine.pools", "pool.takers", "pool.closed", "Machine.running",
		"job.group", "job.counted", "job.stands", "Machine.standing", "job.active", "run.counted",
	}
	indexFiles = []string{"line.go", "heap.go", "names.go", "group.go", "pool.go"}
)

// inHand are the fields that last for one Step: what it was called with, its decisions so far, and what settle is to
// look at; or for an image.
var inHand = []string{
	"Machine.now", "Machine.seq", "Machine.slots", "Machine.event", "Machine.out", "Machine.late", "Machine.touched", "Machine.lost", "Machine.dropped", "Machine.free",
	"session.touched", "session.lost", "Machine.numbered", "Machine.unused", "Machine.image", "Machine.images", "job.number", "job.imaged",
	"Image.next", "Image.jobs", "Image.head", "Image.sessions",
	"Decisions.order", "Decisions.queued", "Decisions.held", "Decisions.started", "Decisions.finished", "Decisions.wakes", "Decisions.others",
}

// TestOnlyApplyChangesState: recovery runs the functions named apply* without the rules, so whatever else changed state
// would be lost by a restart.
func TestOnlyApplyChangesState(t *testing.T) {
	p := load(t)
	for _, w := range p.writes() {
		switch {
		case applies(w.in) || makes(w.in), slices.Contains(inHand, w.field):
		case slices.Contains(index, w.field) && slices.Contains(indexFiles, w.file):
		default:
			t.Errorf("%s: %s changes %s; only functions named apply* change state", w.at, w.in, w.field)
		}
	}
}

// TestOnlyRecordsAreApplied: a rule changes state by a decision alone, so that recovery sees all of it. What applies a
// record decides nothing.
func TestOnlyRecordsAreApplied(t *testing.T) {
	p := load(t)
	calls := p.calls()
	decides := make(map[types.Object]bool) // emits, or calls what does
	for _, c := range calls {
		from, to := c.from.Name(), c.to.Name()
		if applies(to) && !applies(from) && !makes(from) && !slices.Contains([]string{"Decide", "Apply", "begin"}, from) && !emits(from) {
			t.Errorf("%s: %s calls %s; a rule changes state by emit alone", c.at, from, to)
		}
		if emits(to) {
			decides[c.to] = true
		}
	}
	for more := true; more; {
		more = false
		for _, c := range calls {
			if decides[c.to] && !decides[c.from] {
				decides[c.from], more = true, true
			}
		}
	}
	for f := range decides {
		if applies(f.Name()) {
			t.Errorf("%s decides; what applies a record only takes it in", f.Name())
		}
	}
}

// TestWritesAreFound shows what counts as a change of state.
func TestWritesAreFound(t *testing.T) {
	for _, c := range []struct{ body, want string }{
		{`m.n = 1`, "Machine.n"},
		{`m.n++`, "Machine.n"},
		{`m.jobs["a"] = nil`, "Machine.jobs"},
		{`delete(m.jobs, "a")`, "Machine.jobs"},
		{`clear(m.jobs)`, "Machine.jobs"},
		{`m.jobs["a"].n = 1`, "job.n"},
		{`j := m.jobs["a"]; j.at[1] = 2`, "job.at"},
		{`j := m.jobs["a"]; j.part.n = 2`, "job.part"},
		{`p := &m.jobs["a"].part; p.n = 2`, "part.n"},
		{`p := &m.jobs["a"].part; *p = part{}`, "part"},
		{`for m.n = range 3 {}`, "Machine.n"},
		{`j := *m.jobs["a"]; j.n = 1`, ""}, // a copy
		{`o := &other{}; o.n = 1`, ""},     // no machine is made of it
		{`n := m.n; n++`, ""},
	} {
		p := newProgram()
		p.parse(t, "x.go", "package policy\n"+`
			type Machine struct { n int; jobs map[string]*job }
			type job struct { n int; at [2]int; part part }
			type part struct { n int }
			type other struct { n int }
			func f(m *Machine) { `+c.body+` }`)
		p.check(t, nil)
		var found []string
		for _, w := range p.writes() {
			found = append(found, w.field)
		}
		if got := strings.Join(found, " "); got != c.want {
			t.Errorf("%s: changes %q, want %q", c.body, got, c.want)
		}
	}
}

func emits(name string) bool { return strings.HasPrefix(name, "emit") }

func applies(name string) bool { return strings.HasPrefix(name, "apply") }

// makes reports whether the function makes a machine, or a part of one that nobody has yet.
func makes(name string) bool {
	return strings.HasPrefix(strings.ToLower(name), "new") || strings.HasPrefix(strings.ToLower(name), "restore") || name == "clone"
}

// program is this package, without its tests, with the types of its expressions.
type program struct {
	set   *token.FileSet
	files []*ast.File
	info  *types.Info
	state map[*types.Named]bool // the types that a Machine is made of
}

// load reads the package as it is.
func load(t *testing.T) *program {
	t.Helper()
	p := newProgram()
	paths, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		p.parse(t, path, nil)
	}
	p.check(t, exported(t))
	return p
}

func newProgram() *program {
	return &program{
		set:   token.NewFileSet(),
		info:  &types.Info{Types: make(map[ast.Expr]types.TypeAndValue), Uses: make(map[*ast.Ident]types.Object), Defs: make(map[*ast.Ident]types.Object)},
		state: make(map[*types.Named]bool),
	}
}

func (p *program) parse(t *testing.T, path string, source any) {
	t.Helper()
	f, err := parser.ParseFile(p.set, path, source, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	p.files = append(p.files, f)
}

func (p *program) check(t *testing.T, imports importer.Lookup) {
	t.Helper()
	conf := types.Config{Importer: importer.ForCompiler(p.set, "gc", imports)}
	pkg, err := conf.Check(thisPackage, p.set, p.files, p.info)
	if err != nil {
		t.Fatal(err)
	}
	p.collect(pkg.Scope().Lookup("Machine").Type())
}

// exported opens what the compiler knows of the packages that this one imports.
func exported(t *testing.T) func(path string) (io.ReadCloser, error) {
	t.Helper()
	out, err := exec.Command("go", "list", "-export", "-deps", "-json=ImportPath,Export", ".").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	files := make(map[string]string)
	for dec := json.NewDecoder(strings.NewReader(string(out))); dec.More(); {
		var p struct{ ImportPath, Export string }
		if err := dec.Decode(&p); err != nil {
			t.Fatal(err)
		}
		files[p.ImportPath] = p.Export
	}
	return func(path string) (io.ReadCloser, error) {
		if files[path] == "" {
			return nil, errors.New("no export data of " + path)
		}
		return os.Open(files[path])
	}
}

// collect adds a type and those that its fields are made of, as far as they are of this package.
func (p *program) collect(t types.Type) {
	switch t := t.(type) {
	case *types.Pointer:
		p.collect(t.Elem())
	case *types.Slice:
		p.collect(t.Elem())
	case *types.Array:
		p.collect(t.Elem())
	case *types.Map:
		p.collect(t.Elem())
	case *types.Named:
		s, ok := t.Underlying().(*types.Struct)
		if !ok || p.state[t] || t.Obj().Pkg() == nil || t.Obj().Pkg().Path() != thisPackage {
			return
		}
		p.state[t] = true
		for f := range s.Fields() {
			p.collect(f.Type())
		}
	}
}

// write is a place that changes a field of the state.
type write struct{ at, in, field, file string }

func (p *program) writes() (all []write) {
	p.functions(func(fn *ast.FuncDecl, file string) {
		add := func(e ast.Expr) {
			if field := p.field(e); field != "" {
				all = append(all, write{at: p.set.Position(e.Pos()).String(), in: fn.Name.Name, field: field, file: file})
			}
		}
		ast.Inspect(fn.Body, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.AssignStmt:
				for _, e := range n.Lhs {
					add(e)
				}
			case *ast.IncDecStmt:
				add(n.X)
			case *ast.RangeStmt:
				add(n.Key)
				add(n.Value)
			case *ast.CallExpr:
				if id, ok := n.Fun.(*ast.Ident); ok && (id.Name == "delete" || id.Name == "clear") {
					add(n.Args[0])
				}
			}
			return true
		})
	})
	return all
}

// field names the field of the state that an expression is, or is a part of, as Type.field; empty: it is none, or one
// of a copy.
func (p *program) field(e ast.Expr) (field string) {
	shared := false // with the state, by a map or a slice
	for {
		switch x := e.(type) {
		case *ast.ParenExpr:
			e = x.X
		case *ast.StarExpr:
			if t, ok := p.named(x.X); ok && field == "" {
				field = t.Obj().Name()
			}
			return field
		case *ast.IndexExpr:
			if _, array := p.info.TypeOf(x.X).Underlying().(*types.Array); !array {
				shared = true
			}
			e = x.X
		case *ast.SelectorExpr:
			t, ok := p.named(x.X)
			if ok {
				field = t.Obj().Name() + "." + x.Sel.Name
			}
			if _, pointer := p.info.TypeOf(x.X).Underlying().(*types.Pointer); pointer {
				return field
			}
			e = x.X
		default:
			if !shared {
				return ""
			}
			return field
		}
	}
}

// named is the type of the state that an expression has, or points to.
func (p *program) named(e ast.Expr) (*types.Named, bool) {
	t := p.info.TypeOf(e)
	if ptr, ok := t.Underlying().(*types.Pointer); ok {
		t = ptr.Elem()
	}
	n, ok := t.(*types.Named)
	return n, ok && p.state[n]
}

// call is a place that names a function of this package, in another.
type call struct {
	at       string
	from, to types.Object
}

func (p *program) calls() (all []call) {
	p.functions(func(fn *ast.FuncDecl, _ string) {
		ast.Inspect(fn.Body, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				if f, ok := p.info.Uses[id].(*types.Func); ok && f.Pkg() != nil && f.Pkg().Path() == thisPackage {
					all = append(all, call{at: p.set.Position(id.Pos()).String(), from: p.info.Defs[fn.Name], to: f})
				}
			}
			return true
		})
	})
	return all
}

func (p *program) functions(visit func(fn *ast.FuncDecl, file string)) {
	for _, f := range p.files {
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Body != nil {
				visit(fn, filepath.Base(p.set.Position(fn.Pos()).Filename))
			}
		}
	}
}
