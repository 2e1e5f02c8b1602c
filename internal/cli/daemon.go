package cli

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"go.uber.org/zap"

	"curfew/internal/config"
	"curfew/internal/daemon"
	"curfew/internal/datadir"
	"curfew/internal/words"
)

// dataFolder is --data, else CURFEW_DATA, else curfew in the XDG data dir.
func (t *terminal) dataFolder() (string, error) {
	if t.url != "" {
		return "", usagef("the command works on a data folder and its files, not over --url")
	}
	if err := noDataHere(runsJobs); err != nil {
		return "", err
	}
	dir := cmp.Or(t.data, os.Getenv(datadir.Variable))
	if dir == "" {
		usual, err := datadir.Default()
		if err != nil {
			return "", usage{err}
		}
		dir = usual
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("data folder: %w", err)
	}
	return abs, nil
}

// Bounds of --drain.
const (
	defaultDrain = 30 * time.Second
	maxDrain     = 24 * time.Hour
)

const startHelp = `Run the daemon with the jobs of a job file, until a signal stops it. A second daemon on a data folder refuses to
start, and names the pid of the first. With --fleet the daemon is a node of a fleet.`

func (t *terminal) start() *cobra.Command {
	var file, form, level, mcp string
	var tcp tcpFlags
	var fleet fleetFlags
	var drain time.Duration
	var acceptLoss, watch bool
	c := &cobra.Command{Use: "start --config FILE", Short: "Run the daemon until a signal stops it", Long: startHelp, Args: noArgument}
	c.Flags().StringVar(&file, "config", "", "job file (required)")
	tcp.register(c)
	fleet.register(c)
	c.Flags().StringVar(&form, "log", "console", "form of the log on standard error: console or json")
	c.Flags().StringVar(&level, "log-level", "info", "debug, info, warn or error")
	c.Flags().DurationVar(&drain,
		"drain", defaultDrain, "how long running attempts may go on after a signal to stop, before they are cancelled; 0 cancels them at once")
	c.Flags().BoolVar(&acceptLoss, "accept-loss", false, "start although records are missing at the end of the journal; the log says which")
	c.Flags().StringVar(&mcp, "mcp", string(daemon.MCPOn), "tools that assistants are offered at /mcp: "+words.Join(daemon.MCPs))
	c.Flags().BoolVar(&watch, "watch-config", false, "read the job file again when it has changed, as curfew reload does")
	files(c, "config", "yaml", "yml")
	t.complete(c, "mcp", fixed(daemon.MCPs))
	t.complete(c, "log", fixed([]string{"console", "json"}))
	t.complete(c, "log-level", fixed([]string{"debug", "info", "warn", "error"}))
	c.PreRunE = needsDaemonHere
	c.RunE = func(c *cobra.Command, _ []string) error {
		told := orders(c.Context(), t.stops, hasTerminal)
		defer told.release()
		if file == "" {
			return usagef("start needs --config FILE")
		}
		if err := checkStart(drain, mcp); err != nil {
			return err
		}
		at, given, err := tcp.options(c)
		if err != nil {
			return err
		}
		node, err := fleet.options(c)
		if err != nil {
			return err
		}
		log, err := t.logger(form, level)
		if err != nil {
			return err
		}
		defer func() { _ = log.Sync() }() // a terminal cannot be synced; nothing is lost
		cfg, err := t.startable(file, node != nil)
		if err != nil {
			return err
		}
		logDoubts(log, cfg.Missing(os.LookupEnv))
		logDoubts(log, cfg.Warnings) // not of dead jobs: the journal may have a one-shot that is still to be caught up
		data, err := t.dataFolder()
		if err != nil {
			return err
		}
		o := daemon.Options{
			Kinds: t.app.Kinds, Config: cfg, Data: data, Log: log, Drain: drain, Again: told.again, AcceptLoss: acceptLoss,
			Reload: told.reload, Watch: watch, TCP: at, MayLackTCP: !given, MCP: daemon.MCP(mcp),
			Fleet: node,
		}
		switch {
		case config.ReadTwice(file):
			o.Load = func() (config.Config, error) { return t.again(file, node != nil) }
		case watch:
			return usagef("--watch-config needs a job file that can be read again, not %s", file)
		}
		return t.app.Start(told.ctx, o)
	}
	return c
}

// checkStart checks the values of flags of start.
func checkStart(drain time.Duration, mcp string) error {
	if drain < 0 || drain > maxDrain {
		return usagef("--drain must be 0 to %s, not %s", maxDrain, drain)
	}
	if !slices.Contains(daemon.MCPs, daemon.MCP(mcp)) {
		return usagef("--mcp must be %s, not %q", words.Join(daemon.MCPs), mcp)
	}
	return nil
}

// startable reads a job file for a start, as a node of a fleet or on its own.
func (t *terminal) startable(file string, fleet bool) (cfg config.Config, err error) {
	if cfg, err = t.load(file); err != nil {
		return cfg, err
	}
	if cfg, err = cfg.Startable(); err != nil {
		return cfg, usage{err}
	}
	if fleet {
		cfg = cfg.InFleet()
	}
	return cfg, nil
}

// again reads a job file for a second time. One that cannot be read is not valid.
func (t *terminal) again(file string, fleet bool) (config.Config, error) {
	c, err := config.Load(file, t.app.Kinds)
	if fleet {
		c = c.InFleet()
	}
	if err == nil {
		return c.Startable()
	}
	if invalid := (*config.Invalid)(nil); err != nil && !errors.As(err, &invalid) {
		err = &config.Invalid{Problems: []config.Problem{{File: file, Line: 1, Col: 1, Message: err.Error()}}}
	}
	return c, err
}

// load reads a job file. A file that cannot be read is wrong usage, and so is one that is not valid.
func (t *terminal) load(file string) (config.Config, error) {
	cfg, err := config.Load(file, t.app.Kinds)
	if err != nil {
		return config.Config{}, usage{err}
	}
	return cfg, nil
}

// logDoubts puts the warnings about a job file into the log.
func logDoubts(log *zap.Logger, warnings []config.Problem) {
	for _, w := range warnings {
		log.Warn("cron: the job file: "+w.Message, zap.String("at", w.Place()))
	}
}

func (t *terminal) warn(warnings []config.Problem) {
	for _, w := range warnings {
		w.Message = "warning: " + w.Message
		fmt.Fprintln(t.told(), w)
	}
}
