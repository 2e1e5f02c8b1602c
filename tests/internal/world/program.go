package world

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"syscall"
	"testing"

	_ "curfew" // so that go test runs the tests again when the program has changed, and does not answer from its cache
)

// builds is the folder of the programs that this package of tests has built; empty: none.
var builds string

// beside is how many tests of a package run at the same time at least: they wait more than they compute.
const beside = 8

// RunTests runs the tests of a package whose tests start programs, and returns their exit code. The programs
// get the usual handling of HUP, also under nohup, and what the tests have built is removed.
func RunTests(m *testing.M) int {
	if signal.Ignored(syscall.SIGHUP) { // a signal that is handled here is as usual again in the programs
		signal.Notify(make(chan os.Signal, 1), syscall.SIGHUP)
	}
	if runtime.GOMAXPROCS(0) < beside {
		_ = flag.Set("test.parallel", strconv.Itoa(beside)) // the command line may say otherwise
	}
	flag.Parse()
	code := m.Run()
	_ = os.RemoveAll(builds) // if nothing was built, there is nothing to remove
	return code
}

// Program returns the path of the program, which it builds once for all tests of a package.
var Program = sync.OnceValues(func() (path string, err error) {
	if builds, err = os.MkdirTemp("", "curfew-tests"); err != nil {
		return "", err
	}
	path = filepath.Join(builds, "curfew")
	return path, Build(path, "curfew/cmd/runtime")
})

// Build builds a program. args are options of go build, then its package.
func Build(path string, args ...string) error {
	if out, err := exec.Command("go", append([]string{"build", "-o", path}, args...)...).CombinedOutput(); err != nil {
		return fmt.Errorf("build %v: %w\n%s", args, err, out)
	}
	return nil
}
