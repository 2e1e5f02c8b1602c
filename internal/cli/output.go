package cli

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/term"

	"curfew/internal/cli/sheet"
	"curfew/internal/datadir"
	"curfew/internal/screen"
	"curfew/internal/zone"
)

// What -o may be.
const (
	outText = "text"
	outWide = "wide"
	outJSON = "json"
)

var outputs = []string{outText, outWide, outJSON}

func (t *terminal) json() bool { return t.output == outJSON }

// answer prints the API's body as it is, or what people prints.
func (t *terminal) answer(raw []byte, people func(s *sheet.Sheet)) error {
	if t.json() {
		_, err := t.out.Write(raw)
		return err
	}
	s := t.screen()
	people(s)
	s.Close()
	return nil
}

// shown is what people see on standard output, whoever wrote it.
func (t *terminal) shown() *screen.Writer { return screen.NewWriter(t.out) }

// told is what people see on standard error.
func (t *terminal) told() *screen.Writer { return screen.NewWriter(t.err) }

// unknownWidth is how wide a terminal is taken to be that does not say it, in columns.
const unknownWidth = 80

// screen is standard output for people. COLUMNS says how wide it is, else the terminal. What is no terminal is as
// wide as it comes, so that whoever looks through a pipe finds every text whole.
func (t *terminal) screen() *sheet.Sheet {
	s := &sheet.Sheet{Out: t.out, Wide: t.output == outWide, Now: time.Now(), Hint: t.hint}
	s.Zone, s.Clock = viewerZone()
	tty := isTerminal(t.out)
	s.Colour = tty && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
	if n, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && n > 0 {
		s.Width = n
	} else if tty {
		s.Width = unknownWidth
		if w, _, err := term.GetSize(int(t.out.(*os.File).Fd())); err == nil && w > 0 {
			s.Width = w
		}
	}
	return s
}

// viewerZone is the time zone of whoever looks, and its name. One that has no name is whatever Go takes it for.
func viewerZone() (*time.Location, string) {
	if here, err := zone.Here(); err == nil {
		if at, err := time.LoadLocation(here.Name); err == nil {
			return at, here.Name
		}
	}
	return time.Local, "local time"
}

// hint names the data folder in the commands of a text if it was named on the command line: in the environment
// the next command finds it, too.
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

func join[T ~string](list []T) string {
	if len(list) == 0 {
		return "-"
	}
	words := make([]string, len(list))
	for i, v := range list {
		words[i] = string(v)
	}
	return strings.Join(words, ", ")
}

// isTerminal reports whether a stream is a terminal.
func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
