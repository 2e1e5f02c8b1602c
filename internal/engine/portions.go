package engine

import (
	"context"
	"slices"

	"curfew/bus"
	"curfew/messages"
)

// factsAtOnce is how many facts are handed to the log together: its queue is bounded, the jobs of a runtime are not.
const factsAtOnce = 1 << 13

// committer is [bus.Log.Commit].
type committer func(ctx context.Context, ds ...bus.Draft) ([]bus.Receipt, error)

// commitAll commits facts in their order, portion by portion. It returns the seqs of the first and the last. With an
// error, some of the facts may have been taken: whoever tries again finds them.
func commitAll(ctx context.Context, commit committer, facts []messages.Fact) (first, last uint64, err error) {
	for portion := range slices.Chunk(facts, factsAtOnce) {
		got, err := commit(ctx, drafts(portion...)...)
		if err != nil {
			return first, last, err
		}
		if last = got[len(got)-1].Seq; first == 0 {
			first = got[0].Seq
		}
	}
	return first, last, nil
}
