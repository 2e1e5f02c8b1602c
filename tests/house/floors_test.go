package house

import (
	"slices"
	"strings"
	"testing"
)

// floors are the folders at the top of the tree, from the lowest up; "" is the root package.
var floors = []string{"messages", "scheduler", "supervisor", "bus", "actors", "internal", "", "cmd"}

// TestFloors: between the folders at the top, arrows only point down; what packages of one folder may import of each
// other is the business of TestLayering.
func TestFloors(t *testing.T) {
	for _, p := range packages(t) {
		from := floor(p.ImportPath)
		if from == "tests" {
			continue
		}
		at := slices.Index(floors, from)
		if at < 0 {
			t.Errorf("%s is in no folder that has a floor", p.ImportPath)
			continue
		}
		for _, imp := range p.Imports {
			if imp != "curfew" && !strings.HasPrefix(imp, "curfew/") {
				continue
			}
			if to := slices.Index(floors, floor(imp)); to > at || to < 0 {
				t.Errorf("%s imports %s, which is above it", p.ImportPath, imp)
			}
		}
	}
}

// floor is the folder at the top that a package of ours is in.
func floor(path string) string {
	top, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(path, "curfew"), "/"), "/")
	return top
}
