package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"
	"time"

	"golang.org/x/term"

	"curfew/internal/cli/sheet"
	"curfew/internal/config/yaml"
	"curfew/internal/datadir"
	"curfew/internal/zone"
	"curfew/messages/screen"
)

// The values of -o.
const (
	outText = "text"
	outWide = "wide"
	outJSON = "json"
	outYAML = "yaml" // what -o json prints, as YAML documents
)

var outputs = []string{outText, outWide, outJSON, outYAML}

// programs reports whether the output is for programs: the bodies of the API.
func (t *terminal) programs() bool { return t.output == outJSON || t.output == outYAML }

// body writes a JSON value in the form that programs asked for.
func (t *terminal) body(to io.Writer, raw []byte) (err error) {
	if t.output == outYAML {
		if raw, err = yaml.FromJSON(raw); err != nil {
			return err
		}
		raw = append([]byte("---\n"), raw...)
	}
	_, err = to.Write(raw)
	return err
}

// encode writes a value for programs.
func (t *terminal) encode(v any) error {
	raw, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode the answer: %w", err)
	}
	return t.body(t.out, append(raw, '\n'))
}

// answer prints raw, the API's body, with -o json or yaml. Else people prints for people.
func (t *terminal) answer(raw []byte, people func(s *sheet.Sheet)) error {
	if t.programs() {
		return t.body(t.out, raw)
	}
	s := t.screen()
	people(s)
	s.Close()
	return t.out.failed()
}

// answerValue prints v with -o json or yaml. Else people prints for people.
func (t *terminal) answerValue(v any, people func(s *sheet.Sheet)) error {
	raw, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode the answer: %w", err)
	}
	return t.answer(append(raw, '\n'), people)
}

// shown is standard output, made safe for a terminal.
func (t *terminal) shown() *screen.Writer { return screen.NewWriter(t.out) }

// told is standard error, made safe for a terminal.
func (t *terminal) told() *screen.Writer { return screen.NewWriter(t.err) }

// unknownWidth is the assumed width, in columns, of a terminal that does not tell its own.
const unknownWidth = 80

// screen is standard output for people. COLUMNS says how wide it is, else the terminal. Output that does not go to a
// terminal has no width, so that a pipe gets every text in full.
func (t *terminal) screen() *sheet.Sheet {
	s := &sheet.Sheet{Out: t.out, Wide: t.output == outWide, Now: time.Now(), Hint: t.hint}
	s.Zone, s.Clock = viewerZone()
	tty := isTerminal(t.out)
	s.Colour = tty && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
	if n, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && n > 0 {
		s.Width = n
	} else if tty {
		s.Width = unknownWidth
		if w, _, err := t.out.size(); err == nil && w > 0 {
			s.Width = w
		}
	}
	return s
}

// viewerZone is the viewer's time zone and its name. A zone whose name is not known is "local time", as Go has it; but for
// a TZ that is not a zone Go has UTC, which is said.
func viewerZone() (*time.Location, string) {
	if here, err := zone.Here(); err == nil {
		if at, err := time.LoadLocation(here.Name); err == nil {
			return at, here.Name
		}
	}
	if name := time.Local.String(); name != "Local" {
		return time.Local, name
	}
	return time.Local, "local time"
}

// hint adds the data folder to the commands in a text if it was given on the command line. From the environment the
// next command takes it by itself.
func (t *terminal) hint(text string) string {
	if t.data == "" {
		return text
	}
	data, err := t.dataFolder()
	if err != nil {
		return text
	}
	return datadir.Hint(text, data)
}

// orDash is the value, or "-" for null.
func orDash[T any](v *T) string {
	if v == nil {
		return "-"
	}
	return fmt.Sprint(*v)
}

// isTerminal reports whether a stream is a terminal.
func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	if out, wrapped := stream.(*stdout); wrapped {
		f, ok = out.file()
	}
	return ok && term.IsTerminal(int(f.Fd()))
}
