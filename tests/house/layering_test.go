package house

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// rule says what the packages under a folder may import of Curfew, and what they must not import of
// anybody. Folders are relative to the module; a rule holds for the folder and all below it, unless a
// longer one matches.
type rule struct {
	folder string
	may    []string // folders of ours, besides its own
	never  map[string]string
}

// reads is what a part of the machine room that reads the log may import. Some also start from the machine's views
// (supervisor/policy), which are plain values that only the machine makes: they see what was decided, and decide nothing.
func reads(more ...string) []string {
	return append([]string{"messages", "actors/system/follow", "actors/system/startstop"}, more...)
}

// tools are what every folder above the purity line may import: they know nothing of Curfew.
var tools = []string{"bus/durable", "bus/regular", "bus/sleep"}

// cuts is what every folder may import: it is pure, and knows nothing of Curfew.
const cuts = "messages/text"

// Why an arrow is forbidden.
const (
	pure      = "below the purity line there is no I/O, goroutine or log: it must be replayable"
	noActors  = "an actor type is a plain Go type; the runtime is free to change beneath it"
	noPolicy  = "the bus takes its decider as a function, so that it can carry any policy"
	noFaces   = "the engine runs; who asks it, and how, is the business of internal/backend and the faces"
	noFace    = "it answers all faces alike, and knows none of them"
	noDriver  = "the log keeps its records in whatever journal it is handed: a driver stands beside it and imports it"
	noDecider = "who performs decisions does not make them"
)

var outside = map[string]string{
	"github.com/asynkron/protoactor-go": pure, "github.com/ThreeDotsLabs/watermill": pure, "go.uber.org/zap": pure,
	"os": pure, "net": pure, "net/http": pure, "log": pure, "math/rand": pure, "math/rand/v2": pure,
	"crypto/rand": pure, "context": pure,
}

