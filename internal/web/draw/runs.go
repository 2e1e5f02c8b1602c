package draw

import "curfew/messages"

// The size of a strip, in its own units.
const (
	runStep   = 9 // from one run to the next
	runHeight = 18
)

// RunStrip is runs beside each other, the newest at the right. What a run came to is told by the shape of its mark, by the
// class that gives it a colour, and by its title.
type RunStrip struct {
	Width, Height int
	Marks         []RunMark
}

// RunMark is a run in a strip.
type RunMark struct {
	X     int    // where it begins
	Class string // good, bad, care, busy or quiet
	Path  string // its shape, from x 0 to 7 and y 0 to 18
	Fill  bool   // the shape is a face, and not a line
	Title string
}

// Run is what a strip shows of a run.
type Run struct {
	Status messages.Status
	Title  string
}

// shape is a mark without its place.
type shape struct {
	class, path string
	fill        bool
}

// shapes are no two alike, so that no colour is needed to tell them apart.
var shapes = map[messages.Status]shape{
	messages.StatusSucceeded:  {"good", "M0.5 3h6v12h-6z", true},             // a bar
	messages.StatusFailed:     {"bad", "M0.8 4l5.4 10M6.2 4l-5.4 10", false}, // a cross
	messages.StatusStale:      {"care", "M3.5 5l3 4-3 4-3-4z", false},        // a lozenge
	messages.StatusCancelled:  {"quiet", "M1 6.5h5v5h-5z", false},            // a hollow square
	messages.StatusSkipped:    {"quiet", "M1 9h5", false},                    // a dash
	messages.StatusRunning:    {"busy", "M0.8 4l5.6 5-5.6 5z", true},         // an arrow
	messages.StatusHeld:       {"care", "M2 4v10M5 4v10", false},             // two lines
	messages.StatusBackingOff: {"care", "M6 6.5a3 3 0 1 0 .5 3", false},      // an open ring
	messages.StatusQueued:     {"quiet", "M3.5 6a3 3 0 1 0 .01 0z", false},   // a ring
}

// NewRunStrip draws the newest runs, of which the newest comes first, in a strip with room for that many.
func NewRunStrip(newestFirst []Run, room int) RunStrip {
	s := RunStrip{Width: room * runStep, Height: runHeight}
	newestFirst = newestFirst[:min(len(newestFirst), room)]
	for i := len(newestFirst) - 1; i >= 0; i-- {
		r := newestFirst[i]
		look, ok := shapes[r.Status]
		if !ok {
			look = shapes[messages.StatusQueued]
		}
		s.Marks = append(s.Marks, RunMark{
			X: (room-1-i)*runStep + 1, Class: look.class, Path: look.path, Fill: look.fill, Title: r.Title,
		})
	}
	return s
}
