package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"curfew/internal/config"
	"curfew/scheduler"
)

// checked is what `check -o json` prints.
type checked struct {
	Problems []problemAt `json:"problems"`
	Warnings []problemAt `json:"warnings"`
	Jobs     []planned   `json:"jobs"`
}

// planned is when a job runs, in plain words.
type planned struct {
	Name  string `json:"name"`
	Slots string `json:"slots"`
}

func described(cfg config.Config) []planned {
	out := []planned{}
	for _, d := range cfg.Jobs {
		if s, err := scheduler.Parse(scheduler.SpecOf(d)); err == nil {
			out = append(out, planned{d.Job, s.Describe()})
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
	return &cobra.Command{
		Use: "check FILE", Short: "Say everything that is wrong with a job file", Args: cobra.ExactArgs(1),
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
			if err := t.printChecked(args[0], cfg, invalid.Problems); err != nil {
				return err
			}
			if len(invalid.Problems) > 0 {
				return exit(ExitUsage)
			}
			return nil
		},
	}
}

func (t *terminal) printChecked(file string, cfg config.Config, problems []config.Problem) error {
	warnings := slices.Concat(cfg.Warnings, cfg.Dead(time.Now()), cfg.Unreachable())
	if t.json() {
		return json.NewEncoder(t.out).Encode(checked{places(problems), places(warnings), described(cfg)})
	}
	t.warn(warnings)
	for _, p := range problems {
		fmt.Fprintln(t.shown(), p)
	}
	if len(problems) == 0 {
		fmt.Fprintf(t.shown(), "%s: ok, %s\n", file, count(len(cfg.Jobs), "job"))
		for _, j := range described(cfg) {
			fmt.Fprintf(t.shown(), "  %s: %s\n", j.Name, j.Slots)
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

// count is "1 job", "2 jobs".
func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
