package sqlite

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestPlans: a run is looked for in the indexes of keys, and a list of runs that are not over needs no sorting.
func TestPlans(t *testing.T) {
	s, err := Open(filepath.Join(t.TempDir(), "curfew.db"), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for query, want := range map[string]string{
		openByKeys: "SEARCH run USING INDEX run_open (key=?)",
		allByKeys:  "SEARCH run USING INDEX run_key (<expr>=? AND key=?)",
		"SELECT " + listed + " FROM run WHERE seq < ? AND outcome = 0 AND outcome <> 1 ORDER BY seq DESC": "run_outcome",
	} {
		rows, err := s.read.Query("EXPLAIN QUERY PLAN "+query, "[1]")
		if err != nil {
			t.Fatal(err)
		}
		var plan []string
		for rows.Next() {
			var id, parent, unused int
			var detail string
			if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
				t.Fatal(err)
			}
			plan = append(plan, detail)
		}
		if all := strings.Join(plan, "\n"); rows.Err() != nil || !strings.Contains(all, want) || strings.Contains(all, "TEMP B-TREE") {
			t.Errorf("the plan of %s is, %v,\n%s", query, rows.Err(), all)
		}
	}
}
