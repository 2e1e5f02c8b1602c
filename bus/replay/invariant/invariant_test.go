package invariant

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"curfew/messages"
)

// at makes records of bodies: facts take the next seq, a decision is caused by the fact before it.
func at(bodies ...messages.Body) []messages.Record {
	var recs []messages.Record
	cause := uint64(0)
	for i, b := range bodies {
		r := messages.Record{Seq: uint64(i + 1), At: begin.Add(time.Second), ID: "x", Body: b}
		if messages.KindOf(b) == messages.KindFact {
			cause = r.Seq
		} else {
			r.Cause = cause
		}
		recs = append(recs, r)
	}
	return recs
}

// Two weeks lie between the first record and the slot that the jobs are asked for.
const (
	begin = messages.Instant(1_798_761_600_000)
	slot  = messages.Instant(1_800_000_000_000)
)

func defined(job, actor, session string) messages.JobDefined {
	return messages.Defined(messages.Definition{
		Job: job, Actor: actor, Gated: actor == "agent", Session: session, Retry: messages.Retry{Attempts: 1},
	})
}

func started(run, job, session string, attempt int, gen uint64) messages.AttemptStarted {
	return messages.AttemptStarted{Run: messages.RunID(run), Job: job, Attempt: attempt, Session: session, Generation: gen}
}

func queued(run, job string) messages.RunQueued {
	return messages.RunQueued{Run: messages.RunID(run), Job: job, Trigger: messages.TriggerManual}
}

func joined(node string) messages.NodeJoined { return messages.NodeJoined{Node: node, Incarnation: 1} }

func on(node, run, job string, attempt int) messages.AttemptStarted {
	a := started(run, job, "", attempt, 0)
	a.Node = node
	return a
}

func lost(run, job string, attempt int) messages.AttemptInterrupted {
	ref := messages.AttemptRef{Run: messages.RunID(run), Job: job, Attempt: attempt}
	return messages.AttemptInterrupted{AttemptRef: ref, Why: messages.InterruptLost, Called: true}
}

// unanswered is n calls in a row that the backend did not answer, each of a run of its own.
func unanswered(n int) []messages.Body {
	bodies := []messages.Body{messages.GateProbing{Session: "default", Generation: 2}, messages.GateOpened{Session: "default", Generation: 2}}
	for i := range n {
		run := "u" + strconv.Itoa(i)
		bodies = append(bodies, queued(run, "a"), started(run, "a", "default", 1, 2), messages.AttemptFailed{
			AttemptRef: messages.AttemptRef{Run: messages.RunID(run), Job: "a", Attempt: 1}, Class: messages.ClassTransient,
			Detail: messages.DetailUnreachable, Called: true, Session: "default", Generation: 2,
		})
	}
	return bodies
}

