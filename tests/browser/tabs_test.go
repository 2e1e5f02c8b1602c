package browser

import (
	"fmt"
	"testing"
)

// maxTogether is how many tabs a person has open at once here. A browser has six connections to a daemon, for all tabs.
const maxTogether = 8

// TestManyTabs: tabs that are open at once do not take the connections from each other: each can still be used, and each
// shows what happens.
func TestManyTabs(t *testing.T) {
	t.Parallel()
	s := quietDay.site(t)
	all := []*visitor{s.visitor()}
	for len(all) < maxTogether {
		v := all[0].tab()
		v.goes("/")
		all = append(all, v)
	}
	for i, v := range all {
		v.goes(fmt.Sprintf("/jobs?tab=%d", i))
		v.until("the list of jobs", shows("h1", "Jobs"))
	}
	if _, err := s.Client.Pause(t.Context(), calm); err != nil {
		t.Fatal(err)
	}
	for _, v := range all {
		v.until("the pause", shows("main", "paused"))
	}
}
