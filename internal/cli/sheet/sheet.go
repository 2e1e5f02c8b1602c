// Package sheet prints answers for people: tables that fit the terminal, times by the clock of whoever looks, and
// colour where there is a terminal that shows it. It knows nothing of what it prints.
package sheet

import (
	"fmt"
	"io"
	"strings"
	"time"

	"curfew/internal/screen"
)

// Sheet is where an answer goes. Whatever is printed through it is tame: text of others moves no cursor.
type Sheet struct {
	Out    io.Writer
	Width  int  // columns that a table may take; 0: as many as it needs
	Colour bool // the terminal shows colours
	Wide   bool // every column, every text whole, times exact
	Now    time.Time
	Zone   *time.Location
	Clock  string // what people call the zone
	// Hint makes the commands that a text names right for whoever reads it; nil: they are.
	Hint func(text string) string

	exact bool // a time of the zone has been shown: the zone is to be named
}

// Line prints a line.
func (s *Sheet) Line(format string, args ...any) {
	fmt.Fprintln(s.Out, screen.Text(s.Told(fmt.Sprintf(format, args...))))
}

// Quote prints a text of others on lines of its own: tame, and otherwise as it is. What looks like a command in it is not ours.
func (s *Sheet) Quote(text string) { fmt.Fprintln(s.Out, screen.Text(text)) }

// Told is a text with its commands made right.
func (s *Sheet) Told(text string) string {
	if s.Hint == nil {
		return text
	}
	return s.Hint(text)
}

// Fields prints names and values, one a line.
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

// Close ends the answer: it names the zone if one of its times was shown.
func (s *Sheet) Close() {
	if s.exact {
		s.Line("times in %s", s.Clock)
	}
}

// Tone is what a text means, for those who see colours; it never says anything that the text does not.
type Tone string

// The tones. Their values are those of the terminal.
const (
	Plain Tone = ""
	Good  Tone = "32" // green
	Bad   Tone = "31" // red
	Care  Tone = "33" // yellow: it waits for somebody
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

// oneLine makes a text tame, and lets it take no more than its line.
func oneLine(text string) string {
	return screen.Line(strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' || r == '\t' }), " "))
}
