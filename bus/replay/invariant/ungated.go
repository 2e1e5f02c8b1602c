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
// and so may all that shared a lane with it or follow one that may. Times, seqs and causes do not count. The
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
				lanes.defined(d.Definition)
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
	for _, job := range slices.Sorted(maps.Keys(free)) {
		want, got := recorded[job], replayed[job]
		if slices.ContainsFunc(ancestors(job, follows), func(of string) bool { return !free[of] || lanes.mixed(of) }) {
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

// ancestors are a job, and all jobs that it has followed at times, directly or not.
func ancestors(job string, follows map[string][]string) []string {
	all := []string{job}
	for i := 0; i < len(all); i++ {
		for _, of := range follows[all[i]] {
			if !slices.Contains(all, of) {
				all = append(all, of)
			}
		}
	}
	return all
}

// lanesOf are the actor types that each job has had, with whether they are gated.
type lanesOf map[string]map[string]bool

func (l lanesOf) defined(d messages.Definition) {
	if l[d.Job] == nil {
		l[d.Job] = map[string]bool{}
	}
	l[d.Job][d.Actor] = d.Gated
}

// mixed reports whether a lane of the job was also that of a job which was gated at times.
func (l lanesOf) mixed(job string) bool {
	for _, types := range l {
		if !slices.Contains(slices.Collect(maps.Values(types)), true) {
			continue
		}
		for actor := range types {
			if _, shared := l[job][actor]; shared {
				return true
			}
		}
	}
	return false
}

// toldAgain reports whether a decision repeats a notification. Its time depends on the other notifications of a target,
// and it decides nothing about a job.
func toldAgain(d messages.Decision) bool {
	n, ok := d.(messages.NotificationRequested)
	return ok && n.Again != ""
}
