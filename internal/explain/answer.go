package explain

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"curfew/messages"
)

// Answer is the explanation by the records so far.
func (e *Explainer) Answer() Explanation {
	e.missing()
	x := Explanation{Job: e.q.Job, Timezone: e.zone.String(), Chain: []Link{}, Deliveries: []Delivery{}, AsOf: e.q.AsOf}
	s := e.chosen()
	var rs []messages.Record
	switch {
	case s != nil && s.run != nil:
		rs = e.ofRun(&x, s)
	case s != nil && s.skip.Body != nil:
		x.Slot, x.Status = s.slot, orNull(messages.StatusSkipped)
		x.Verdict = e.skipVerdict(s)
		rs = s.records
	default:
		rs = e.nothing(&x, s)
		if e.recentlyBack(e.now) {
			x.Verdict = sentence(strings.TrimSuffix(x.Verdict, "."), "; "+e.setBackText())
			rs = append(rs, e.back)
		}
	}
	if x.Status == nil || *x.Status != messages.StatusHeld { // of one that is held the verdict says it
		x.Now = e.present.stands()
	}
	e.chain(&x, rs, s)
	return x
}

// ofRun explains a slot by the run that covers it, and by the run into which that one was folded.
func (e *Explainer) ofRun(x *Explanation, s *subject) (rs []messages.Record) {
	r := s.run
	if x.Slot = s.slot; x.Slot.IsZero() {
		x.Slot = r.slot
	}
	last := r
	for n := 0; last.into != nil && n < maxSubjects; n++ {
		rs = append(rs, e.story(last)...)
		x.Omitted += last.omitted
		last = last.into
	}
	rs = append(rs, e.story(last)...)
	x.Run, x.Status = orNull(last.id), orNull(e.status(last))
	x.Verdict = e.runVerdict(s, last)
	x.Omitted += last.omitted
	return rs
}

// story is the records of a run, and those records of its outages that concern it.
func (e *Explainer) story(r *run) []messages.Record {
	rs := slices.Clone(r.records)
	for _, m := range r.outages {
		until, canary := r.startAfter(m.from)
		if canary {
			until = max(until, m.opened)
		}
		for _, rec := range m.records {
			if rec.Seq <= until {
				rs = append(rs, rec)
			}
		}
	}
	return rs
}

// startAfter is the seq of the record after seq by which the run stopped waiting for a gate, and whether it was the
// canary.
func (r *run) startAfter(seq uint64) (until uint64, canary bool) {
	for _, rec := range r.records {
		if d, ok := rec.Body.(messages.AttemptStarted); ok && rec.Seq > seq && d.Run == r.id {
			return rec.Seq, d.Canary
		}
	}
	if r.finished.Seq != 0 {
		return r.finished.Seq, false
	}
	return ^uint64(0), false
}

// status is the present status of the run.
func (e *Explainer) status(r *run) messages.Status {
	switch {
	case r.final.Status != "":
		return r.final.Status
	case r.flight:
		return messages.StatusRunning
	case len(e.holds(r)) > 0:
		return messages.StatusHeld
	case !r.retry.IsZero():
		return messages.StatusBackingOff
	default:
		return messages.StatusQueued
	}
}

// holds are the holds of a waiting run. Session, pause and node follow from the present state of the
// gate, the job and the nodes.
func (e *Explainer) holds(r *run) (hs []messages.Hold) {
	if s := e.session(); s != "" && (e.gate(s).state == messages.StateClosed || e.gate(s).state == messages.StateProbing) {
		hs = append(hs, messages.HoldSession)
	}
	if d := e.job.newest(); e.paused != nil || d != nil && d.Disabled {
		hs = append(hs, messages.HoldPaused)
	}
	for _, h := range r.holds {
		if h != messages.HoldSession && h != messages.HoldPaused && h != messages.HoldNode {
			hs = append(hs, h)
		}
	}
	if e.unplaced() {
		hs = append(hs, messages.HoldNode)
	}
	return hs
}

// chain puts the records in order, drops duplicates, and says what each of them means.
func (e *Explainer) chain(x *Explanation, rs []messages.Record, s *subject) {
	rs = slices.DeleteFunc(rs, func(r messages.Record) bool { return r.Body == nil })
	slices.SortFunc(rs, func(a, b messages.Record) int { return cmp.Compare(a.Seq, b.Seq) })
	rs = slices.CompactFunc(rs, func(a, b messages.Record) bool { return a.Seq == b.Seq })
	x.Deliveries = e.post.Deliveries(told(rs)...)
	if n := len(rs) - MaxChain; n > 0 {
		rs = slices.Delete(rs, MaxChain/2, MaxChain/2+n)
		x.Omitted += n
	}
	t := teller{Explainer: e, subject: s, started: map[messages.RunID]messages.Record{}}
	for i, r := range rs {
		l := Link{Seq: r.Seq, At: r.At, Kind: messages.KindOf(r.Body), Name: r.Body.Name(), Text: t.tell(r), Body: e.body(r.Body)}
		if r.Cause != 0 {
			l.Cause = orNull(r.Cause)
		}
		if r.Body.Name() != (messages.ClockSetBack{}).Name() && i > 0 && r.At < rs[i-1].At {
			l.Text += " (the clock had been set back by " + long(rs[i-1].At.Sub(r.At)) + ")"
		}
		x.Chain = append(x.Chain, l)
	}
}

// body is the message, unless it is large or about other jobs, too.
func (e *Explainer) body(b messages.Body) json.RawMessage {
	if k := b.Key(); k != e.q.Job && b.Topic() != messages.TopicSession && jobOf(b) != e.q.Job {
		return nil
	}
	raw, err := messages.Encode(b)
	if err != nil || len(raw) > MaxBody {
		return nil
	}
	return raw
}

func orNull[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}
