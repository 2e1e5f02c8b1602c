// Command compare puts the same loads on Curfew, on its build of 28 November and on its peers, one after another, round
// by round, prints the table with the ratios, and writes it into docs/performance.md:
//
//	cd bench && go run ./compare                       # all loads, five rounds: about three hours on two cores
//	cd bench && go run ./compare -only herd -rounds 3 -write=false
//
// Ratios of programs that ran beside each other hold on a busy machine, too; single times do not.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
)

// oldBuild is the commit of 28 November 2026 that the goals are ratios to.
const oldBuild = "9049dc8"

var (
	rounds = flag.Int("rounds", 5, "how often each program has each load; the median counts")
	only   = flag.String("only", "", "only these loads, with commas between: "+strings.Join(loadNames(), " "))
	old    = flag.String("old", oldBuild, "the commit of the build to compare with; its load is tests/bench/load/old")
	scale  = flag.Float64("scale", 1, "multiplies the size of each load; the table says the sizes")
	write  = flag.Bool("write", true, "keep what was measured in measured.json, and write the tables into docs/performance.md")
	folder = flag.String("work", "", "the folder for programs and data (default: a temporary one)")
)

func main() {
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := compare(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "compare:", err)
		os.Exit(1)
	}
}

func compare(ctx context.Context) error {
	wanted, err := chosen(*only)
	if err != nil {
		return err
	}
	work := *folder
	if work == "" {
		if work, err = os.MkdirTemp("", "curfew-compare"); err != nil {
			return err
		}
		defer os.RemoveAll(work)
	}
	programs, undo, err := build(ctx, work)
	defer undo()
	if err != nil {
		return err
	}
	all, err := remembered(measuredFile)
	if err != nil {
		return err
	}
	for _, l := range wanted {
		l.size = max(1, int(*scale*float64(l.size)))
		found, err := alternate(ctx, l, programs, work)
		if err != nil {
			return err
		}
		all[l.name] = here(l.size, found)
		fmt.Print(table(l, all[l.name]), "\n")
		if !*write { // else a long run that is stopped has written what it had
			continue
		}
		if err := errors.Join(remember(measuredFile, all), insert("../docs/performance.md", tables(all))); err != nil {
			return err
		}
	}
	return nil
}

// chosen are the loads of these names; none: all.
func chosen(names string) ([]load, error) {
	if names == "" {
		return loads, nil
	}
	var out []load
	for name := range strings.SplitSeq(names, ",") {
		i := slices.IndexFunc(loads, func(l load) bool { return l.name == name })
		if i < 0 {
			return nil, fmt.Errorf("there is no load %q; there are %s", name, strings.Join(loadNames(), ", "))
		}
		out = append(out, loads[i])
	}
	return out, nil
}
