package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/spf13/cobra"

	"curfew/bus/regular"
	"curfew/internal/api"
	"curfew/internal/cli/sheet"
	"curfew/internal/config"
	"curfew/internal/contract"
)

// jobSet defines a job that belongs to the API, or gives one back to the job file.
func (t *terminal) jobSet() *cobra.Command {
	var file string
	var fromFile, dry, yes bool
	c := &cobra.Command{
		Use: "set NAME", Short: "Define a job without the job file, from one job as YAML or JSON; or take the file's in its place",
		Long: "Make or change a job without the job file, from one job as YAML or JSON. With --from-file show how the job file's\n" +
			"definition differs from the one that was set, ask, and let it take its place.",
		Example: "  curfew job set digest -f digest.yaml\n  curfew job set digest -f - < digest.json\n  curfew job set digest -f digest.yaml --dry-run\n  curfew job set digest --from-file",
		Args:    exactlyOne, ValidArgsFunction: t.first(t.jobNames),
	}
	c.Flags().StringVarP(&file, "file", "f", "", "the job; - reads standard input")
	c.Flags().BoolVar(&fromFile, "from-file", false, "let the job file's definition take the place of the API's, after a look at the difference")
	c.Flags().BoolVar(&dry, "dry-run", false, "say what would change, and change nothing")
	c.Flags().BoolVar(&yes, "yes", false, "with --from-file: do not ask")
	files(c, "file", "yaml", "yml", "json")
	c.RunE = func(c *cobra.Command, args []string) error {
		switch {
		case fromFile == (file != ""):
			return usagef("job set needs either -f FILE or --from-file")
		case fromFile:
			return t.withDaemon(func(client *api.Client) error { return t.takeFromFile(c.Context(), client, args[0], dry, yes) })
		}
		text, err := t.jobText(file)
		if err != nil {
			return err
		}
		err = ask(t, func(client *api.Client) (api.Reply[contract.JobSet], error) {
			return client.SetJob(c.Context(), args[0], contract.SetJob{Text: text, DryRun: dry})
		}, wasSet(dry))
		return t.invalidJob(err, args[0], file)
	}
	return c
}

func (t *terminal) jobRemove() *cobra.Command {
	return one(t, "remove", "Remove a job that was made without the job file; its runs are cancelled", t.jobNames, (*api.Client).RemoveJob,
		func(s *sheet.Sheet, r contract.JobRemoved) { s.Line("job %s: removed", r.Name) })
}

// jobText reads the text of one job, and makes it one text of JSON.
func (t *terminal) jobText(file string) (contract.JobText, error) {
	in := t.in
	if file != config.Stdin {
		f, err := regular.OpenGiven(file)
		if err != nil {
			return nil, usage{err}
		}
		defer f.Close()
		in = f
	}
	raw, err := io.ReadAll(io.LimitReader(in, config.MaxJobText+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("read the job: %w", err)
	case len(raw) > config.MaxJobText:
		return nil, usagef("%s: a job is at most %d bytes", file, config.MaxJobText)
	}
	text, err := json.Marshal(string(raw))
	if err != nil {
		return nil, fmt.Errorf("read the job: %w", err)
	}
	return text, nil
}

// takeFromFile shows what would change, asks, and changes it if nobody has changed the job meanwhile.
func (t *terminal) takeFromFile(ctx context.Context, client *api.Client, name string, dry, yes bool) error {
	look, err := client.TakeFromFile(ctx, name, contract.FromFile{DryRun: true})
	if err != nil {
		return t.invalid(err)
	}
	if dry {
		return t.answer(look.Raw, wouldBe(look.Body))
	}
	if len(look.Body.Diff) > 0 && !yes {
		s := t.screen()
		printDiff(s, look.Body)
		s.Close()
		if t.programs() || !t.agrees("take this over from the job file?") {
			return errors.New("nothing was changed; --yes does it without a question")
		}
	}
	match := contract.Match(look.Body.ETag())
	done, err := client.TakeFromFile(contract.OnlyIf(ctx, match), name, contract.FromFile{})
	if err != nil {
		return t.invalid(err)
	}
	return t.answer(done.Raw, func(s *sheet.Sheet) {
		if yes {
			printDiff(s, done.Body)
		}
		s.Line("job %s: comes from the job file now", name)
	})
}

// agrees asks a question on a terminal; without one nobody agrees.
func (t *terminal) agrees(question string) bool {
	if !isTerminal(t.in) {
		return false
	}
	fmt.Fprintf(t.told(), "%s [y/N] ", question)
	line, _ := bufio.NewReader(io.LimitReader(t.in, 100)).ReadString('\n')
	return strings.EqualFold(strings.TrimSpace(line), "y")
}

// wasSet says what was set, or after a dry run what would be.
func wasSet(dry bool) func(*sheet.Sheet, contract.JobSet) {
	return func(s *sheet.Sheet, r contract.JobSet) {
		switch {
		case dry:
			wouldBe(r)(s)
			return
		case r.Created:
			s.Line("job %s: created; %s", r.Job.Name, r.Job.ScheduleText)
		case r.Changed:
			s.Line("job %s: changed", r.Job.Name)
			printDiff(s, r)
		default:
			s.Line("job %s: as before", r.Job.Name)
		}
		s.Line("next slot: %s", nextOf(s, r.Job))
		printWarnings(s, r)
	}
}

// wouldBe says what a dry run has found.
func wouldBe(r contract.JobSet) func(*sheet.Sheet) {
	return func(s *sheet.Sheet) {
		switch {
		case r.Created:
			s.Line("job %s: would be created; %s", r.Job.Name, r.Job.ScheduleText)
			s.Line("next slot: %s", nextOf(s, r.Job))
		case len(r.Diff) > 0:
			s.Line("job %s: would be changed", r.Job.Name)
			printDiff(s, r)
		default:
			s.Line("job %s: would stay as it is", r.Job.Name)
		}
		printWarnings(s, r)
	}
}

func printWarnings(s *sheet.Sheet, r contract.JobSet) {
	for _, w := range r.Warnings {
		s.Line("warning: %s: %s", w.Location, w.Message)
	}
}

func printDiff(s *sheet.Sheet, r contract.JobSet) {
	for _, d := range r.Diff {
		if len(d.Was) > 0 && string(d.Was) != "null" {
			s.Line("- %s: %s", d.Key, d.Was)
		}
		if len(d.Is) > 0 && string(d.Is) != "null" {
			s.Line("+ %s: %s", d.Key, d.Is)
		}
	}
}

// invalidJob prints the problems of a job as check prints those of a file.
func (t *terminal) invalidJob(err error, name, file string) error {
	var p *api.Problem
	if errors.As(err, &p) && p.Status == http.StatusUnprocessableEntity && !t.programs() {
		for _, f := range p.Errors {
			fmt.Fprintln(t.told(), file+strings.TrimPrefix(f.Message, "job "+name))
		}
		if len(p.Errors) > 0 {
			return exit(ExitUsage)
		}
	}
	return t.invalid(err)
}
