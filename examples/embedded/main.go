// Command embedded is a program that embeds Curfew: its own function is the work of a job, and it prints how runs end.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"

	"curfew"
	"curfew/actors"
	"curfew/messages"
)

// reportSpec is the block of the job.
type reportSpec struct {
	Team string `json:"team"`
}

func (reportSpec) Kind() string    { return "report" }
func (reportSpec) Validate() error { return nil }

// report is the actor type: the program's own work, which depends on the session of its backend.
type report struct{ actors.Gated[reportSpec] }

// Run writes a report. A backend that refuses its key would be actors.SessionExpired(err), and hold all such jobs.
func (*report) Run(_ context.Context, run actors.Run[reportSpec]) (actors.Output, error) {
	return actors.Output{Text: "the report for " + run.Spec.Team}, nil
}

// config is what Curfew is made of: a job for each team.
func config(folder string, teams ...string) curfew.Config {
	c := curfew.Config{
		Folder: folder,
		Actors: func(kinds *actors.Registry) {
			actors.Register(kinds, func(actors.Env) actors.Actor[reportSpec] { return &report{} })
		},
	}
	for _, team := range teams {
		c.Jobs = append(c.Jobs, curfew.Job{
			Name: team, Schedule: "0 7 * * mon-fri", With: reportSpec{Team: team},
			Keys: map[string]any{"timezone": "Europe/Berlin", "stale_after": "6h"},
		})
	}
	return c
}

// work runs the program until ctx ends. Asked has the name of a team for each report that somebody wants now; of a team
// that is not known yet, the job comes to be. A real program would keep its teams in a database.
func work(ctx context.Context, out io.Writer, folder string, asked <-chan string) error {
	var teams []string
	rt, err := curfew.New(config(folder))
	if err != nil {
		return err
	}
	if err := rt.Start(ctx); err != nil {
		return err
	}
	ended, err := rt.Subscribe(ctx, messages.TopicAttempt, messages.TopicRun)
	if err != nil {
		return err
	}
	for {
		select {
		case team := <-asked:
			if !slices.Contains(teams, team) {
				teams = append(teams, team)
				if err := rt.Reload(ctx, config(folder, teams...)); err != nil {
					return err
				}
			}
			if _, err := rt.RunJob(ctx, team); err != nil {
				return err
			}
		case rec, open := <-ended:
			if !open {
				return rt.Wait() // it stops when ctx ends
			}
			switch b := rec.Body.(type) {
			case messages.AttemptSucceeded:
				fmt.Fprintln(out, b.Output)
			case messages.RunHeld:
				fmt.Fprintf(out, "%s waits until somebody signs in\n", b.Job)
			case messages.RunFinished:
				fmt.Fprintf(out, "%s: %s\n", b.Job, b.Status)
			}
		}
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	asked := make(chan string, 1)
	asked <- "kitchen"
	fmt.Println("a report now, and each working day at 7; Ctrl-C ends it")
	if err := work(ctx, os.Stdout, "data", asked); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
