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
	write  = flag.Bool("write", true, "write the table into docs/performance.md")
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
	var rows []row
	for _, l := range wanted {
		l.size = max(1, int(*scale*float64(l.size)))
		found, err := alternate(ctx, l, programs, work)
		if err != nil {
			return err
		}
		for _, f := range l.figures {
			rows = append(rows, row{load: l, figure: f, by: found[f.name]})
		}
		fmt.Println()
	}
	text := table(rows)
	fmt.Print(text)
	if !*write {
		return nil
	}
	return insert("../docs/performance.md", conditions()+text)
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
