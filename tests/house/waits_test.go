package house

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strings"
	"testing"
)

// spans are functions that end a wait by the clock, and which of their arguments says when.
var spans = map[string]int{"context.WithTimeout": 1, "context.WithTimeoutCause": 1, "time.After": 0, "time.NewTimer": 0}

// shortWaits are waits of tests by the real clock that are none of patience, and why no load makes them decide a test.
var shortWaits = map[string]string{
	"actors/system/notifier/targets/targets_test.go: 20 * time.Millisecond": "the server never answers",
	"bus/nats/lease_test.go: nats.LeaseTTL + nats.LeaseTTL / 2":             "the subject: how long a lease is kept, by the server's clock",
	"bus/nats/refused_test.go: 100 * time.Millisecond":                      "nothing answers any more",
	"bus/sqlite/faults_test.go: 200 * time.Millisecond":                     "an append is to wait that long at least",
	"internal/realm/process_unix_test.go: 30 * time.Second":                 "of one try, after which comes the next",
	"internal/realm/secrets_test.go: time.Second":                           "nobody may answer",
	"tests/browser/visitor_test.go: 10 * time.Second":                       "for the message of a test that has failed",
	"tests/mutation/judge_test.go: limit + 10 * time.Second":                "a test that hangs has noticed what was broken",
	"tests/process/fleet_losses_test.go: witnessTry":                        "the subject: how long the servers are silent",
	"tests/process/script/tutorial_test.go: longest":                        "patience.Limit, and what a failure is told in",
}

// TestWaitsArePatient: a wait of a test for an event is bounded by tests/patience, if it is one of the real clock: a bound
// that a busy machine reaches decides the test. In a file of tests in bubbles the clock is another one.
func TestWaitsArePatient(t *testing.T) {
	inModule(t)
	unused := maps.Clone(shortWaits)
	for _, path := range testFiles(t) {
		found, err := impatient(path, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range found {
			if _, known := shortWaits[f.wait]; !known {
				t.Errorf("%s: take patience.Limit or patience.Await; if no load can make it decide, name %q in shortWaits of tests/house", f.at, f.wait)
			}
			delete(unused, f.wait)
		}
	}
	for _, wait := range slices.Sorted(maps.Keys(unused)) {
		t.Errorf("shortWaits names %q, which is not there any more", wait)
	}
}

// TestImpatientFinds shows what is found.
func TestImpatientFinds(t *testing.T) {
	for code, want := range map[string]string{
		`import "testing/synctest"; var _ = time.After(1)`:     "",
		`var _ = time.After(patience.Limit)`:                   "",
		`var _ = time.After(10 * time.Second)`:                 "x_test.go: 10 * time.Second",
		`var _, _ = context.WithTimeout(ctx, time.Second)`:     "x_test.go: time.Second",
		`var _, _ = context.WithDeadline(ctx, time.Unix(0,0))`: "",
	} {
		found, err := impatient("x_test.go", "package x; "+code)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, f := range found {
			got = append(got, f.wait)
		}
		if text := strings.Join(got, "; "); text != want {
			t.Errorf("%s: found %q, want %q", code, text, want)
		}
	}
}

// A shortWait is where something waits, and its file with how long.
type shortWait struct{ at, wait string }

// impatient are the waits of a file by a bound that is none of patience. The source may be nil: then the file is read.
func impatient(path string, source any) (found []shortWait, err error) {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, source, parser.SkipObjectResolution)
	if err != nil {
		return nil, fmt.Errorf("parse: %w", err)
	}
	for _, i := range file.Imports {
		if i.Path.Value == `"testing/synctest"` {
			return nil, nil
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		i, ok := spans[types.ExprString(call.Fun)]
		if !ok || i >= len(call.Args) {
			return true
		}
		if span := types.ExprString(call.Args[i]); !strings.Contains(span, "patience.") {
			found = append(found, shortWait{set.Position(call.Pos()).String(), path + ": " + span})
		}
		return true
	})
	return found, nil
}
