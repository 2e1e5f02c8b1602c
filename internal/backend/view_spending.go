package backend

import (
	"context"
	"slices"
	"strings"

	"curfew/internal/contract"
	"curfew/messages"
)

// Spending is what was spent on days. Whatever cannot be read of the history is left out, and Ready says that it cannot.
func (b backend) Spending(ctx context.Context, days []messages.Instant) (out contract.Spending, err error) {
	if len(days) == 0 {
		return out, nil
	}
	for _, begins := range days {
		out.Days = append(out.Days, contract.DaySpending{Begins: begins})
	}
	sums := b.r.History().Sums()
	spent, err := sums.Spend(ctx, days[0])
	if err != nil {
		return out, nil // Ready says it
	}
	out.Known = spent.Known
	i := 0
	for _, q := range spent.Quarters {
		for i+1 < len(days) && q.At >= days[i+1] {
			i++
		}
		addSpending(&out.Days[i], q.Session, q.Usage)
	}
	jobs, err := sums.JobSpend(ctx, days[len(days)-1], contract.MaxSpenders)
	if err != nil {
		return out, nil
	}
	for _, j := range jobs {
		out.Jobs = append(out.Jobs, contract.JobSpending(j))
	}
	return out, nil
}

// addSpending adds what was spent with the credential of a session to a day.
func addSpending(day *contract.DaySpending, session string, u messages.Usage) {
	day.Total = day.Total.Plus(u)
	i, found := slices.BinarySearchFunc(day.Sessions, session, func(s contract.SessionSpending, name string) int {
		return strings.Compare(s.Session, name)
	})
	if !found {
		day.Sessions = slices.Insert(day.Sessions, i, contract.SessionSpending{Session: session})
	}
	day.Sessions[i].Usage = day.Sessions[i].Plus(u)
}
