package process

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"curfew/bus/nats/natstest"
	"curfew/tests/internal/world"
)

var rolling = flag.Bool("rolling", false, "run TestRollingUpgrade, for which the program is built once more, with other rules")

// newerBuild builds the program with rules that say that they are newer.
func newerBuild(t *testing.T) (program string) {
	t.Helper()
	const file = "../../supervisor/policy/machine.go"
	source, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	version := regexp.MustCompile(`const Version = \d+`)
	if !version.Match(source) {
		t.Fatalf("%s does not say which version the rules have", file)
	}
	dir := t.TempDir()
	changed, list := filepath.Join(dir, "machine.go"), filepath.Join(dir, "overlay.json")
	original, err := filepath.Abs(file)
	if err != nil {
		t.Fatal(err)
	}
	overlay, err := json.Marshal(map[string]map[string]string{"Replace": {original: changed}})
	if err != nil {
		t.Fatal(err)
	}
	for path, text := range map[string][]byte{changed: version.ReplaceAll(source, []byte("const Version = 200")), list: overlay} {
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	program = filepath.Join(dir, "curfew")
	if err := world.Build(program, "-overlay", list, "curfew/cmd/runtime"); err != nil {
		t.Fatal(err)
	}
	return program
}

// TestRollingUpgrade: three nodes are upgraded one after the other. An older one decides as long as there is one, and none
// of them starts any more when a newer one has decided.
func TestRollingUpgrade(t *testing.T) {
	if !*rolling {
		t.Skip("not run without -rolling: the program is built once more; .ci/run does that")
	}
	newer := newerBuild(t)
	f := newFleet(t, natstest.Server(t), 1, 10, 2*time.Second, "", "a", "b", "c")
	f.perform("a", "b", "c")
	upgrade := func(name string) {
		t.Helper()
		f.nodes[name].Bin = newer
		f.back(name)
	}
	f.end("b", syscall.SIGTERM)
	upgrade("b")
	f.perform("a", "b", "c")
	first := f.decides("b", "b")
	f.end(first, syscall.SIGTERM)
	second := f.decides("b", first)
	if second == "b" {
		t.Error("a node decides while one with older rules is there")
	}
	f.perform("b", second)
	f.end(second, syscall.SIGTERM)
	f.decides("b", first, second)
	f.perform("b")

	old := f.nodes[first]
	old.Launch(f.file)
	err := old.Wait()
	if said := old.Log.String(); err == nil || !strings.Contains(said, "was decided by rules of version 200") ||
		!strings.Contains(said, "use a newer curfew here") {
		t.Errorf("an older program in a fleet with newer rules: %v: %s", err, said)
	}
	upgrade(first)
	upgrade(second)
	f.perform("a", "b", "c")
	for _, name := range []string{"a", "b", "c"} {
		f.end(name, syscall.SIGTERM)
	}
	t.Logf("%+v; ended with an error and started again: %d", f.check(), f.again)
}