// TestInvariantsSee: a journal that breaks a rule is found out by that rule and, where one says so, by no
// other. Without this, the random histories might be passing for want of a working check.
func TestInvariantsSee(t *testing.T) {
	conf := messages.RuntimeConfigured{Lanes: []messages.LaneConfig{{Actor: "agent", Size: 2}, {Actor: "shell", Size: 1}}}
	closed := messages.GateClosed{Session: "default", Generation: 1, Reason: "expired"}
	probing := messages.GateProbing{Session: "default", Generation: 2}
	ref := messages.AttemptRef{Run: "r", Job: "a", Attempt: 1}
	due := messages.SlotsDue{Slots: []messages.JobSlot{{Job: "a", Slot: slot}}}
	slotted := messages.RunQueued{Run: "r", Job: "a", Slot: slot, FirstSlot: slot}
	opens := messages.WakeScheduled{Timer: messages.Timer{Session: "default", Why: messages.WakeCircuit, Due: slot}}
	cases := []struct {
		name, rule string
		bodies     []messages.Body
	}{
		{"nothing is wrong", "", []messages.Body{due, slotted, probing, started("r", "a", "default", 1, 2), messages.AttemptSucceeded{AttemptRef: ref}, messages.RunFinished{Run: "r", Job: "a", Status: messages.StatusSucceeded}}},
		{"a start while closed", "I1", []messages.Body{closed, queued("r", "a"), started("r", "a", "default", 1, 2)}},
		{"a second start while probing", "I1", []messages.Body{probing, queued("r", "a"), queued("q", "b"), started("r", "a", "default", 1, 2), started("q", "b", "default", 1, 2)}},
		{"a start with a dead generation", "I2", []messages.Body{closed, probing, queued("r", "a"), started("r", "a", "default", 1, 1)}},
		{"an answer that nobody was in flight for", "I2", []messages.Body{probing, queued("r", "a"), started("r", "a", "default", 1, 2), messages.AttemptSucceeded{AttemptRef: ref}, messages.GateClosed{Session: "default", Generation: 2, Reason: "expired"}, messages.AttemptFailed{AttemptRef: ref, Class: messages.ClassSessionExpired, Called: true, Session: "default", Generation: 2}}},
		{"a slot that nobody names", "I3", []messages.Body{due}},
		{"a slot that two name", "I3", []messages.Body{due, slotted, messages.SlotSkipped{Job: "a", Slot: slot, Count: 1}}},
		{"a run that is queued twice", "I3", []messages.Body{queued("r", "a"), queued("r", "a")}},
		{"a start without the answer", "I4", []messages.Body{probing, queued("r", "a"), messages.RunHeld{Run: "r", Job: "a", Holds: []messages.Hold{messages.HoldAsk}}, started("r", "a", "default", 1, 2)}},
		{"a deadline for nothing", "I4", []messages.Body{queued("r", "a"), messages.WakeScheduled{Timer: messages.Timer{Run: "r", Job: "a", Why: messages.WakeAsk, Due: slot}}}},
		{"one attempt too many", "I6", []messages.Body{queued("r", "s"), started("r", "s", "", 1, 0), messages.AttemptFailed{AttemptRef: messages.AttemptRef{Run: "r", Job: "s", Attempt: 1}, Class: messages.ClassTransient}, started("r", "s", "", 2, 0)}},
		{"two attempts of a job", "§7.8", []messages.Body{probing, messages.GateOpened{Session: "default", Generation: 2}, queued("r", "a"), queued("q", "a"), started("r", "a", "default", 1, 2), started("q", "a", "default", 1, 2)}},
		{"a lane that is too full", "§8", []messages.Body{queued("r", "s"), queued("q", "z"), started("r", "s", "", 1, 0), started("q", "z", "", 1, 0)}},
		{"a report for an expired session", "§7.9", []messages.Body{messages.ErrorReported{Run: "r", Job: "a", Class: messages.ClassSessionExpired}}},
		{"two reports", "§8", []messages.Body{queued("r", "s"), messages.RunFinished{Run: "r", Job: "s", Status: messages.StatusFailed}, messages.ErrorReported{Run: "r", Job: "s"}, messages.ErrorReported{Run: "r", Job: "s"}}},
		{"a start while the circuit is open", "circuit", append(unanswered(5), opens, queued("q", "b"), started("q", "b", "default", 1, 2))},
		{"two that try at once", "circuit", append(unanswered(5), opens, messages.Woke(opens), queued("q", "b"), started("q", "b", "default", 1, 2), queued("p", "a"), started("p", "a", "default", 1, 2))},
		{"a circuit that opens too early", "circuit", append(unanswered(4), opens)},
		{"a circuit that never opens", "circuit", unanswered(6)},
		{"an output of a run that is not over", "deliver", []messages.Body{queued("r", "s"), messages.DeliveryRequested{Run: "r", Job: "s", To: "desk", Kind: messages.DeliverOutput}}},
		{"an output twice", "deliver", append(ended("r", messages.StatusSucceeded, messages.DeliverOutput), messages.DeliveryRequested{Run: "r", Job: "s", To: "desk", Kind: messages.DeliverOutput})},
		{"a failure twice", "deliver", append(ended("r", messages.StatusFailed, messages.DeliverFailure), ended("q", messages.StatusFailed, messages.DeliverFailure)...)},
		{"a reminder of nothing", "deliver", ended("r", messages.StatusFailed, messages.DeliverReminder)},
		{"a recovery from nothing", "deliver", ended("r", messages.StatusSucceeded, messages.DeliverRecovery)},
		{"an incident", "", append(append(ended("r", messages.StatusFailed, messages.DeliverFailure), ended("q", messages.StatusFailed, messages.DeliverReminder)...), ended("p", messages.StatusSucceeded, messages.DeliverRecovery, messages.DeliverOutput)...)},
		{"a start on a node", "", []messages.Body{joined("n"), queued("r", "s"), on("n", "r", "s", 1), messages.NodeLost{Node: "n", Reason: messages.LossAlone}, lost("r", "s", 1), started("r", "s", "", 2, 0)}},
		{"a start while all nodes are away", "nodes", []messages.Body{joined("n"), messages.NodeLost{Node: "n"}, queued("r", "s"), started("r", "s", "", 1, 0)}},
		{"a start without the node that is there", "nodes", []messages.Body{joined("n"), queued("r", "s"), started("r", "s", "", 1, 0)}},
		{"a start on a node that is gone", "nodes", []messages.Body{joined("n"), joined("o"), messages.NodeLost{Node: "n"}, queued("r", "s"), on("n", "r", "s", 1)}},
		{"a start on a node that is drained", "nodes", []messages.Body{messages.NodeJoined{Node: "n", Incarnation: 1, Draining: true}, queued("r", "s"), on("n", "r", "s", 1)}},
		{"a start on a node without the actor type", "nodes", []messages.Body{messages.NodeJoined{Node: "n", Incarnation: 1, Actors: []string{"agent"}}, queued("r", "s"), on("n", "r", "s", 1)}},
		{"a start on a node without the label", "nodes", []messages.Body{messages.Defined(messages.Definition{Job: "s", Actor: "shell", Retry: messages.Retry{Attempts: 1}, RunsOn: map[string]string{"gpu": "true"}}), joined("n"), queued("r", "s"), on("n", "r", "s", 1)}},
		{"an attempt that is not lost", "nodes", []messages.Body{joined("n"), queued("r", "s"), on("n", "r", "s", 1), lost("r", "s", 1)}},
		{"two attempts of a run at once", "nodes", []messages.Body{joined("n"), queued("r", "s"), on("n", "r", "s", 1), messages.NodeLost{Node: "n", Reason: messages.LossAlone}, started("r", "s", "", 2, 0)}},
		{"a run that ends twice", "§5", []messages.Body{queued("r", "s"), messages.RunFinished{Run: "r", Job: "s"}, messages.RunFinished{Run: "r", Job: "s"}}},
	}
	for _, c := range cases {
		all := append([]messages.Body{conf, defined("a", "agent", "default"), defined("b", "agent", "default"), defined("s", "shell", ""), defined("z", "shell", "")}, c.bodies...)
		found := Check(at(all...))
		rules := make([]string, len(found))
		for i, v := range found {
			rules[i] = v.Rule
		}
		if c.rule == "" && len(found) > 0 || c.rule != "" && !slices.Contains(rules, c.rule) {
			t.Errorf("%s: found %v, want %q", c.name, found, c.rule)
		}
	}
}

