// Package find reads out of a journal what an explanation needs. There is no index: the journal is looked
// through at the level of bytes, and only what may belong to the answer is decoded. It explains nothing;
// package explain does.
package find

import (
	"context"
	"errors"
	"fmt"
	"time"

	"curfew/bus"
	"curfew/internal/explain"
	"curfew/messages"
)

const (
	// margin is how far before a slot its story is looked for at first: the clock may have been set.
	margin = 48 * time.Hour
	// tail is how many records from the end are looked through at first for the newest slot.
	tail = 1 << 16
	// maxShared bounds the records about sessions and definitions that are kept in memory; of more, the
	// oldest are forgotten.
	maxShared = 1 << 18
)

// ErrUnknownJob means that neither the journal nor the question knows the job.
var ErrUnknownJob = errors.New("find: unknown job")

// ErrUnknownRun means that the journal does not know the run, or that it is not one of the job.
var ErrUnknownRun = errors.New("find: unknown run")

// errEnough ends a search that has found everything.
var errEnough = errors.New("find: enough")

// Explain answers a question from a journal, which may grow meanwhile. First and Began of the question
// are filled in here.
func Explain(ctx context.Context, j bus.Records, q explain.Question) (explain.Explanation, error) {
	var none explain.Explanation
	first, err := j.First()
	if err != nil {
		return none, fmt.Errorf("find: %w", err)
	}
	oldest, err := j.Read(first, 1)
	if err != nil {
		return none, fmt.Errorf("find: %w", err)
	}
	if q.First = first; len(oldest) > 0 {
		q.Began = oldest[0].At
	}
	s := search{ctx: ctx, j: j, q: q, word: fmt.Appendf(nil, `"job":%q`, q.Job)}
	if err := s.readShared(); err != nil {
		return none, err
	}
	if q.Definition == nil && !s.named {
		return none, fmt.Errorf("%w %q", ErrUnknownJob, q.Job)
	}
	if q.Run != "" && s.first == 0 {
		return none, fmt.Errorf("%w %q", ErrUnknownRun, q.Run)
	}
	return s.explain()
}

// search is one question.
type search struct {
	ctx    context.Context
	j      bus.Records
	q      explain.Question
	shared []messages.Record
	word   []byte          // what a line about the job has in it
	named  bool            // the journal defines the job
	first  uint64          // the first record about the run that was asked for; 0: there is none
	missed uint64          // the newest SlotsMissed of the job
	told   map[string]bool // notifications that are shared, by id
}

// readShared looks through the whole journal once.
func (s *search) readShared() error {
	err := bus.Search(s.ctx, s.j, 0, s.shares, func(r messages.Record) error {
		switch b := r.Body.(type) {
		case messages.JobDefined:
			if b.Job != s.q.Job {
				return nil
			}
			s.named = true
		case messages.SlotsMissed:
			if b.Job == s.q.Job {
				s.missed = r.Seq
			}
		case messages.ClockSetBack:
			s.missed = r.Seq // behind it a slot may come again
		}
		s.remember(r)
		if s.first == 0 && s.q.Run != "" && explain.IsOf(r.Body, s.q.Job, s.q.Run) {
			s.first = r.Seq
		}
		if len(s.shared) == maxShared {
			s.shared = append(s.shared[:0], s.shared[maxShared/2:]...)
		}
		s.shared = append(s.shared, r)
		return nil
	})
	if err != nil {
		return fmt.Errorf("find: %w", err)
	}
	return nil
}

// explain looks through a part of the journal for the job's own records, and through more of it as long
// as the story has no beginning.
func (s *search) explain() (explain.Explanation, error) {
	starts, err := s.starts()
	if err != nil {
		return explain.Explanation{}, err
	}
	for i, from := range starts {
		e, err := s.pass(from)
		if err != nil {
			return explain.Explanation{}, err
		}
		if e.Known() || i == len(starts)-1 {
			return e.Answer(), nil
		}
	}
	return explain.Explanation{}, errors.New("find: nowhere to look")
}

// starts are the seqs from which to look, the nearest first; the last is the whole journal.
func (s *search) starts() ([]uint64, error) {
	last, err := s.j.Last()
	if err != nil {
		return nil, fmt.Errorf("find: %w", err)
	}
	var starts []uint64
	at := explain.New(s.q, s.shared).Target()
	switch {
	case s.q.Run != "" && s.first != 0:
		// What had been unfinished before the run is a little earlier.
		starts = append(starts, s.first-min(s.first-1, tail))
	case !at.IsZero():
		from, err := bus.SeqAt(s.j, at.Add(-margin))
		if err != nil {
			return nil, fmt.Errorf("find: %w", err)
		}
		starts = append(starts, from)
	case last > tail:
		starts = append(starts, last-tail)
	}
	if len(starts) > 0 && starts[0] <= s.q.First {
		starts = nil
	}
	return append(starts, s.q.First), nil
}

// pass tells an explainer everything from a seq on, and of before what is shared.
func (s *search) pass(from uint64) (*explain.Explainer, error) {
	e := explain.New(s.q, s.shared)
	shared := s.shared
	until := func(seq uint64) {
		for len(shared) > 0 && shared[0].Seq < seq {
			e.Add(shared[0])
			shared = shared[1:]
		}
	}
	// The last fact of the story may have more decisions behind the one that ends it, such as deliveries: from
	// there on every line is looked at, and the next fact is enough.
	var last uint64
	wants := func(l bus.Line) bool { return last != 0 || s.wants(l) }
	err := bus.Search(s.ctx, s.j, from, wants, func(r messages.Record) error {
		if last != 0 && r.Cause != last {
			if e.Done() {
				return errEnough
			}
			last = 0 // a target has not answered yet
		}
		until(r.Seq)
		if err := s.silent(e, r); err != nil {
			return err
		}
		e.Add(r)
		if last == 0 && r.Seq > s.missed && e.Done() {
			if last = r.Cause; last == 0 {
				return errEnough
			}
		}
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		return nil, fmt.Errorf("find: %w", err)
	}
	return e, nil
}

// silent tells an explainer between which records slots passed that were missed. It does not, if that cannot be said: the
// record before them is not kept any more, or the clock was set.
func (s *search) silent(e *explain.Explainer, r messages.Record) error {
	m, ok := r.Body.(messages.SlotsMissed)
	if !ok || m.Job != s.q.Job || m.Backfill != "" || !e.Fleet() {
		return nil
	}
	seq, err := bus.SeqAt(s.j, m.First)
	if err != nil {
		return err
	}
	around, err := s.j.Read(seq-1, 2)
	if err != nil || len(around) < 2 || around[0].Seq != seq-1 || seq > r.Seq {
		return err
	}
	e.Silent(r.Seq, around[0].At, around[1].At)
	return nil
}
