package cli

import (
	"context"
	"errors"
	"io"
	"iter"

	"github.com/spf13/cobra"

	"curfew/bus/regular"
	"curfew/bus/replay/compare"
	"curfew/internal/cli/sheet"
	"curfew/supervisor/policy"
)

// Replayed is the outcome of a replay.
type Replayed struct {
	Facts        int    `json:"facts"`
	Decisions    int    `json:"decisions"`
	Differences  int    `json:"differences"`
	Before       int    `json:"before"`        // records before the snapshot, which were not derived
	OtherVersion bool   `json:"other_version"` // another version of the policy made some of the decisions
	Report       string `json:"report"`        // the same for people, with the first difference whole
}

// exitOtherVersion is the exit code of a replay without differences in which another version of the policy decided.
const exitOtherVersion = 3

func (t *terminal) replay() *cobra.Command {
	return &cobra.Command{
		Use: "replay FILE|-", Short: "Derive every decision of an exported journal again, and compare",
		Long: "Derive every decision of an exported journal again, without a daemon, and compare. - reads standard input. The exit\n" +
			"status is 3 if another version of the rules has decided.",
		Args:              exactlyOne,
		ValidArgsFunction: firstFile("jsonl"),
		RunE: func(c *cobra.Command, args []string) error {
			in := t.in
			if args[0] != "-" {
				f, err := regular.OpenGiven(args[0])
				if err != nil {
					return usage{err}
				}
				defer f.Close()
				in = f
			}
			got, err := t.app.Replay(c.Context(), in)
			if err != nil {
				return err
			}
			if err := t.answerValue(got, func(s *sheet.Sheet) { s.Line("%s", got.Report) }); err != nil {
				return err
			}
			switch {
			case got.Differences > 0:
				return exit(ExitFailed)
			case got.OtherVersion:
				return exit(exitOtherVersion)
			}
			return nil
		},
	}
}

// Replay derives every decision of an exported journal again, with the policy of this build.
func Replay(_ context.Context, journal io.Reader) (Replayed, error) {
	restore := func(lines iter.Seq2[[]byte, error]) (compare.Decider, error) { return policy.RestoreLines(lines) }
	got, err := compare.JournalFrom(journal, policy.New(), policy.Version, restore)
	if err != nil {
		return Replayed{}, err
	}
	if got.Facts == 0 && got.Before == 0 && got.Total == 0 {
		return Replayed{}, errors.New("replay: there are no records; was the journal exported from the right data folder?")
	}
	return Replayed{
		Facts: got.Facts, Decisions: got.Decisions, Differences: got.Total, Before: got.Before,
		OtherVersion: got.OtherVersion, Report: got.String(),
	}, nil
}