// ended is a run by hand of s that ends, and what is delivered of it.
func ended(id messages.RunID, s messages.Status, kinds ...messages.DeliveryKind) []messages.Body {
	out := []messages.Body{messages.RunQueued{Run: id, Job: "s", Trigger: messages.TriggerManual}, messages.RunFinished{Run: id, Job: "s", Status: s}}
	for _, w := range kinds {
		out = append(out, messages.DeliveryRequested{Run: id, Job: "s", To: "desk", Kind: w})
	}
	return out
}

// TestUngatedSees: a decision about a job of an ungated kind that is missing, or another, is found out.
func TestUngatedSees(t *testing.T) {
	conf := messages.RuntimeConfigured{
		Sessions: []messages.SessionConfig{{Name: "default"}},
		Lanes:    []messages.LaneConfig{{Actor: "shell", Size: 1}},
		Release:  messages.ReleaseConfig{CanaryWait: messages.Duration(time.Minute), Rate: 1},
	}
	asked := messages.RunRequested{Job: "s", Request: "1"}
	run := messages.RequestedRun("s", "1")
	made := messages.RunQueued{Run: run, Job: "s", Trigger: messages.TriggerManual}
	begun := messages.AttemptStarted{Run: run, Job: "s", Attempt: 1}
	cases := []struct {
		name, want string
		decisions  []messages.Body
	}{
		{"as it should be", "", []messages.Body{made, begun}},
		{"everything is missing", "more is decided", nil},
		{"one is missing", "more is decided", []messages.Body{made}},
		{"one is another", "otherwise", []messages.Body{made, messages.RunHeld{Run: run, Job: "s"}}},
	}
	for _, c := range cases {
		found := Ungated(at(append([]messages.Body{conf, defined("s", "shell", ""), asked}, c.decisions...)...))
		if c.want == "" && len(found) > 0 || c.want != "" && (len(found) == 0 || !strings.Contains(found[0].What, c.want)) {
			t.Errorf("%s: found %v, want %q", c.name, found, c.want)
		}
	}
}
