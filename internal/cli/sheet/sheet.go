// Package sheet prints answers for people: tables that fit the terminal, times in the viewer's zone, and colour on
// terminals that show it. It knows nothing about jobs or sessions.
package sheet

import (
	"fmt"
	"io"
	"strings"
	"time"

	"curfew/messages/screen"
)

// Sheet is where an answer goes. All text printed through it is made safe: text from others cannot move the cursor.
type Sheet struct {
	Out    io.Writer
	Width  int  // columns that a table may take; 0: as many as it needs
	Colour bool // the terminal shows colours
	Wide   bool // every column, every text whole, times exact
	Now    time.Time
	Zone   *time.Location
	Clock  string // the name of the zone
	// Hint corrects the commands that a text names, such as by adding --data; nil: they are right.
	Hint func(text string) string

	exact bool // a time in the zone has been printed, so Close names the zone
}

// Line prints a line.
func (s *Sheet) Line(format string, args ...any) {
	fmt.Fprintln(s.Out, screen.Text(s.Told(fmt.Sprintf(format, args...))))
}

// Quote prints text from others on lines of its own, made safe and otherwise unchanged: what looks like one of our
// commands in it is not.
func (s *Sheet) Quote(text string) { fmt.Fprintln(s.Out, screen.Text(text)) }

// Told is a text with its commands corrected.
func (s *Sheet) Told(text string) string {
	if s.Hint == nil {
		return text
	}
	return s.Hint(text)
}

// Fields prints pairs of a name and a value, one per line.
func (s *Sheet) Fields(pairs ...any) {
	longest := 0
	for i := 0; i < len(pairs); i += 2 {
		longest = max(longest, Width(fmt.Sprint(pairs[i])))
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		c := cell(pairs[i+1])
		fmt.Fprintf(s.Out, "%s  %s\n", pad(fmt.Sprint(pairs[i]), longest), s.paint(oneLine(c.Text), c.Tone))
	}
}

// Close ends the answer. It names the zone if a time in it was printed.
func (s *Sheet) Close() {
	if s.exact {
		s.Line("times in %s", s.Clock)
	}
}

// Tone is what a text means, as a colour. It never says more than the text does.
type Tone string

// The tones. Their values are the terminal's colour codes.
const (
	Plain Tone = ""
	Good  Tone = "32" // green
	Bad   Tone = "31" // red
	Care  Tone = "33" // yellow: it waits for something
	Faint Tone = "2"
)

// Cell is a text with a tone.
type Cell struct {
	Text string
	Tone Tone
}

func cell(v any) Cell {
	if c, ok := v.(Cell); ok {
		return c
	}
	return Cell{Text: fmt.Sprint(v)}
}

func (s *Sheet) paint(text string, t Tone) string {
	if !s.Colour || t == Plain || text == "" {
		return text
	}
	return "\x1b[" + string(t) + "m" + text + "\x1b[0m"
}

// oneLine makes a text safe, and puts it on one line.
func oneLine(text string) string {
	return screen.Line(strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' || r == '\t' }), " "))
}
