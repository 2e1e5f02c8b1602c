package cli

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/spf13/cobra"

	"curfew/internal/api"
	"curfew/internal/cli/sheet"
	"curfew/internal/contract"
	"curfew/internal/words"
)

// reload lets the daemon read its job file again.
func (t *terminal) reload() *cobra.Command {
	return &cobra.Command{
		Use: "reload", Short: "Let the daemon read its job file again; a file that is not valid changes nothing",
		Long: "Let the daemon read its job file again while everything runs, and print what has changed. A file that is not valid\n" +
			"changes nothing; the exit status is 2. Of a reload before it that failed in the middle some may hold already: then\n" +
			"that is printed, too.",
		Args: noArgument,
		RunE: func(c *cobra.Command, _ []string) error {
			err := ask(t, func(client *api.Client) (api.Reply[contract.Reloaded], error) { return client.Reload(c.Context()) }, reloaded)
			return t.invalid(err)
		},
	}
}

func reloaded(s *sheet.Sheet, r contract.Reloaded) {
	s.Line("jobs: %s", difference(r))
	if len(r.Cancelled) > 0 {
		of := make([]string, len(r.Cancelled))
		for i, c := range r.Cancelled {
			of[i] = fmt.Sprintf("%s of %s", words.Count(c.Runs, "run"), c.Job)
		}
		s.Line("cancelled with what is gone: %s", words.Join(of))
	}
	if len(r.Settings) > 0 {
		s.Line("settings: %s", words.Join(r.Settings))
	}
	for _, w := range r.Warnings {
		s.Line("%s: warning: %s", w.Location, w.Message)
	}
	for _, text := range r.NeedsRestart {
		s.Line("needs a restart: %s", text)
	}
}

// difference is how the jobs have changed, such as "1 new (a), 1 gone (b), 5 as before".
func difference(r contract.Reloaded) string {
	text := ""
	for _, part := range []struct {
		names []string
		word  string
	}{{r.New, "new"}, {r.Changed, "changed"}, {r.Gone, "gone"}} {
		if len(part.names) > 0 {
			text += fmt.Sprintf("%d %s (%s), ", len(part.names), part.word, words.Join(part.names))
		}
	}
	text += fmt.Sprintf("%d as before", r.Same)
	if r.ByAPI > 0 {
		text += fmt.Sprintf(", %d made by the API", r.ByAPI)
	}
	return text
}

// halfDone is in what a daemon says of a file that it refuses while a reload before it is half done.
const halfDone = "some may hold already"

// invalid prints the problems of a file or a job that the daemon has refused, as check does, and what a reload before has
// left. It exits as check does.
func (t *terminal) invalid(err error) error {
	var p *api.Problem
	if !errors.As(err, &p) || p.Status != http.StatusUnprocessableEntity || len(p.Errors) == 0 {
		return err
	}
	if t.programs() {
		return usage{err}
	}
	for _, f := range p.Errors {
		fmt.Fprintf(t.told(), "%s: %s\n", f.Location, f.Message)
	}
	if strings.Contains(p.Detail, halfDone) {
		fmt.Fprintf(t.told(), "curfew: %s\n", p.Detail)
	}
	return exit(ExitUsage)
}
