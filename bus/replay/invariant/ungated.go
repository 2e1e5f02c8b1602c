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
// decision about a job of an ungated type differs from the recorded one. Times, seqs and causes do not count. The
// records begin with the journal's first.
func Ungated(recs []messages.Record) []Violation {
	m := policy.New()
	free := map[string]bool{}
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
				free[d.Job] = !d.Gated
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
		if !free[job] {
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

// toldAgain reports whether a decision repeats a notification. Its time depends on the other notifications of a target,
// and it decides nothing about a job.
func toldAgain(d messages.Decision) bool {
	n, ok := d.(messages.NotificationRequested)
	return ok && n.Again != ""
}
