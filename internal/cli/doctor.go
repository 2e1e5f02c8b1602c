package cli

import (
	"cmp"
	"context"
	"errors"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"curfew/internal/api"
	"curfew/internal/build"
	"curfew/internal/cli/doctor"
	"curfew/internal/cli/sheet"
	"curfew/internal/config"
	"curfew/internal/contract"
	"curfew/internal/datadir"
	"curfew/internal/journal"
	"curfew/internal/words"
	"curfew/internal/zone"
	"curfew/messages"
)

// Bounds of doctor.
const (
	defaultLook = 10 * time.Second // at the journal
	maxLooked   = contract.MaxLimit
)

// diagnosis is what doctor prints.
type diagnosis struct {
	OK       bool             `json:"ok"` // nothing fails
	Findings []doctor.Finding `json:"findings"`
}

func (t *terminal) doctor() *cobra.Command {
	var file string
	var offline bool
	var look time.Duration
	c := &cobra.Command{
		Use: "doctor", Short: "Look for what keeps jobs from running, or people from hearing of it", Args: noArgument,
		Long: "Look for what keeps jobs from running, or people from hearing of it.\n\n" +
			"With the daemon running or stopped: data folder, disk, clock, journal, whether the daemon is this program, whether it\n" +
			"finds the programs of its jobs, sessions, targets, failing jobs, whether the next start takes the job file; with --config\n" +
			"also what that file needs on this machine, and whether its backends can be reached, without a token. Of a daemon that is\n" +
			"asked over --url it looks at what that says. Exit status 1 if something fails; warnings alone do not.",
	}
	c.Flags().StringVar(&file, "config", "", "look at what this job file needs, too")
	c.Flags().BoolVar(&offline, "offline", false, "connect to no backend")
	c.Flags().DurationVar(&look, "look", defaultLook, "how long to read the journal")
	files(c, "config", "yaml", "yml")
	c.RunE = func(c *cobra.Command, _ []string) error {
		if t.remote() != "" { // its folder, clock and file are those of its machine
			all, jobs, _ := t.ofDaemon(c.Context(), "", nil)
			if file != "" {
				all = append(all, t.ofFile(c.Context(), file, jobs, offline)...)
			}
			return t.tellDiagnosis(all)
		}
		data, err := t.dataFolder()
		if err != nil {
			return err
		}
		all := doctor.Folder(data)
		whole := all[0].State != doctor.Failure
		found, jobs, daemons := t.ofDaemon(c.Context(), data, datadir.FindUnit())
		if !whole && jobs == nil { // the daemon is not found for the same cause, which is told once
			all[0].Do = cmp.Or(all[0].Do, &found[0].Text)
			found = nil
		}
		here, unknown := zone.Here()
		all = append(all, doctor.Clock(time.Now(), here, unknown, allOf(jobs)))
		fleet, damaged := datadir.Elsewhere(data)
		if whole && fleet == "" && (datadir.HasJournal(data) || jobs != nil || damaged != nil) { // else nothing has ever run
			all = append(all, t.journalOf(c.Context(), data, look))
		}
		all = append(all, found...)
		if daemons != "" {
			cfg, err := config.Load(daemons, t.app.Kinds)
			all = append(all, doctor.Start(daemons, jobs != nil, cfg, err))
		}
		if file != "" {
			all = append(all, t.ofFile(c.Context(), file, jobs, offline)...)
		}
		return t.tellDiagnosis(all)
	}
	return c
}

// allOf are the jobs of a list that has all of them, and not nil; nil: it has not.
func allOf(list *contract.List[contract.Job]) []contract.Job {
	if list == nil || list.Next != nil {
		return nil
	}
	return append([]contract.Job{}, list.Items...)
}

func (t *terminal) journalOf(ctx context.Context, data string, look time.Duration) doctor.Finding {
	ctx, cancel := context.WithTimeout(ctx, look)
	defer cancel()
	return doctor.Journal(ctx, func(w io.Writer) error { return t.app.Export(ctx, journal.Place{Data: data}, w) })
}

