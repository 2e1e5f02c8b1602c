// Package script_test runs the built program as a person would: each file of testdata is a script. It checks exit codes,
// files and what is printed. Its clock is the real one.
package script_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"curfew/tests/internal/world"
	"curfew/tests/patience"
)

func TestMain(m *testing.M) { os.Exit(world.RunTests(m)) }

func TestScripts(t *testing.T) {
	program, err := world.Program()
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:      "testdata",
		Deadline: time.Now().Add(longest),
		Setup: func(e *testscript.Env) error {
			e.Setenv("PATH", filepath.Dir(program)+string(os.PathListSeparator)+e.Getenv("PATH"))
			e.Setenv("CURFEW_DATA", filepath.Join(e.WorkDir, "data"))
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"eventually": eventually, "daemon-pid": daemonPID, "signal": signal,
		},
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
	})
}

const (
	longest = patience.Limit + 2*time.Minute // what runs then is killed
	pause   = 50 * time.Millisecond          // between two looks
)

// eventually runs a program until its output matches: eventually PATTERN PROGRAM ARGS...
func eventually(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: eventually PATTERN PROGRAM ARGS...")
	}
	want, err := regexp.Compile("(?m)" + args[0])
	ts.Check(err)
	for deadline := time.Now().Add(patience.Limit); ; time.Sleep(pause) {
		err := ts.Exec(args[1], args[2:]...)
		out := ts.ReadFile("stdout")
		if err == nil && want.MatchString(out) {
			return
		}
		if time.Now().After(deadline) {
			ts.Fatalf("no match for %q within %s; the last output was %q, the last error %v",
				args[0], patience.Limit, out, err)
		}
	}
}

// daemonPID sets a variable to the pid in daemon.json: daemon-pid NAME
func daemonPID(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: daemon-pid NAME")
	}
	var d struct {
		PID int `json:"pid"`
	}
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(filepath.Join(ts.Getenv("CURFEW_DATA"), "daemon.json"))), &d))
	ts.Setenv(args[0], strconv.Itoa(d.PID))
}

// signal sends a signal: signal TERM|KILL PID
func signal(ts *testscript.TestScript, neg bool, args []string) {
	signals := map[string]syscall.Signal{"TERM": syscall.SIGTERM, "KILL": syscall.SIGKILL}
	if neg || len(args) != 2 || signals[args[0]] == 0 {
		ts.Fatalf("usage: signal TERM|KILL PID")
	}
	pid, err := strconv.Atoi(args[1])
	ts.Check(err)
	ts.Check(syscall.Kill(pid, signals[args[0]]))
}
