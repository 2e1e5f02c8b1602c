package story

import (
	"cmp"
	"fmt"
	"strings"

	"curfew/bus/replay/brief"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// session prints a session as people see it.
func (s *Story) session(name string) (text string) {
	s.w.View(func(m *policy.Machine) {
		v, ok := m.Session(name)
		if !ok {
			text = "none\n"
			return
		}
		text = fmt.Sprintf("%s generation=%d held=%d jobs=%d", v.State, v.Generation, v.Held, v.Jobs)
		if v.Late > 0 {
			text += fmt.Sprintf(" late=%d", v.Late)
		}
		if v.Reason != "" {
			text += fmt.Sprintf(" reason=%q", v.Reason)
		}
		if v.Circuit != policy.CircuitClosed {
			text += fmt.Sprintf(" circuit=%s", v.Circuit)
		}
		text += "\n"
	})
	return text
}

// untold prints the notifications that no target has accepted.
func (s *Story) untold() (text string) {
	s.w.View(func(m *policy.Machine) {
		w := &strings.Builder{}
		for _, u := range m.Untold() {
			line := &brief.Line{}
			line.Add(cmp.Or(u.Session, u.Job))
			line.Add(string(u.Notice))
			if len(u.Waiting) > 0 {
				line.Add("waiting=" + strings.Join(u.Waiting, "+"))
			}
			var refused []string
			for _, r := range u.Refused {
				refused = append(refused, r.To)
			}
			if len(refused) > 0 {
				line.Add("refused=" + strings.Join(refused, "+"))
			}
			line.KV("due", u.Due)
			fmt.Fprintln(w, line)
		}
		if text = w.String(); text == "" {
			text = "none\n"
		}
	})
	return text
}

// unfinished prints the unfinished runs of a job.
func (s *Story) unfinished(name string) (text string) {
	s.w.View(func(m *policy.Machine) {
		v, ok := m.Job(name)
		if !ok {
			text = "no such job\n"
			return
		}
		w := &strings.Builder{}
		for _, r := range v.Runs {
			line := &brief.Line{}
			line.KV("run", s.runs.shown(name, r.ID))
			line.Add(string(r.Status))
			if r.Final {
				line.Add("final")
			}
			if len(r.Holds) > 0 {
				line.Add("holds=" + brief.Holds(r.Holds))
			}
			line.Slots(r.Slot, r.FirstSlot, r.Missed)
			line.KV("trigger", r.Trigger)
			line.KV("attempt", r.Attempt)
			line.KV("due", r.Due)
			fmt.Fprintln(w, line)
		}
		if text = w.String(); text == "" {
			text = "none\n"
		}
	})
	return text
}

func (s *Story) decisions(recs []messages.Record) string {
	w := &strings.Builder{}
	for _, r := range recs {
		if d, ok := r.Body.(messages.Decision); ok {
			fmt.Fprintf(w, "%s %s\n", brief.Clock(r.At), s.runs.in(d))
		}
	}
	if w.Len() == 0 {
		return "nothing\n"
	}
	return w.String()
}

// counted prints how often each decision about each key was made, in the order of the first one.
func counted(recs []messages.Record) string {
	var order []string
	n := map[string]int{}
	for _, r := range recs {
		if d, ok := r.Body.(messages.Decision); ok {
			k := strings.TrimSuffix(d.Name(), ".v1") + " " + d.Key()
			if n[k]++; n[k] == 1 {
				order = append(order, k)
			}
		}
	}
	if len(order) == 0 {
		return "nothing\n"
	}
	w := &strings.Builder{}
	for _, k := range order {
		fmt.Fprintf(w, "%s ×%d\n", k, n[k])
	}
	return w.String()
}