// ofDaemon asks the daemon, and returns its jobs, too, and the job file that its next start goes by; empty: it is not
// known. One that does not run is a failure: then nothing runs. U is the machine's unit or nil.
func (t *terminal) ofDaemon(ctx context.Context, data string, u *datadir.Unit) (all []doctor.Finding, known *contract.List[contract.Job], file string) {
	zone, _ := viewerZone()
	when := func(i messages.Instant) string { return words.Exact(i.Time(), zone) }
	err := t.withDaemon(func(c *api.Client) error {
		status, err := c.Status(ctx)
		if err != nil {
			return err
		}
		notes, err := c.Notes(ctx)
		var p *api.Problem
		if err != nil && !errors.As(err, &p) { // not ready: the status says it
			return err
		}
		sessions, err := c.Sessions(ctx, contract.Page{Limit: maxLooked})
		if err != nil {
			return err
		}
		targets, err := c.Targets(ctx, contract.Page{Limit: maxLooked})
		if err != nil && !(errors.As(err, &p) && status.Body.Fleet != nil) { // only the node that decides knows them
			return err
		}
		jobs, err := c.Jobs(ctx, contract.JobQuery{Page: contract.Page{Limit: maxLooked}})
		if err != nil {
			return err
		}
		all = append(all, doctor.Daemon(status.Body, notes, when)...)
		all = append(all, doctor.Program(status.Body, build.Version(), u)...)
		all = append(all, doctor.Programs(status.Body, u)...)
		all = append(all, doctor.Fleet(status.Body.Fleet)...)
		if t.remote() != "" { // else doctor reads the file itself
			all = append(all, doctor.Refused(status.Body)...)
		}
		all = append(all, doctor.Sessions(sessions.Body.Items, time.Now(), when)...)
		all = append(all, doctor.Targets(targets.Body.Items, when)...)
		all = append(all, doctor.Jobs(jobs.Body.Items, when)...)
		known = &jobs.Body.List
		if at := status.Body.Config; at != nil {
			file = *at
		}
		return nil
	})
	if err != nil {
		all = append(all, doctor.Finding{Area: "daemon", State: doctor.Failure, Text: err.Error()})
		if u != nil && u.Data == data {
			file = u.Config
		}
	}
	return all, known, file
}

// ofFile looks at a job file. Jobs are those of the daemon; nil: they are not known.
func (t *terminal) ofFile(ctx context.Context, file string, jobs *contract.List[contract.Job], offline bool) []doctor.Finding {
	cfg, err := t.load(file)
	if err != nil {
		do := "`curfew check " + file + "` says where"
		return []doctor.Finding{{Area: "job file", State: doctor.Failure, Text: strings.TrimSpace(err.Error()), Do: &do}}
	}
	all := doctor.File(file, cfg)
	if known := allOf(jobs); known != nil { // of a part no difference can be told
		all = append(all, doctor.Changes(cfg, known))
	}
	if !offline {
		all = append(all, doctor.Backends(ctx, cfg)...)
	}
	return all
}

// tellDiagnosis prints the findings; something that fails is exit status 1.
func (t *terminal) tellDiagnosis(all []doctor.Finding) error {
	d := diagnosis{OK: true, Findings: all}
	for _, f := range all {
		d.OK = d.OK && f.State != doctor.Failure
	}
	err := t.answerValue(d, func(s *sheet.Sheet) {
		tones := map[doctor.State]sheet.Tone{doctor.OK: sheet.Good, doctor.Warning: sheet.Care, doctor.Failure: sheet.Bad}
		var lines []any
		for _, f := range all {
			lines = append(lines, f.State, sheet.Cell{Text: f.Area + ": " + s.Told(f.Text), Tone: tones[f.State]})
			if f.Do != nil {
				lines = append(lines, "", s.Told(*f.Do))
			}
		}
		s.Fields(lines...)
	})
	if err == nil && !d.OK {
		return exit(ExitFailed)
	}
	return err
}
