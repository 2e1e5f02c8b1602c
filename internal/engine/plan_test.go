package engine

import (
	"testing"

	"curfew/internal/config"
	"curfew/messages"
)

// A first start hands the jobs of the file on as they are. Later, what has changed is handed on as a copy: a pointer into
// the jobs of the file would keep all of them in memory, those of each reload anew.
func TestPlannedKeepsNoFileForAChangedJob(t *testing.T) {
	file := func() config.Config {
		return config.Config{Jobs: []messages.Definition{{Job: "a", Actor: "shell"}, {Job: "b", Actor: "shell"}}}
	}
	first := file()
	p := planned(first, nil, nil, 0)
	if len(p.defined) != 2 || p.defined[0].Definition != &first.Jobs[0] {
		t.Fatalf("a first start defines %d jobs, want both as the file has them", len(p.defined))
	}
	next := file()
	next.Jobs[1].Actor = "http"
	p = planned(next, []*messages.Definition{&first.Jobs[0], &first.Jobs[1]}, nil, 0)
	if len(p.defined) != 1 || p.defined[0].Job != "b" || p.defined[0].Actor != "http" {
		t.Fatalf("defined are %+v, want the job that has changed", p.defined)
	}
	if p.defined[0].Definition == &next.Jobs[1] {
		t.Error("the job that has changed keeps the file's jobs in memory")
	}
}
