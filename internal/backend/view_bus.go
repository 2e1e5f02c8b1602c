package backend

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"curfew/bus"
	"curfew/bus/jsonl"
	"curfew/internal/contract"
	"curfew/internal/explain/find"
	"curfew/messages"
)

// Bounds of the pages of the bus.
const (
	maxLooked   = 1 << 15 // records that are looked at for one page of a query; it goes on from there
	maxExported = 1 << 20 // records of a span
)

// Records are the newest records that a query selects.
func (b backend) Records(ctx context.Context, q contract.RecordQuery) (out contract.Records, err error) {
	wanted, err := typesOf(q.Type)
	if err != nil {
		return out, err
	}
	pick := picker{q: q.EventQuery, wanted: wanted}
	j := b.r.Journal()
	if out.First, err = j.First(); err != nil {
		return out, fmt.Errorf("records: %w", err)
	}
	out.Last = b.r.Log().Last()
	end := out.Last + 1 // of what is left to look at
	if q.Before > 0 {
		end = min(end, q.Before)
	}
	begin := max(out.First, q.After+1)
	for looked := uint64(0); end > begin && len(out.Items) < q.Limit && looked < maxLooked; {
		if err := ctx.Err(); err != nil {
			return out, err
		}
		from := max(begin, end-min(end, bus.PageSize))
		part, err := read(j, from, end)
		if err != nil {
			return out, err
		}
		for _, r := range slices.Backward(part) {
			end = r.Seq
			looked++
			if r, ok := pick.pick(r); ok && messages.KindOf(r.Body) != messages.KindOpaque {
				if out.Items = append(out.Items, r); len(out.Items) == q.Limit {
					break
				}
			}
		}
		if len(part) == 0 {
			end = from
		}
	}
	if end > begin {
		out.Older = end
	}
	return out, nil
}

// read is the records from a seq to before another one.
func read(j bus.Journal, from, end uint64) (all []messages.Record, err error) {
	for from < end {
		part, err := j.Read(from, int(min(end-from, bus.PageSize)))
		if err != nil {
			return all, fmt.Errorf("records: %w", err)
		}
		if len(part) == 0 {
			return all, nil
		}
		all = append(all, part...)
		from = part[len(part)-1].Seq + 1
	}
	return slices.DeleteFunc(all, func(r messages.Record) bool { return r.Seq >= end }), nil
}

// Chain is a record with its causes.
func (b backend) Chain(ctx context.Context, seq uint64) (contract.Chain, error) {
	free, err := b.explainer(ctx)
	if err != nil {
		return contract.Chain{}, err
	}
	defer free()
	c, err := find.Chain(ctx, b.r.Journal(), seq)
	if errors.Is(err, find.ErrNoRecord) {
		return contract.Chain{}, contract.NotFound("the journal has no record %d, or no longer", seq)
	}
	out := contract.Chain{
		Record: c.Fact, Before: c.Before, Cut: c.Cut, Fact: c.Fact, Decisions: c.Decisions, More: c.More, Answers: c.Answers,
	}
	for _, d := range c.Decisions {
		if d.Seq == seq {
			out.Record = d
		}
	}
	return out, err
}

// Span finds a part of the journal that can be replayed alone.
func (b backend) Span(ctx context.Context, from, to contract.Place) (contract.Span, error) {
	j := b.r.Journal()
	begin, err := seqOf(j, from, 1)
	if err != nil {
		return contract.Span{}, err
	}
	end, err := seqOf(j, to, math.MaxUint64)
	if err != nil {
		return contract.Span{}, err
	}
	if to.At != 0 && end > 0 {
		end-- // what came before that time
	}
	s, err := jsonl.SpanOf(j, begin, end)
	switch {
	case errors.Is(err, jsonl.ErrNotReplayable):
		return contract.Span{}, contract.Refused("these records cannot be decided again: what came before them was removed from the journal, " +
			"and the first state that it has is from a later time; choose a later end")
	case err != nil:
		return contract.Span{}, err
	case s.Records() == 0 || end < begin:
		return contract.Span{}, contract.Refused("the journal has no record in this span")
	case s.Records() > maxExported:
		return contract.Span{}, contract.Refused("the span would have %d records, and at most %d are exported here; "+
			"`curfew journal export` writes the whole journal", s.Records(), maxExported)
	}
	return contract.Span{From: s.From, To: s.To, State: s.State(), Write: func(w io.Writer) error {
		free, err := b.explainer(ctx)
		if err != nil {
			return err
		}
		defer free()
		_, err = s.Export(w, j)
		return err
	}}, nil
}

// seqOf is the seq at a place; end is that of the zero one.
func seqOf(j bus.Journal, p contract.Place, end uint64) (uint64, error) {
	switch {
	case p.Seq != 0:
		return p.Seq, nil
	case p.At != 0:
		return bus.SeqAt(j, p.At)
	default:
		return end, nil
	}
}
