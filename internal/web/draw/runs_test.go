package draw_test

import (
	"fmt"
	"strings"
	"testing"

	"curfew/internal/contract"
	"curfew/internal/web/draw"
)

// TestRunStrip: the newest run is at the right, whatever the room, and no run is beyond it.
func TestRunStrip(t *testing.T) {
	runs := []draw.Run{{Status: "running", Title: "newest"}, {Status: "failed", Title: "older"}, {Status: "succeeded", Title: "oldest"}}
	for _, tt := range []struct {
		room int
		want string
	}{
		{4, "36 × 18: 10 good oldest, 19 bad older, 28 busy newest"},
		{3, "27 × 18: 1 good oldest, 10 bad older, 19 busy newest"},
		{2, "18 × 18: 1 bad older, 10 busy newest"},
	} {
		s := draw.NewRunStrip(runs, tt.room)
		var marks []string
		for _, m := range s.Marks {
			marks = append(marks, fmt.Sprint(m.X, " ", m.Class, " ", m.Title))
		}
		if got := fmt.Sprintf("%d × %d: %s", s.Width, s.Height, strings.Join(marks, ", ")); got != tt.want {
			t.Errorf("room for %d:\ngot  %s\nwant %s", tt.room, got, tt.want)
		}
	}
	if s := draw.NewRunStrip(nil, 20); len(s.Marks) != 0 || s.Width != 180 {
		t.Errorf("a job that has never run: %+v", s)
	}
}

// TestRunShapes: every status has a shape that no other one has.
func TestRunShapes(t *testing.T) {
	seen := map[string]string{}
	for _, status := range contract.Statuses {
		m := draw.NewRunStrip([]draw.Run{{Status: status}}, 1).Marks[0]
		if other := seen[m.Path]; other != "" {
			t.Errorf("%s and %s look alike", status, other)
		}
		seen[m.Path] = string(status)
	}
}