var rules = []rule{
	{folder: "messages", never: outside},
	{folder: "scheduler", may: []string{"messages"}, never: outside},
	{folder: "supervisor/policy", may: []string{"messages", "scheduler"}, never: outside},
	{folder: "supervisor", may: []string{"messages"}, never: map[string]string{
		"github.com/ThreeDotsLabs/watermill": "the log reaches supervisors through a reader that is handed in",
		"curfew/supervisor/policy":           noDecider,
	}},
	{folder: "bus", may: []string{"messages"}, never: map[string]string{
		"github.com/asynkron/protoactor-go": "the bus knows no actors", "curfew/supervisor/policy": noPolicy,
		"curfew/bus/sqlite": noDriver, "curfew/bus/memory": noDriver, "modernc.org/sqlite": noDriver,
		"curfew/bus/nats": noDriver, "github.com/nats-io/nats.go": noDriver,
	}},
	{folder: "bus/block", may: []string{"messages", "bus"}}, // the form that drivers share
	{folder: "bus/sqlite", may: []string{"messages", "bus", "bus/block", "bus/durable", "bus/lock"}},
	{folder: "bus/sqlite/conn"}, // the one opening: the journal and the run history share a file
	{folder: "bus/nats", may: []string{"messages", "bus", "bus/block"}, never: map[string]string{
		"github.com/nats-io/nats-server/v2/server": "the program is a client; tests start servers by bus/nats/natstest",
	}},
	{folder: "bus/nats/natstest", may: []string{"tests/loopback"}, never: map[string]string{"curfew/bus": "it starts servers, and knows no journal"}},
	{folder: "bus/memory", may: []string{"messages", "bus"}},
	{folder: "bus/bustest", may: []string{"messages", "bus"}},
	{folder: "bus/jsonl", may: []string{"messages", "bus"}},
	{folder: "bus/replay", may: []string{"supervisor/policy"}}, // of itself also what stands below it
	{folder: "bus/replay/brief", may: []string{"messages"}},
	{folder: "bus/replay/compare", may: []string{"messages", "bus/jsonl"}, never: map[string]string{"curfew/supervisor/policy": noPolicy}},
	{folder: "bus/replay/invariant", may: []string{"messages", "bus/replay/brief", "supervisor/policy"}},
	{folder: "bus/replay/story", may: []string{"messages", "scheduler", "bus/replay/brief", "supervisor/policy"}},
	{folder: "actors", may: []string{"messages"}, never: map[string]string{
		"github.com/asynkron/protoactor-go": noActors, "github.com/ThreeDotsLabs/watermill": noActors,
	}},
	{folder: "actors/shell", may: []string{"messages", "actors", "actors/env/procs"}, never: typesNever},
	{folder: "actors/cliagent", may: []string{"messages", "actors", "actors/env/procs", "actors/env/users"}, never: typesNever},
	{folder: "actors/env/secrets", never: typesNever},
	{folder: "actors/httpreq", may: []string{"messages", "actors", "actors/env/httpx", "actors/env/secrets"}, never: typesNever},
	{folder: "actors/agent/stricttest"},
	{folder: "actors/agent", may: []string{"messages", "actors", "actors/env/httpx", "actors/env/procs", "actors/env/secrets", "actors/env/tokens"}, never: typesNever},
	{folder: "actors/env/procs", may: []string{"messages", "actors", "actors/env/secrets", "actors/env/users"}, never: typesNever},
	{folder: "actors/env/users", never: typesNever}, // the accounts of the machine; it knows nothing of Curfew
	{folder: "actors/env/httpx", may: []string{"messages", "actors", "actors/env/secrets"}, never: typesNever},
	{folder: "actors/actorstest", may: []string{"messages", "actors", "actors/env/procs", "actors/env/httpx"}},
	{folder: "actors/env/threads", may: []string{"messages", "actors"}, never: typesNever},
	{folder: "actors/system/host", may: []string{"messages", "actors", "actors/env/secrets", "supervisor", "supervisor/policy"}},
	{folder: "actors/env/tokens", never: typesNever},
	{folder: "actors/system/gate", may: reads("actors", "actors/env/httpx", "actors/env/secrets", "actors/env/tokens", "supervisor/policy")},
	{folder: "actors/system/refresher", may: reads("actors", "actors/env/httpx", "actors/env/procs", "actors/env/secrets", "actors/env/tokens", "supervisor/policy"), never: map[string]string{
		"curfew/actors/system/gate": "it signs in as anybody else does, by a function that it is given",
	}},
	{folder: "actors/system/signin", may: reads("actors", "actors/env/procs", "actors/env/secrets", "supervisor/policy", "bus/durable"), never: map[string]string{
		"curfew/actors/system/gate": "it signs in as anybody else does, by a function that it is given",
	}},
	{folder: "actors/system/follow", may: []string{"messages"}, never: map[string]string{
		"github.com/asynkron/protoactor-go": "a goroutine reads the log as an actor does; where a wake-up goes, the reader says",
	}},
	{folder: "actors/system/startstop"},
	{folder: "actors/system/ticker", may: reads("scheduler", "supervisor/policy")},
	{folder: "actors/system/tracer", may: reads()},
	{folder: "actors/system/waker", may: reads("supervisor/policy")},
	{folder: "actors/system/orphans", may: reads("supervisor/policy")},
	{folder: "actors/system/notifier", may: reads("actors", "supervisor/policy")},
	{folder: "actors/system/notifier/targets", may: []string{
		"messages", "actors/env/httpx", "actors/env/secrets", "actors/system/notifier", "messages/screen",
	}},
	{folder: "actors/system/metrics", may: reads("supervisor/policy")},
	{folder: "actors/system/pinger", may: reads("actors/system/notifier/targets")},
	{folder: "actors/system/recorder", may: reads()},
	{folder: "actors/system/readers", may: reads()},
	{folder: "internal/config", may: []string{"docs", "messages", "scheduler", "actors", "actors/env/users", "actors/system/notifier/targets", "internal/zone"}},
	{folder: "internal/config/yaml", never: outside},
	{folder: "internal/config/schema", may: []string{"actors", "messages"}, never: outside}, // it describes, and reads nothing
	{folder: "internal/zone"},
	{folder: "internal/importer", may: []string{"messages", "scheduler", "internal/config/yaml"}, never: outside},
	{folder: "internal/importer/oracle", never: map[string]string{
		"curfew/scheduler": "what a source does is said anew, so that a mistake of one does not hide that of the other", "os": pure,
	}},
	{folder: "actors/system/recorder/storetest", may: []string{"messages", "actors/system/recorder"}},
	{folder: "actors/system/recorder/memory", may: []string{"messages", "actors/system/recorder"}},
	{folder: "actors/system/recorder/sqlite", may: []string{"messages", "actors/system/recorder", "bus/sqlite/conn"}, never: map[string]string{
		"curfew/bus": "the recorder reads the log and hands the records in",
	}},
	{folder: "bus/lock"},
	{folder: "bus/durable"},
	{folder: "bus/regular"},
	{folder: "bus/sleep"},
	{folder: "messages/screen", never: outside},
	{folder: "internal/systemd", never: map[string]string{
		"github.com/asynkron/protoactor-go": "it speaks to the service manager, and is told what to say",
	}},
	{folder: "internal/explain", may: []string{"messages", "scheduler"}, never: outside},
	{folder: "internal/explain/find", may: []string{"messages", "bus", "internal/explain"}, never: map[string]string{
		"curfew/supervisor/policy": "what was decided stands in the journal; an explanation decides nothing anew",
	}},
	{folder: "internal/contract", may: []string{"messages", "internal/explain"}, never: map[string]string{
		"net/http": "it is what all faces share: HTTP is the language of one of them",
	}},
	{folder: "docs"},
	{folder: "internal/api", may: []string{"docs", "messages", "messages/screen", "internal/contract", "internal/explain", "internal/datadir"}, never: map[string]string{
		"curfew/internal/engine":  "it asks whoever answers through an interface: internal/backend, or a test",
		"curfew/internal/backend": "it asks whoever answers through an interface: internal/backend, or a test",
	}},
	{folder: "internal/api/door", may: []string{"internal/contract"}, never: map[string]string{
		"curfew/internal/datadir": "it is told which files have the tokens",
	}},
	{folder: "internal/build"},
	{folder: "internal/datadir"},
	{folder: "internal/room"}, // it sets what holds for the process, and is told a number
	{folder: "internal/realm", may: []string{"messages", "bus", "bus/nats", "actors/system/startstop"}, never: map[string]string{
		"curfew/internal/engine":                   "it is told what begins and ends with a lease as functions",
		"github.com/nats-io/nats-server/v2/server": "the program is a client; tests start servers by bus/nats/natstest",
	}},
	{folder: "internal/journal", may: []string{"messages", "bus", "bus/jsonl", "bus/sqlite", "bus/nats", "bus/lock", "internal/datadir", "internal/realm"}, never: map[string]string{
		"curfew/internal/engine": "what it does with a folder's files works without a runtime",
	}},
	{folder: "internal/engine", may: []string{
		"messages", "scheduler", "supervisor", "supervisor/policy", "bus", "actors",
		"actors/env/httpx", "actors/env/procs", "actors/env/secrets", "actors/env/threads", "actors/env/users",
		"actors/system/follow", "actors/system/gate", "actors/system/host", "actors/system/notifier",
		"actors/system/metrics", "actors/system/notifier/targets", "actors/system/orphans", "actors/system/pinger", "actors/system/readers", "actors/system/recorder",
		"actors/system/refresher", "actors/system/signin", "actors/system/startstop", "actors/system/ticker",
		"actors/env/tokens", "actors/system/tracer", "actors/system/waker", "internal/build", "internal/config",
		"internal/datadir",
	}, never: map[string]string{
		"curfew/internal/api":     noFaces,
		"curfew/internal/backend": noFaces,
	}},
	{folder: "internal/backend", may: []string{
		"messages", "scheduler", "supervisor", "supervisor/policy", "bus", "bus/jsonl", "actors/system/follow", "actors/system/gate", "actors/system/host", "actors/system/notifier",
		"actors/system/recorder", "actors/env/tokens", "internal/contract", "internal/build", "internal/config", "internal/datadir", "internal/engine",
		"internal/explain", "internal/explain/find", "internal/journal",
	}, never: map[string]string{
		"curfew/internal/cli": noFace,
		"curfew/internal/api": noFace,
		"net/http":            noFace,
	}},
	{folder: "internal/daemon", may: []string{
		"messages", "supervisor/policy", "bus", "bus/nats", "actors", "actors/env/procs", "actors/system/readers", "actors/system/recorder/sqlite", "internal/api", "internal/realm",
		"internal/backend", "internal/config", "internal/datadir", "internal/engine", "internal/journal", "internal/room", "bus/lock", "internal/systemd", "internal/build", "internal/contract", "internal/mcp", "internal/web",
	}, never: map[string]string{
		"curfew/internal/cli": "it is told what to do as values; who read the arguments is not its business",
	}},
	{folder: "internal/mcp", may: []string{"messages", "messages/text", "scheduler", "internal/contract", "internal/explain"}, never: map[string]string{
		"curfew/internal/api":    "what the tools ask is handed in: the backend, or a daemon over its socket",
		"curfew/internal/engine": noFace,
	}},
	{folder: "internal/cli", may: []string{
		"docs", "messages", "messages/text", "scheduler", "actors", "internal/config", "internal/config/yaml", "internal/importer", "internal/zone", "internal/api", "internal/contract", "bus/lock", "bus/nats", "internal/realm", "internal/explain", "messages/screen", "internal/build", "internal/datadir", "internal/mcp", "internal/words",
		"internal/daemon", "internal/demo", "internal/journal", "bus/replay/compare", "supervisor/policy",
	}, never: map[string]string{
		"curfew/internal/engine":  "it asks the daemon, over its socket",
		"curfew/internal/backend": "it asks the daemon, over its socket",
	}},
	{folder: "internal/cli/doctor", may: []string{"messages", "internal/config", "internal/contract", "internal/datadir", "internal/words", "internal/zone"}, never: map[string]string{
		"curfew/internal/api": "what the daemon says is handed in",
	}},
	{folder: "internal/cli/sheet", may: []string{"messages", "messages/screen", "internal/words"}},
	{folder: "internal/words", may: []string{"messages", "messages/text", "internal/contract"}, never: outside}, // texts out of values
	{folder: "internal/web/draw", may: []string{"messages"}, never: outside},                                    // numbers into places
	{folder: "internal/web", may: []string{"messages", "messages/text", "messages/screen", "scheduler", "internal/contract", "internal/explain", "internal/words", "internal/web/draw"}, never: map[string]string{
		"curfew/internal/api":     "it is mounted on the API's mux, and hands out patterns and handlers",
		"curfew/internal/backend": noFace,
		"curfew/internal/engine":  noFace,
	}},
	{folder: "internal/demo", may: []string{
		"messages", "actors", "actors/agent", "actors/shell", "actors/system/follow", "actors/system/notifier", "actors/system/recorder/sqlite", "bus/jsonl",
		"bus/replay/compare",
		"bus/replay/invariant", "supervisor/policy", "internal/contract", "internal/backend", "internal/config", "internal/datadir",
		"internal/engine", "internal/journal",
	}},
}

