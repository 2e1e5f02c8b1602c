package mutation

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// judge is tests that may notice that a rule is broken.
type judge struct {
	pkg  string
	args []string
}

// judges are those with names of their own. Any other name is that of a package, all of whose tests judge.
var judges = map[string]judge{
	"stories":   {"tests/stories", []string{"-test.run=^TestStoriesPure$"}},
	"live":      {"tests/stories", []string{"-test.run=^TestStoriesLive$"}},
	"bounds":    {"tests/stories", []string{"-test.run=^(TestQueueAllIsBounded|TestCatchUpAllIsBounded|TestWindowDividesWhatIsCounted)$"}},
	"random":    {"tests/stories", []string{"-test.run=^TestRandomHistories$", "-rapid.seed=1", "-rapid.checks=100", "-rapid.shrinktime=1ms", "-rapid.nofailfile"}},
	"scheduler": {"scheduler", []string{"-test.skip=^(TestNextAgainst|Fuzz)"}}, // the oracle takes longer than all others
}

// limit is how long a judge may take: a mutation that goes on for ever is noticed by that.
const limit = 2 * time.Minute

func judgeNamed(name string) judge {
	if j, ok := judges[name]; ok {
		return j
	}
	return judge{pkg: name}
}

// court builds and runs the judges.
type court struct {
	t       *testing.T
	dir     string
	overlay string
	built   map[string]string // the programs, by package
	sound   map[string]bool   // judges that have passed without a mutation
}

// build builds the judges, once for all mutations.
func (c *court) build(o *overlay, list []*rule) {
	c.built, c.sound = make(map[string]string), make(map[string]bool)
	broken := []string{"build"}
	for m := range all(list) {
		broken = append(broken, "./"+path.Dir(m.file))
	}
	slices.Sort(broken[1:])
	c.compile(o, slices.Compact(broken)...)
	for m := range all(list) {
		for _, name := range m.judges {
			pkg := judgeNamed(name).pkg
			if c.built[pkg] == "" {
				c.built[pkg] = filepath.Join(c.dir, flat(pkg)+".test")
				c.compile(o, "test", "-c", "-vet=off", "-o", c.built[pkg], "./"+pkg)
			}
		}
	}
}

// compile runs a command of go with the overlay.
func (c *court) compile(o *overlay, args ...string) {
	args = slices.Insert(args, 1, "-overlay", c.overlay, "-gcflags=-e")
	cmd := exec.CommandContext(c.t.Context(), "go", args...)
	cmd.Dir = root(c.t)
	out, err := cmd.CombinedOutput()
	if bad := o.culprits(string(out)); len(bad) > 0 {
		c.t.Fatalf("these do not compile:\n%s", strings.Join(bad, "\n"))
	}
	if err != nil {
		c.t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// failed finds the tests that have failed.
var failed = regexp.MustCompile(`(?m)^\s*--- FAIL: (\S+)`)

// judge is the test that notices the mutation, or nothing.
func (c *court) judge(m *mutation) string {
	for _, name := range m.judges {
		if !c.sound[name] {
			c.passes(name)
		}
		if by, _ := c.hears(name, m.id); by != "" {
			return by
		}
	}
	return nothing
}

// passes ends the test unless the judge passes without a mutation.
func (c *court) passes(name string) {
	if by, out := c.hears(name, 0); by != "" {
		c.t.Fatalf("without a mutation %s fails:\n%s", by, out)
	}
	c.sound[name] = true
}

// stillSound ends the test if somebody has changed a file that the judges read meanwhile, so that they would fail anyway.
func (c *court) stillSound() {
	for name := range c.sound {
		c.passes(name)
	}
}

// hears runs a judge on a mutation, 0 is none, and returns the test that fails; empty: none does.
func (c *court) hears(name string, id int) (killer, output string) {
	j := judgeNamed(name)
	ctx, cancel := context.WithTimeout(c.t.Context(), limit+10*time.Second)
	defer cancel()
	args := append([]string{"-test.failfast", "-test.timeout=" + limit.String()}, j.args...)
	cmd := exec.CommandContext(ctx, c.built[j.pkg], args...)
	cmd.Dir = filepath.Join(root(c.t), j.pkg)
	cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%d", variable, id))
	out, err := cmd.CombinedOutput()
	if err == nil {
		return "", ""
	}
	for _, f := range failed.FindAllSubmatch(out, -1) {
		if len(f[1]) > len(killer) && (killer == "" || strings.HasPrefix(string(f[1]), killer)) {
			killer = string(f[1])
		}
	}
	switch {
	case bytes.Contains(out, []byte("panic: test timed out")):
		killer = "(goes on for ever)"
	case killer == "":
		killer = "(ends the process)"
	}
	return j.pkg + " " + killer, string(out)
}
