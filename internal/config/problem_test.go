package config

import "testing"

// TestOneLineNamesTheCause: of several problems a misspelt key is said, and not what is missing because of it.
func TestOneLineNamesTheCause(t *testing.T) {
	missing := Problem{File: "jobs.yaml", Line: 4, Col: 5, Message: "a job has no schedule"}
	misspelt := Problem{File: "jobs.yaml", Line: 6, Col: 5, Message: unknownKey + `"shedule" in a job; did you mean "schedule"?`}
	for want, problems := range map[string][]Problem{
		misspelt.String() + " (and 1 more)": {missing, misspelt},
		missing.String() + " (and 1 more)":  {missing, {File: "jobs.yaml", Line: 7, Col: 1, Message: "x"}},
		missing.String():                    {missing},
	} {
		if got := OneLine(&Invalid{Problems: problems}); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