var typesNever = map[string]string{
	"github.com/asynkron/protoactor-go": noActors, "github.com/ThreeDotsLabs/watermill": noActors, "curfew/bus": noActors,
	"curfew/supervisor": noActors,
}

// TestLayering holds the arrows of docs/design.md §4: they only point down.
func TestLayering(t *testing.T) {
	inModule(t)
	for _, p := range packages(t) {
		folder := strings.TrimPrefix(p.ImportPath, "curfew/")
		if p.ImportPath == "curfew" || strings.HasPrefix(folder, "cmd/") || strings.HasPrefix(folder, "tests") {
			continue // the wiring and the tests may see everything
		}
		r, ok := ruleFor(folder)
		if !ok {
			t.Errorf("%s has no rule: say in this test what it may import", folder)
			continue
		}
		for _, imp := range p.Imports {
			if why := r.forbids(folder, imp); why != "" {
				t.Errorf("%s imports %s: %s", folder, imp, why)
			}
		}
	}
}

// TestMainIsShort keeps logic out of the command.
func TestMainIsShort(t *testing.T) {
	inModule(t)
	const most = 30
	text, err := os.ReadFile("cmd/runtime/main.go")
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(text), "\n"); n > most {
		t.Errorf("cmd/runtime/main.go has %d lines; at most %d", n, most)
	}
}

