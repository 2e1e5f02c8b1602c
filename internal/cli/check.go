package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"curfew/internal/config"
	"curfew/internal/words"
	"curfew/messages"
	"curfew/scheduler"
)

// checked is what `check -o json` prints.
type checked struct {
	Problems []problemAt `json:"problems"`
	Warnings []problemAt `json:"warnings"`
	Jobs     []planned   `json:"jobs"`
}

// planned says in plain words when a job runs, and within which bounds.
type planned struct {
	Name     string             `json:"name"`
	Slots    string             `json:"slots"`
	Enabled  bool               `json:"enabled"`
	Timeout  *messages.Duration `json:"timeout"`  // of one attempt; null: there is no limit
	Attempts int                `json:"attempts"` // that count against the retry policy, of one run
	Parallel int                `json:"parallel"` // attempts of the job that may run beside each other
	Preset   *filledIn          `json:"preset"`   // null: it has none
}

// filledIn is a preset, and what it has filled in.
type filledIn struct {
	shownPreset
	Keys map[string]json.RawMessage `json:"keys"`
}

func filledBy(cfg config.Config, job string) *filledIn {
	f, ok := cfg.Filled[job]
	if !ok {
		return nil
	}
	out := &filledIn{showable(f.Preset), map[string]json.RawMessage{}}
	for _, k := range f.Keys {
		out.Keys[k.Key] = json.RawMessage(k.Value)
	}
	return out
}

// bounds says how long an attempt may take, and how often a run is tried.
func (p planned) bounds() string {
	text := fmt.Sprintf("%s, %s", timeLimit(p.Timeout), words.Count(p.Attempts, "attempt"))
	if p.Parallel > 1 {
		text += fmt.Sprintf(", up to %d runs beside each other", p.Parallel)
	}
	if !p.Enabled {
		text += "; not enabled"
	}
	return text
}

// timeLimit is "timeout 1h"; nil: there is no limit.
func timeLimit(d *messages.Duration) string {
	if d == nil {
		return words.NoLimit
	}
	return "timeout " + d.Short()
}

func inWords(cfg config.Config) []planned {
	out := []planned{}
	for _, d := range cfg.Jobs {
		if s, err := scheduler.Parse(d.Timetable, d.Job); err == nil {
			out = append(out, planned{d.Job, s.Describe(), !d.Disabled, d.Limit(), d.Retry.Attempts, d.Parallel(), filledBy(cfg, d.Job)})
		}
	}
	return out
}

type problemAt struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Col     int    `json:"col"`
	Message string `json:"message"`
}

func (t *terminal) check() *cobra.Command {
	var starting bool
	c := &cobra.Command{
		Use: "check FILE", Short: "Check a job file, and print every problem",
		Long: "Check a job file without a daemon, and print every error and warning, and what holds for each job. - reads standard\n" +
			"input. The exit status is 2 if there is an error; warnings alone do not change it.",
		Args: exactlyOne, ValidArgsFunction: firstFile("yaml", "yml"),
		RunE: func(_ *cobra.Command, args []string) error {
			cfg, err := t.load(args[0])
			var invalid *config.Invalid
			switch {
			case errors.As(err, &invalid):
			case err != nil:
				return err
			default:
				invalid = &config.Invalid{}
			}
			problems, _ := cfg.Users(starting)
			problems = append(invalid.Problems, problems...)
			if err := t.printChecked(args[0], cfg, problems, cfg.Doubts(time.Now(), os.LookupEnv)); err != nil {
				return err
			}
			if len(problems) > 0 {
				return exit(ExitUsage)
			}
			return nil
		},
	}
	c.Flags().BoolVar(&starting, "start", false, "refuse also jobs of users as whom a daemon of yours may not run processes, as its start does")
	return c
}

func (t *terminal) printChecked(file string, cfg config.Config, problems, warnings []config.Problem) error {
	if t.programs() {
		return t.encode(checked{places(problems), places(warnings), inWords(cfg)})
	}
	t.warn(warnings)
	for _, p := range problems {
		fmt.Fprintln(t.shown(), p)
	}
	if len(problems) == 0 {
		fmt.Fprintf(t.shown(), "%s: ok, %s\n", file, words.Count(len(cfg.Jobs), "job"))
		cut := false
		for _, j := range inWords(cfg) {
			fmt.Fprintf(t.shown(), "  %s: %s (%s)\n", j.Name, j.Slots, j.bounds())
			if f, ok := cfg.Filled[j.Name]; ok {
				cut = printFilled(t.shown(), f) || cut
			}
		}
		if cut {
			fmt.Fprintln(t.shown(), "what ends in … is whole in `curfew preset show NAME`")
		}
	}
	return nil
}

func places(ps []config.Problem) []problemAt {
	out := make([]problemAt, len(ps))
	for i, p := range ps {
		out[i] = problemAt(p)
	}
	return out
}
