package cli

import (
	"errors"
	"fmt"
	"os"
	"os/user"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"curfew/bus/durable"
	"curfew/internal/config"
	"curfew/internal/importer"
	"curfew/internal/zone"
	"curfew/messages"
	"curfew/messages/text"
)

const defaultVerifyDays = 400

// importFlags are the arguments of `curfew import`.
type importFlags struct {
	user, to, from string
	cron           string
	verify         bool
	days           int
}

// imported is what `import -o json` prints.
type imported struct {
	File        *string                `json:"file"` // the job file; null: it has been written to --to, or there is none
	Entries     []*importer.Entry      `json:"entries"`
	Remarks     []string               `json:"remarks"`
	Comparisons *[]importer.Comparison `json:"comparisons"` // null: without --verify
}

func (t *terminal) importJobs() *cobra.Command {
	var f importFlags
	c := &cobra.Command{
		Use: "import KIND SOURCE... [KIND SOURCE...]", Short: "Write a job file from crontabs and other schedules, and say what became of each",
		Long: `Write a job file from the schedules of another program, to standard output or --to. KIND is crontab (of a user, or
/etc/crontab), cron.d, anacron, systemd, kubernetes, openclaw, hermes, github-actions or quartz; a SOURCE is a file, a folder, or
- for standard input. With several kinds at once, lines of cron and timers that do the same work are found. The report
on standard error says of each entry whether it is moved, and else why not and what to do. A job that comes over runs
when it ran before; one that would not is written with enabled: false.`,
		Example: `  crontab -l | curfew import crontab - --to jobs.yaml
  curfew import cron.d /etc/cron.d --user root --to jobs.yaml
  curfew import cron.d /etc/cron.d --verify --days 400 >/dev/null
  curfew import crontab /etc/crontab cron.d /etc/cron.d systemd /lib/systemd/system --user root --to jobs.yaml
  openclaw automations list --all --json | curfew import openclaw - --to jobs.yaml`,
		Args: kindAndSource, ValidArgsFunction: completeImport,
	}
	c.Flags().StringVar(&f.user, "user", "", "whom the daemon will run as; only that of root may run jobs of others (default: you)")
	c.Flags().StringVar(&f.cron, "cron", string(importer.Debian), fmt.Sprintf("which cron reads the tables: %v", importer.Crons()))
	c.Flags().StringVar(&f.to, "to", "", "write the job file here; a file that is there is not touched (default: standard output)")
	c.Flags().BoolVar(&f.verify, "verify", false, "compare each job with its source, slot by slot, and name the first difference")
	c.Flags().StringVar(&f.from, "from", "", "for --verify: compare slots after this RFC 3339 time (default: now)")
	c.Flags().IntVar(&f.days, "days", defaultVerifyDays, fmt.Sprintf("for --verify: compare that many days, 1 to %d", importer.MaxDays))
	files(c, "to", "yaml", "yml")
	c.RunE = func(_ *cobra.Command, args []string) error { return t.runImport(args, f) }
	return c
}

// completeImport completes the kind; sources are files.
func completeImport(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveDefault
	}
	var kinds []string
	for _, k := range importer.Kinds() {
		kinds = append(kinds, string(k))
	}
	return kinds, cobra.ShellCompDirectiveNoFileComp
}

