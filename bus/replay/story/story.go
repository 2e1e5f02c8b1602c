// Package story tells stories: facts in, decisions out, in a text that a person reads. A story happens in a [World]: the
// pure machine ([Sim]), or a whole runtime. Stories are files of datadriven directives.
package story

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/cockroachdb/datadriven"

	"curfew/bus/replay/brief"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// A World is what a story happens in: the pure machine ([NewSim]), or a whole runtime. Both must print
// the same text. A world is quiet when a method returns: nothing more happens until time passes.
type World interface {
	Now() messages.Instant
	// Publish lets facts happen at this instant, in this order.
	Publish(facts ...messages.Fact) error
	// SignIn brings a credential for a session, which will lapse at that time; zero: it does not say.
	SignIn(session, by string, expires messages.Instant) error
	// End lets the attempt in flight of a job return.
	End(job string, o Outcome) error
	// Confirm lets the backend accept the first call of the attempt in flight of a job.
	Confirm(job string) error
	// SideEffect lets the attempt in flight of a job call a tool.
	SideEffect(job string) error
	// Stubborn makes attempts of a job ignore orders to stop until [World.End].
	Stubborn(job string)
	// Answer lets a target take, or refuse for good, the oldest message that it has before it.
	Answer(target string, taken bool) error
	// Advance lets time pass: timers go off and slots fall due.
	Advance(to messages.Instant) error
	// StepClock sets the wall clock forward or back without time passing.
	StepClock(d time.Duration) error
	// Restart ends the runtime and starts it again at the same instant: in order, or as a crash does.
	Restart(crash bool) error
	// Records returns what was appended to the log since the last call.
	Records() []messages.Record
	// View looks at the machine.
	View(f func(*policy.Machine))
}

// Outcome is how an attempt of a story ends.
type Outcome struct {
	Class      messages.Class // empty: success
	RetryAfter time.Duration
	Detail     messages.Detail
	Tokens     int    // that the model calls of the attempt cost
	Output     string // of a success
}

// Usage is what the attempt cost; nil: nothing.
func (o Outcome) Usage() *messages.Usage {
	if o.Tokens == 0 {
		return nil
	}
	return &messages.Usage{Calls: 1, OutputTokens: o.Tokens}
}

// Start is when stories begin, unless they say otherwise.
var Start = messages.At(time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC))

// Story runs one directive of a story and returns its text: the decisions in log order, or "nothing".
// docs/testing.md lists the directives.
type Story struct {
	w     World
	gated map[string]bool
	asked int
}

// New tells a story in a world. The actor types "agent" and "cli-agent" are gated.
func New(w World) *Story {
	return &Story{w: w, gated: map[string]bool{"agent": true, "cli-agent": true}}
}

// mistake begins the text of a directive that could not be carried out.
const mistake = "error: "

// Run performs one directive.
func (s *Story) Run(d *datadriven.TestData) string {
	s.w.Records() // what happened before belongs to nobody
	text, err := s.run(d)
	switch {
	case err != nil:
		return mistake + err.Error() + "\n"
	case text != "":
		return text
	case hasArg(d, "count"):
		return counted(s.w.Records())
	}
	return decisions(s.w.Records())
}

func (s *Story) run(d *datadriven.TestData) (string, error) {
	name := ""
	if len(d.CmdArgs) > 0 && len(d.CmdArgs[0].Vals) == 0 {
		name = d.CmdArgs[0].Key
	}
	switch d.Cmd {
	case "runtime":
		return "", s.runtime(d)
	case "job":
		return "", s.job(name, d)
	case "remove":
		return "", s.w.Publish(messages.JobRemoved{Job: name})
	case "pause":
		return "", s.w.Publish(messages.JobPaused{Job: name, By: "story"})
	case "resume":
		return "", s.w.Publish(messages.JobResumed{Job: name, By: "story"})
	case "run":
		s.asked++
		return "", s.w.Publish(messages.RunRequested{Job: name, Request: "ask-" + strconv.Itoa(s.asked), By: "story"})
	case "cancel":
		return "", s.w.Publish(messages.CancelRequested{Job: name, By: "story"})
	case "due":
		return "", s.due(d)
	case "missed":
		return "", s.missed(name, d)
	case "backfill":
		s.asked++
		return "", s.missed(name, d)
	case "advance", "until":
		to, err := until(s.w.Now(), d.CmdArgs[0].Key)
		if err != nil {
			return "", err
		}
		return "", s.w.Advance(to)
	case "clock":
		by, err := time.ParseDuration(d.CmdArgs[0].Key)
		if err != nil {
			return "", err
		}
		return "", s.w.StepClock(by)
	case "restart", "crash":
		return "", s.w.Restart(d.Cmd == "crash")
	case "session":
		return s.session(name), nil
	case "runs":
		return s.runs(name), nil
	case "untold":
		return s.untold(), nil
	case "target":
		return "", s.w.Answer(name, hasArg(d, "takes"))
	default:
		return "", s.attempt(name, d)
	}
}

