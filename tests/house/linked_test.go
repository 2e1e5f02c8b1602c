package house

import (
	"flag"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// linkedFile lists the packages of other people that the program links, one a line. A change of it shows in a review
// what a dependency brings along.
const linkedFile = "tests/house/testdata/linked.txt"

var writeLinked = flag.Bool("linked", false, "write "+linkedFile+" anew instead of comparing it")

// unlinked are packages that the program must not link, each with the reason. A name holds for all packages below it.
var unlinked = map[string]string{
	"testing":                              "it is for tests only, and registers flags",
	"github.com/cockroachdb/datadriven":    "it is for tests only, and registers flags",
	"pgregory.net/rapid":                   "it is for tests only, and registers flags",
	"curfew/tests":                         "it is for tests only",
	"curfew/bus/bustest":                   "it is for tests only",
	"curfew/bus/memory":                    "it is for tests only",
	"curfew/actors/system/recorder/memory": "it is for tests only",
	"curfew/bus/replay/story":              "it is for tests only",
	"curfew/bus/nats/natstest":             "it is for tests only",
	"github.com/nats-io/nats-server":       "the program is a client of NATS, and larger with a server by 15 MB",
	"curfew/actors/actorstest":             "it is for the tests of authors",
	"github.com/spf13/cobra/doc":           "manual pages are made by cmd/manpages, when a package is made",
}

// TestLinked holds what the program is made of: the packages outside the standard library and Curfew that it links are
// those of linkedFile, and no package of unlinked is linked. The list is that of Linux on amd64, wherever the test runs.
func TestLinked(t *testing.T) {
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
			linked = append(linked, pkg)
		}
	}
	slices.Sort(linked)
	if *writeLinked {
		if err := os.WriteFile(linkedFile, []byte(strings.Join(linked, "\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want := strings.Fields(read(t, linkedFile))
	for _, p := range linked {
		if !slices.Contains(want, p) {
			t.Errorf("the program links %s, which is not in %s: if that is meant, go test ./tests/house -run TestLinked -linked",
				p, linkedFile)
		}
	}
	for _, p := range want {
		if !slices.Contains(linked, p) {
			t.Errorf("the program no longer links %s: go test ./tests/house -run TestLinked -linked", p)
		}
	}
}
