package engine

import (
	"testing"

	"curfew/internal/config"
	"curfew/messages"
)

// Only what has changed is defined anew, and jobs share what they have in common: a pointer into the jobs of the file
// would keep all of them in memory, those of each reload anew.
func TestPlannedSharesTerms(t *testing.T) {
	file := func() config.Config {
		return config.Config{Jobs: []messages.Definition{{Job: "a", Actor: "shell"}, {Job: "b", Actor: "shell"}}}
	}
	first := file()
	p := planned(first, nil, nil, 0)
	if len(p.defined) != 2 || !p.defined[0].Is(&first.Jobs[0]) {
		t.Fatalf("a first start defines %d jobs, want both as the file has them", len(p.defined))
	}
	next := file()
	next.Jobs[1].Actor = "http"
	p = planned(next, []*messages.Kept{messages.Keep(first.Jobs[0]), messages.Keep(first.Jobs[1])}, nil, 0)
	if len(p.defined) != 1 || p.defined[0].Job != "b" || p.defined[0].Actor != "http" {
		t.Fatalf("defined are %+v, want the job that has changed", p.defined)
	}
}
