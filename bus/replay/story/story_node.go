package story

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/cockroachdb/datadriven"

	"curfew/bus/replay/brief"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// node performs a directive about a node: join NODE labels=(gpu:true) actors=(shell), with another incarnation= that of
// a new process, or with stopping as what the process says that is here; drain NODE, with undo the end of it; lose NODE, with
// alone for good. The directive late JOB reports,
// like the end of an attempt, what the last attempt of the job does that was in flight on a lost node.
func (s *Story) node(name string, d *datadriven.TestData) error {
	joined := messages.NodeJoined{Node: name, Incarnation: 1, Labels: labels(d, "labels"), Actors: list(d, "actors")}
	switch d.Cmd {
	case "late":
		a := s.gone[name]
		if a == nil {
			return fmt.Errorf("no attempt of %s was in flight on a lost node", name)
		}
		for _, f := range a.outcome(Outcome{Class: messages.Class(arg(d, "class", "")), Output: output(d)}) {
			if err := s.w.Publish(f); err != nil && !errors.Is(err, policy.ErrStale) {
				return err
			}
		}
		return nil
	case "lose":
		s.leave(name)
		why := messages.LossLapsed
		if hasArg(d, "alone") {
			why = messages.LossAlone
		}
		return s.w.Publish(messages.NodeLost{Node: name, Reason: why})
	case "drain":
		joined = messages.NodeJoined{Node: name}
		joined.Draining = !hasArg(d, "undo")
	default:
		var err error
		if joined.Incarnation, err = strconv.ParseUint(arg(d, "incarnation", "1"), 10, 64); err != nil {
			return fmt.Errorf("incarnation: %w", err)
		}
		if joined.Stopping = hasArg(d, "stopping"); !joined.Stopping {
			s.leave(name)
		}
	}
	return s.w.Publish(joined)
}

// leave remembers what is in flight on a node.
func (s *Story) leave(node string) {
	s.w.View(func(m *policy.Machine) {
		for _, a := range m.InFlight() {
			if a.Node == node {
				v, _ := m.Job(a.Job)
				s.gone[a.Job] = &simAttempt{AttemptStarted: a, ownKey: v.Definition.OwnKey}
			}
		}
	})
}

// nodes prints the nodes as people see them.
func (s *Story) nodes() (text string) {
	s.w.View(func(m *policy.Machine) {
		w := &strings.Builder{}
		for _, n := range m.Listed(s.w.Now()) {
			line := &brief.Line{}
			line.Add(n.Node)
			line.KV("labels", strings.ReplaceAll(messages.LabelsText(n.Labels), ", ", "+"))
			line.KV("draining", n.Draining)
			line.KV("stopping", n.Stopping)
			line.KV("running", n.Running)
			line.KV("lost", n.Lost)
			line.KV("reason", n.Reason)
			fmt.Fprintln(w, line)
		}
		if text = w.String(); text == "" {
			text = "none\n"
		}
	})
	return text
}

// labels are those of an argument such as labels=(gpu:true,zone:eu); nil: there are none.
func labels(d *datadriven.TestData, key string) map[string]string {
	var all map[string]string
	for _, l := range list(d, key) {
		if all == nil {
			all = map[string]string{}
		}
		name, value, _ := strings.Cut(l, ":")
		all[name] = value
	}
	return all
}
