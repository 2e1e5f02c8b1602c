package house

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// modulesFile lists the modules of other people that the program links, one a line.
const modulesFile = "tests/house/testdata/linked_modules.txt"

// unlinked are packages that the program must not link, each with the reason. A name holds for all packages below it.
var unlinked = map[string]string{
	"testing":                           "it is for tests only, and registers flags",
	"github.com/cockroachdb/datadriven": "it is for tests only, and registers flags",
	"pgregory.net/rapid":                "it is for tests only, and registers flags",
	"curfew/tests":                      "it is for tests only",
	"curfew/bus/bustest":                "it is for tests only",
	"curfew/bus/memory":                 "it is for tests only",
	"curfew/bus/replay/story":           "it is for tests only",
	"curfew/actors/actorstest":          "it is for the tests of authors",
}

// TestLinkedModules holds what the program is made of: the modules that it links are those of modulesFile, and none of the
// packages is for tests only. The list is that of Linux on amd64, wherever the test runs.
func TestLinkedModules(t *testing.T) {
	inModule(t)
	cmd := exec.Command("go", "list", "-deps", "-f", "{{.ImportPath}} {{with .Module}}{{.Path}}{{end}}", "./cmd/runtime")
	cmd.Env = append(os.Environ(), "GOOS=linux", "GOARCH=amd64", "CGO_ENABLED=0")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var linked []string
	for line := range strings.Lines(string(out)) {
		pkg, module, _ := strings.Cut(strings.TrimSpace(line), " ")
		for name, why := range unlinked {
			if pkg == name || strings.HasPrefix(pkg, name+"/") {
				t.Errorf("the program links %s: %s", pkg, why)
			}
		}
		if module != "" && module != "curfew" {
			linked = append(linked, module)
		}
	}
	slices.Sort(linked)
	linked = slices.Compact(linked)
	want := strings.Fields(read(t, modulesFile))
	for _, m := range linked {
		if !slices.Contains(want, m) {
			t.Errorf("the program links %s, which is not in %s: add it if that is meant", m, modulesFile)
		}
	}
	for _, m := range want {
		if !slices.Contains(linked, m) {
			t.Errorf("the program no longer links %s: remove it from %s", m, modulesFile)
		}
	}
}