// TestRootIsSmall: the root package exports what builds and programs of other people can call, and no more.
func TestRootIsSmall(t *testing.T) {
	inModule(t)
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, exported(file)...)
	}
	slices.Sort(names)
	want := []string{"Config", "ErrNotRunning", "ErrStarted", "Job", "Main", "New", "Option", "Reader", "Runtime", "WithReader"}
	if !slices.Equal(names, want) {
		t.Errorf("the root package exports %v, want %v", names, want)
	}
}

// exported are the exported names of a file, without methods.
func exported(file *ast.File) (names []string) {
	add := func(id *ast.Ident) {
		if id.IsExported() {
			names = append(names, id.Name)
		}
	}
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil {
				add(d.Name)
			}
		case *ast.GenDecl:
			for _, s := range d.Specs {
				switch s := s.(type) {
				case *ast.TypeSpec:
					add(s.Name)
				case *ast.ValueSpec:
					for _, id := range s.Names {
						add(id)
					}
				}
			}
		}
	}
	return names
}

func ruleFor(folder string) (best rule, ok bool) {
	for _, r := range rules {
		if (folder == r.folder || strings.HasPrefix(folder, r.folder+"/")) && len(r.folder) >= len(best.folder) {
			best, ok = r, true
		}
	}
	return best, ok
}

func (r rule) forbids(folder, imp string) string {
	ours, ok := strings.CutPrefix(imp, "curfew/")
	if ok && (ours == cuts || slices.Contains(r.may, ours)) {
		return "" // a folder that is named is allowed, even below one that is not
	}
	if slices.Contains(tools, ours) && r.never["context"] != pure {
		return ""
	}
	for prefix, why := range r.never {
		if imp == prefix || strings.HasPrefix(imp, prefix+"/") && strings.Contains(prefix, "/") {
			return why
		}
	}
	if !ok {
		if imp == "curfew" {
			return "the root package is the wiring; nothing below may know it"
		}
		return ""
	}
	if ours == folder || strings.HasPrefix(ours, r.folder+"/") {
		return ""
	}
	return "the rule of " + r.folder + " allows only " + strings.Join(r.may, ", ")
}

type pkg struct {
	ImportPath string
	Imports    []string
}

func packages(t *testing.T) []pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports", "./...")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []pkg
	for dec := json.NewDecoder(strings.NewReader(string(out))); dec.More(); {
		var p pkg
		if err := dec.Decode(&p); err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	return all
}
