package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"curfew/internal/api"
	"curfew/internal/words"
	"curfew/internal/zone"
	"curfew/messages"
	"curfew/scheduler"
)

const (
	defaultNext = 5
	maxNext     = 10_000
)

// firstWords are the words that expressions begin with. Any other name is a job and not an expression.
var firstWords = []string{"every", "at", "in"}

// nextFlags are the arguments of `curfew next`.
type nextFlags struct {
	zone, days, dst, from, job, file string
	count                            int
}

func (t *terminal) next() *cobra.Command {
	var f nextFlags
	c := &cobra.Command{
		Use: "next EXPR|JOB", Short: "Show the next slots of an expression or a job", Args: exactlyOne,
		ValidArgsFunction: t.first(func(ctx context.Context) []string { return t.nextNames(ctx, f.file) }),
		Example: `  curfew next "0 7 * * MON-FRI" --tz Europe/Berlin -n 3
  curfew next "0 12 13 * FRI" --days and
  curfew next "every 90m" --job backup
  curfew next morning_briefing`,
	}
	c.Flags().StringVar(&f.zone, "tz", "", "time zone, an IANA name (default: the machine's; of a job, its own)")
	c.Flags().StringVar(&f.days, "days", "", "as the key of a job: "+words.Join(messages.AllDays))
	c.Flags().StringVar(&f.dst, "dst", "", "as the key of a job: "+words.Join(messages.AllDST))
	c.Flags().StringVar(&f.from, "from", "", "show slots after this RFC 3339 time (default: now)")
	c.Flags().IntVarP(&f.count, "count", "n", defaultNext, fmt.Sprintf("how many slots, 1 to %d", maxNext))
	c.Flags().StringVar(&f.job, "job", "", "for an expression: the name of the job, on which H, the phase of every, and splay depend")
	c.Flags().StringVar(&f.file, "config", "", "for a job: read it from this job file, instead of asking the daemon or reading the journal of a stopped one")
	files(c, "config", "yaml", "yml")
	t.complete(c, "job", t.jobNames)
	t.complete(c, "days", fixed(messages.AllDays))
	t.complete(c, "dst", fixed(messages.AllDST))
	c.RunE = func(c *cobra.Command, args []string) error { return t.showNext(c, args[0], f) }
	return c
}

func (t *terminal) showNext(c *cobra.Command, what string, f nextFlags) error {
	from := time.Now()
	if f.from != "" {
		at, err := time.Parse(time.RFC3339Nano, f.from)
		if err != nil {
			return usagef("--from %q is not an RFC 3339 time, such as 2027-01-15T12:00:00Z", f.from)
		}
		from = at
	}
	if f.count < 1 || f.count > maxNext {
		return usagef("-n must be 1 to %d, not %d", maxNext, f.count)
	}
	table, job, err := t.timetable(c, what, f, from)
	if err != nil {
		return err
	}
	s, err := scheduler.Parse(table, job)
	if err != nil {
		return usage{errors.New(strings.TrimPrefix(err.Error(), "scheduler: "))}
	}
	var slots []time.Time
	for at := from; len(slots) < f.count; {
		next, ok := s.Next(at)
		if !ok {
			break
		}
		slots, at = append(slots, next), next
	}
	if t.programs() {
		return t.encode(slotList(s, table.Schedule, slots, len(slots) == f.count))
	}
	printNext(t.screen(), s, slots, f.count)
	return nil
}

// nextNames are the jobs of the file, or without a file those of the daemon.
func (t *terminal) nextNames(ctx context.Context, file string) []string {
	if file == "" {
		return t.jobNames(ctx)
	}
	cfg, err := t.load(file)
	if err != nil {
		return nil
	}
	var out []string
	for _, d := range cfg.Jobs {
		out = append(out, described(d.Job, d.Schedule))
	}
	return out
}

// timetable finds the schedule: the argument itself if it is an expression, else that of a job. Job is the job that it
// is for.
func (t *terminal) timetable(c *cobra.Command, what string, f nextFlags, from time.Time) (table messages.Timetable, job string, err error) {
	if !messages.IsName(what) || slices.Contains(firstWords, what) && f.file == "" {
		name := f.zone
		if name == "" {
			here, err := zone.Here()
			switch {
			case err != nil:
				return table, "", fmt.Errorf("%w; or name a zone with --tz, such as --tz Europe/Vienna", err)
			case here.Warning != "":
				fmt.Fprintln(t.err, "warning:", here.Warning)
			}
			name = here.Name
		}
		table = messages.Timetable{Schedule: what, Timezone: name, Anchor: messages.At(from)}
		return f.over(table), f.job, nil
	}
	switch {
	case f.job != "":
		return table, "", usagef("--job goes with an expression; %q is a job", what)
	case f.file != "":
		cfg, err := t.load(f.file)
		if err != nil {
			return table, "", err
		}
		for _, d := range cfg.Jobs {
			if d.Job == what {
				table = d.Timetable
			}
		}
		if table.Schedule == "" {
			return table, "", fmt.Errorf("%s has no job %q", f.file, what)
		}
	default:
		if table, err = t.timetableOf(c.Context(), what); err != nil {
			return table, "", neither(what, err)
		}
	}
	if table.Anchor.IsZero() {
		table.Anchor = messages.At(from)
	}
	if f.zone != "" {
		table.Timezone = f.zone
	}
	return f.over(table), what, nil
}

// timetableOf asks the daemon when a job runs, or without one reads the journal of the data folder.
func (t *terminal) timetableOf(ctx context.Context, job string) (table messages.Timetable, err error) {
	err = t.withDaemon(func(client *api.Client) error {
		j, err := client.Job(ctx, job)
		table = j.Body.Timetable()
		return err
	})
	if !t.wasRunning(err) {
		return table, err
	}
	data, err := t.dataFolder()
	if err != nil {
		return table, err
	}
	table, err = t.app.Timetable(ctx, data, job)
	t.fromJournal(err)
	return table, err
}

// neither says of a word that is no job what it may be besides.
func neither(what string, err error) error {
	if api.ProblemOf(err).Status == http.StatusNotFound {
		return fmt.Errorf("%w, and %q is not an expression either: those are like \"0 7 * * *\", @daily or \"every 90m\" "+
			"(`curfew help schedules`)", err, what)
	}
	return err
}

// over is a timetable with the keys that the flags name.
func (f nextFlags) over(table messages.Timetable) messages.Timetable {
	table.Days = cmp.Or(messages.Days(f.days), table.Days)
	table.DST = cmp.Or(messages.DST(f.dst), table.DST)
	return table
}
