package invariant

import (
	"fmt"
	"maps"
	"reflect"
	"slices"

	"curfew/bus/replay/brief"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// Ungated checks I5: it decides the facts of a journal again without the facts of sessions, and returns where a
// decision about a job of an ungated type differs from the recorded one. A job that was of a gated type, too, may differ,
// and so may all that follow one that may differ, or shared a lane with it ([mayDiffer]). Times, seqs and causes do not count. The
// records begin with the journal's first.
func Ungated(recs []messages.Record) []Violation {
	m := policy.New()
	free, lanes, follows := map[string]bool{}, lanesOf{}, map[string][]string{}
	recorded, replayed := map[string][]messages.Decision{}, map[string][]messages.Decision{}
	at := map[string][]uint64{}
	for _, r := range recs {
		switch b := r.Body.(type) {
		case messages.Decision:
			if free[b.Key()] && b.Topic() != messages.TopicSession && !toldAgain(b) {
				recorded[b.Key()] = append(recorded[b.Key()], b)
				at[b.Key()] = append(at[b.Key()], r.Seq)
			}
		case messages.Fact:
			if d, ok := b.(messages.JobDefined); ok {
				lanes.defined(d.Whole())
				free[d.Job] = !d.Gated
				if d.After != nil {
					follows[d.Job] = append(follows[d.Job], d.After.Job)
				}
			}
			if b.Topic() == messages.TopicSession {
				continue
			}
			for _, d := range m.Step(r.At, r.Seq, b) {
				if !toldAgain(d) {
					replayed[d.Key()] = append(replayed[d.Key()], d)
				}
			}
		}
	}
	var found []Violation
	differs := mayDiffer(free, lanes, follows)
	for _, job := range slices.Sorted(maps.Keys(free)) {
		want, got := recorded[job], replayed[job]
		if differs[job] {
			continue
		}
		for i, d := range want {
			if i >= len(got) || !reflect.DeepEqual(d, got[i]) {
				found = append(found, Violation{at[job][i], "I5", fmt.Sprintf("%s is decided otherwise without the session", brief.Of(d))})
				break
			}
		}
		if len(got) > len(want) {
			found = append(found, Violation{0, "I5", job + ": more is decided without the session"})
		}
	}
	return found
}

// mayDiffer are the jobs that may be decided otherwise without sessions: those of gated types, those that follow one that
// may differ, directly or not, and those that share a lane with one that may and is not always gated.
func mayDiffer(free map[string]bool, lanes lanesOf, follows map[string][]string) map[string]bool {
	differs, shared := map[string]bool{}, map[string]bool{}
	for job := range free {
		differs[job] = !free[job]
	}
	for more := true; more; {
		more = false
		for job, types := range lanes {
			may := differs[job] || slices.ContainsFunc(follows[job], func(of string) bool { return differs[of] })
			for actor, gated := range types {
				may = may || gated || shared[actor]
			}
			if may && !differs[job] {
				differs[job], more = true, true
			}
			for actor, gated := range types {
				if may && !gated && !shared[actor] { // the lane of a gated type has no others, but for jobs that change
					shared[actor], more = true, true
				}
			}
		}
	}
	return differs
}

// lanesOf are the actor types that each job has had, with whether they are gated.
type lanesOf map[string]map[string]bool

func (l lanesOf) defined(d messages.Definition) {
	if l[d.Job] == nil {
		l[d.Job] = map[string]bool{}
	}
	l[d.Job][d.Actor] = d.Gated
}

// toldAgain reports whether a decision repeats a notification. Its time depends on the other notifications of a target,
// and it decides nothing about a job.
func toldAgain(d messages.Decision) bool {
	n, ok := d.(messages.NotificationRequested)
	return ok && n.Again != ""
}