// attempt is a directive about an attempt in flight, or about a session.
func (s *Story) attempt(name string, d *datadriven.TestData) error {
	switch d.Cmd {
	case "succeed":
		tokens, err := strconv.Atoi(arg(d, "tokens", "0"))
		if err != nil {
			return err
		}
		return s.w.End(name, Outcome{Tokens: tokens, Output: output(d)})
	case "fail":
		after, err := duration(d, "after", 0)
		if err != nil {
			return err
		}
		detail := messages.Detail(arg(d, "detail", ""))
		class := "transient"
		if detail == messages.DetailQuota {
			class = string(messages.ClassRateLimited)
		}
		return s.w.End(name, Outcome{Class: messages.Class(arg(d, "class", class)), RetryAfter: after, Detail: detail})
	case "expire":
		return s.w.End(name, Outcome{Class: messages.ClassSessionExpired})
	case "confirm":
		return s.w.Confirm(name)
	case "side-effect":
		return s.w.SideEffect(name)
	case "stubborn":
		s.w.Stubborn(name)
		return nil
	case "publish-expired":
		gen, err := strconv.ParseUint(arg(d, "generation", "0"), 10, 64)
		if err != nil {
			return err
		}
		return s.w.Publish(messages.SessionExpired{
			Session: name, Generation: gen, Source: "story", Reason: arg(d, "reason", "token expired"),
		})
	case "sign-in":
		var expires messages.Instant
		if v := arg(d, "expires", ""); v != "" {
			var err error
			if expires, err = until(s.w.Now(), v); err != nil {
				return err
			}
		}
		return s.w.SignIn(name, arg(d, "by", "ada"), expires)
	case "refresh-failed":
		var gen uint64
		s.w.View(func(m *policy.Machine) { v, _ := m.Session(name); gen = v.Generation })
		return s.w.Publish(messages.RefreshFailed{Session: name, Generation: gen, Error: "exit status 1", Unkept: d.HasArg("unkept")})
	case "sign-out":
		return s.w.Publish(messages.SessionExpired{Session: name, Source: "story", Reason: messages.ReasonSignedOut})
	default:
		return fmt.Errorf("unknown directive %q", d.Cmd)
	}
}

// output is what a success puts out; "blank" stands for what looks like nothing.
func output(d *datadriven.TestData) string {
	text := arg(d, "output", "")
	if text == "blank" {
		return " \n\t"
	}
	return text
}

// due publishes one batch of slots: now, unless slot says otherwise; twice with the flag twice.
func (s *Story) due(d *datadriven.TestData) error {
	slot := s.w.Now()
	if v := arg(d, "slot", ""); v != "" {
		var err error
		if slot, err = until(s.w.Now(), v); err != nil {
			return err
		}
	}
	var f messages.SlotsDue
	for _, a := range d.CmdArgs {
		if len(a.Vals) == 0 && a.Key != "twice" {
			f.Slots = append(f.Slots, messages.JobSlot{Job: a.Key, Slot: slot})
		}
	}
	if hasArg(d, "twice") {
		return s.w.Publish(f, f)
	}
	return s.w.Publish(f)
}

func (s *Story) missed(name string, d *datadriven.TestData) error {
	f := messages.SlotsMissed{Job: name}
	if d.Cmd == "backfill" {
		f.Backfill, f.Each = "backfill-"+strconv.Itoa(s.asked), !hasArg(d, "fold")
	}
	for _, v := range list(d, "slots") {
		at, err := until(s.w.Now().Add(-24*time.Hour), v)
		if err != nil {
			return err
		}
		f.Slots = append(f.Slots, at)
	}
	if len(f.Slots) == 0 {
		return fmt.Errorf("missed needs slots=(…)")
	}
	f.First = f.Slots[0]
	return s.w.Publish(f)
}

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

// untold prints the notifications that no target has taken.
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

// runs prints the unfinished runs of a job.
func (s *Story) runs(name string) (text string) {
	s.w.View(func(m *policy.Machine) {
		v, ok := m.Job(name)
		if !ok {
			text = "no such job\n"
			return
		}
		w := &strings.Builder{}
		for _, r := range v.Runs {
			line := &brief.Line{}
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

func decisions(recs []messages.Record) string {
	w := &strings.Builder{}
	for _, r := range recs {
		if d, ok := r.Body.(messages.Decision); ok {
			fmt.Fprintf(w, "%s %s\n", brief.Clock(r.At), brief.Of(d))
		}
	}
	if w.Len() == 0 {
		return "nothing\n"
	}
	return w.String()
}

// counted says how often each decision about each key was made, in the order of the first.
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
