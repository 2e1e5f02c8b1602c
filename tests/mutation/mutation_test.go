// Package mutation breaks the rules of the gate and of retries one at a time, and looks whether a test fails.
package mutation

import (
	"flag"
	"regexp"
	"testing"
	"time"
)

var (
	run     = flag.Bool("mutations", false, "break each rule, and look whether a test fails")
	only    = flag.String("only", "", "with -mutations: only those whose names match this regular expression")
	rewrite = flag.Bool("rewrite", false, "write what the run has found into noticed.txt, and the lists into the page")
)

// TestList holds the list to the code: every old text is there, once. Whether the new ones compile, the run says.
func TestList(t *testing.T) {
	var o overlay
	o.write(t, t.TempDir(), rules(t))
}

// TestMutations breaks each rule in turn. A test must notice, or the list must say why none can.
func TestMutations(t *testing.T) {
	if !*run {
		t.Skip("it compiles half of the tree again, and takes minutes; go test ./tests/mutation -mutations -timeout 1h")
	}
	list := rules(t)
	chosen := choose(list, regexp.MustCompile(*only))
	dir := t.TempDir()
	var o overlay
	c := &court{t: t, dir: dir, overlay: o.write(t, dir, list)}
	c.build(&o, chosen)
	by := make(map[string]string)
	if *only != "" || !*rewrite {
		by = readNoticed(t)
	}
	for m := range all(chosen) {
		began := time.Now()
		by[m.name] = c.judge(m)
		took := time.Since(began).Round(10 * time.Millisecond)
		switch noticed := by[m.name] != nothing; {
		case noticed && m.same != "":
			t.Errorf("%s:%d: %s is said to change nothing, and %s fails (%s)", rulesFile, m.line, m.name, by[m.name], took)
		case !noticed && m.same == "":
			t.Errorf("%s:%d: %s: no test notices it (%s)", rulesFile, m.line, m.name, took)
		default:
			t.Logf("%s: %s (%s)", m.name, by[m.name], took)
		}
	}
	c.stillSound()
	if *rewrite {
		writeNoticed(t, list, by)
	}
}

// choose is the mutations whose names match, below their rules.
func choose(list []*rule, names *regexp.Regexp) (out []*rule) {
	for _, r := range list {
		c := &rule{number: r.number, sentence: r.sentence}
		for _, m := range r.mutations {
			if names.MatchString(m.name) {
				c.mutations = append(c.mutations, m)
			}
		}
		out = append(out, c)
	}
	return out
}
