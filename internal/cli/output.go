package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/dustin/go-humanize"
	"golang.org/x/term"

	"curfew/internal/api"
	"curfew/internal/config"
	"curfew/internal/lock"
	"curfew/internal/screen"
	"curfew/messages"
)

func (t *terminal) json() bool { return t.output == "json" }

// answer prints the API's body as it is, or what people prints.
func (t *terminal) answer(raw []byte, people func(w io.Writer) error) error {
	if t.json() {
		_, err := t.out.Write(raw)
		return err
	}
	return people(t.shown())
}

// shown is what people see on standard output, whoever wrote it.
func (t *terminal) shown() *screen.Writer { return screen.NewWriter(t.out) }

// told is what people see on standard error.
func (t *terminal) told() *screen.Writer { return screen.NewWriter(t.err) }

// table prints rows under a header, in columns.
func table(w io.Writer, header string, rows func(row func(cells ...any))) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, strings.ReplaceAll(header, " ", "\t"))
	rows(func(cells ...any) {
		for i, c := range cells {
			if i > 0 {
				fmt.Fprint(tw, "\t")
			}
			fmt.Fprint(tw, c)
		}
		fmt.Fprintln(tw)
	})
	return tw.Flush()
}

// fields prints names and values, one a line.
func fields(w io.Writer, pairs ...any) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for i := 0; i+1 < len(pairs); i += 2 {
		fmt.Fprintf(tw, "%v\t%v\n", pairs[i], pairs[i+1])
	}
	return tw.Flush()
}

// when is an instant and how far it is away, or "-".
func when(i messages.Instant) string {
	if i.IsZero() {
		return "-"
	}
	at := i.Time()
	return at.Format("2006-01-02 15:04:05Z") + " (" + humanize.RelTime(at, time.Now(), "ago", "from now") + ")"
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

// printError prints an error: a line for people, problem+json for programs.
func (t *terminal) printError(err error) {
	var invalid *config.Invalid
	switch {
	case t.json():
	case errors.As(err, &invalid):
		fmt.Fprintf(t.told(), "%v\n", err) // each line begins with its file and place, for editors
		return
	default:
		fmt.Fprintf(t.told(), "curfew: %v\n", err)
		return
	}
	raw, encodeErr := json.Marshal(t.problem(err))
	if encodeErr != nil {
		raw = []byte(`{"type":"about:blank","title":"Internal Server Error","status":500,"detail":"the error cannot be encoded"}`)
	}
	fmt.Fprintf(t.err, "%s\n", raw)
}

func (t *terminal) problem(err error) *api.Problem {
	var (
		p     *api.Problem
		none  *api.NoDaemon
		taken *lock.Held
		wrong usage
	)
	switch {
	case errors.As(err, &p):
		return p
	case errors.As(err, &taken):
		return api.Conflict("%v", err)
	case errors.As(err, &none):
		return api.NewProblem(http.StatusServiceUnavailable, "%v", err)
	case !t.started, errors.As(err, &wrong):
		return api.NewProblem(http.StatusBadRequest, "%v", err)
	default:
		return api.NewProblem(http.StatusInternalServerError, "%v", err)
	}
}

// isTerminal reports whether a stream is a terminal.
func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