func (t *terminal) runImport(args []string, f importFlags) error {
	if f.to == "-" {
		f.to = ""
	}
	kind := importer.Kind(args[0])
	if err := importer.Known(kind); err != nil {
		return usage{err}
	}
	from := time.Now()
	if f.from != "" {
		at, err := time.Parse(time.RFC3339Nano, f.from)
		if err != nil {
			return usagef("--from %q is not an RFC 3339 time, such as 2027-01-15T12:00:00Z", f.from)
		}
		from = at
	}
	switch _, err := os.Lstat(f.to); {
	case f.days < 1 || f.days > importer.MaxDays:
		return usagef("--days must be 1 to %d, not %d", importer.MaxDays, f.days)
	case !slices.Contains(importer.Crons(), importer.Cron(f.cron)):
		return usagef("--cron must be one of %v, not %q", importer.Crons(), f.cron)
	case f.to != "" && err == nil:
		return usagef("%s is there already; name another file, or move it away", f.to)
	}
	options, err := t.importOptions(f, from)
	if err != nil {
		return err
	}
	sources, err := t.importSources(args, options.Machine)
	if err != nil {
		return usage{err}
	}
	result, err := importer.Import(kind, sources, options)
	if err != nil {
		return fmt.Errorf("import: %w", err)
	}
	var compared *[]importer.Comparison
	if f.verify && result.File != nil {
		defs, err := options.Check(result.File)
		if err != nil {
			return err
		}
		all := importer.Compare(result, defs, from, from.AddDate(0, 0, f.days))
		compared = &all
	}
	return t.showImport(result, compared, f)
}

// importOptions are what is known of this machine.
func (t *terminal) importOptions(f importFlags, from time.Time) (importer.Options, error) {
	name := f.user
	if name == "" {
		who, err := user.Current()
		if err != nil {
			return importer.Options{}, fmt.Errorf("who runs this is not known: %w; name the user of the daemon with --user", err)
		}
		name = who.Username
	}
	here, err := zone.Here()
	switch {
	case err != nil:
		return importer.Options{}, fmt.Errorf("%w; set TZ to the zone in which the jobs run now, such as TZ=Europe/Vienna", err)
	case here.Warning != "":
		fmt.Fprintln(t.told(), "warning:", here.Warning)
	}
	_, err = os.Stat("/run/systemd/system")
	return importer.Options{
		Machine: importer.Machine{
			Zone: here.Name, User: name, Home: homeOf, Systemd: err == nil, Cron: importer.Cron(f.cron), Boot: bootOf(), Presets: t.presetPrograms(),
		},
		From: from,
		Check: func(file []byte) ([]messages.Definition, error) {
			cfg, err := config.Parse("the written file", file, ".", t.app.Kinds)
			return cfg.Jobs, err
		},
	}, nil
}

var bootForm = text.Pattern(`^[0-9a-f-]{36}$`)

// bootOf says which start of the machine this is; empty: it does not say so.
func bootOf() string {
	data, err := os.ReadFile(importer.BootID)
	if id := strings.TrimSpace(string(data)); err == nil && bootForm().MatchString(id) {
		return id
	}
	return ""
}

func homeOf(name string) (string, bool) {
	who, err := user.Lookup(name)
	if err != nil {
		return "", false
	}
	return who.HomeDir, true
}

// showImport writes the file and the report. A difference is a failure, and so is a file without jobs.
func (t *terminal) showImport(r importer.Result, compared *[]importer.Comparison, f importFlags) error {
	if f.to != "" && r.File != nil {
		if err := durable.Replace(f.to, r.File); err != nil {
			return fmt.Errorf("write %s: %w", f.to, err)
		}
	}
	if t.programs() {
		body := imported{Entries: r.Entries, Remarks: r.Remarks, Comparisons: compared}
		if f.to == "" && r.File != nil {
			text := string(r.File)
			body.File = &text
		}
		if err := t.answerValue(body, nil); err != nil {
			return err
		}
	} else {
		if f.to == "" {
			if _, err := t.out.Write(r.File); err != nil {
				return err
			}
		}
		t.reportImport(r, f.to)
	}
	if compared != nil && !t.reportComparison(*compared, f.days) {
		return exit(ExitFailed)
	}
	if r.File == nil {
		return errors.New("import: no job could be written")
	}
	return nil
}

// kindAndSource checks that there is a kind, and something to read.
func kindAndSource(c *cobra.Command, args []string) error {
	if len(args) < 2 {
		return usagef("%s needs a KIND and a SOURCE, such as crontab FILE; see %s --help", c.CommandPath(), c.CommandPath())
	}
	return nil
}
