package web

import (
	"fmt"

	"curfew/internal/contract"
	"curfew/internal/explain"
	"curfew/internal/words"
	"curfew/messages"
	"curfew/messages/screen"
	"curfew/messages/text"
)

// maxStepShown bounds the text of one step of a trace on the page, in bytes. The whole of it is in the API's answer.
const maxStepShown = 2 << 10

// attemptPart is an attempt.
type attemptPart struct {
	Number            string
	Badge             badge
	Started, Finished moment
	Took              string
	Called            string
	Generation        string
	Incarnation       string
	Node              string // which performed it; empty: there were no nodes
	Usage             string
	Error             string // whole
	Left              string // processes that it left running; empty: none
	Steps             []stepLine
	Open              bool // its details are shown from the beginning
}

// HasMore reports whether there is more to say of it than fits into a row of the table.
func (a attemptPart) HasMore() bool { return a.Error != "" || a.Left != "" || len(a.Steps) > 0 }

// stepLine is a step of what an agent did.
type stepLine struct {
	Who   string // such as "assistant", or "calls search"
	Tone  string // a class of assets/style.css
	Text  string
	Cut   int    // bytes that are not shown
	Facts string // how long it took, and what it cost
}

// attempt is a part of the page.
func (v *visit) attempt(a contract.Attempt, zone string, last bool) attemptPart {
	p := attemptPart{
		Number: number(a.Number), Badge: classBadge(a), Started: v.moment(a.StartedAt, zone), Finished: v.moment(a.FinishedAt, zone),
		Generation: orNone(a.Generation), Incarnation: orNone(a.Incarnation), Called: called(a), Usage: usageOf(a.Usage), Open: last,
	}
	if !a.StartedAt.IsZero() && !a.FinishedAt.IsZero() {
		p.Took = words.Span(max(0, a.FinishedAt.Sub(a.StartedAt)))
	}
	if a.Node != nil {
		p.Node = screen.Line(*a.Node)
	}
	if a.Error != nil {
		p.Error = screen.Text(*a.Error)
	}
	if a.Left != nil {
		p.Left = screen.Line(a.Left.String())
	}
	for _, s := range a.Trace {
		if s.Kind == messages.StepMessage && s.Text == "" && s.Usage == nil {
			continue // the tools that the model asked for say it
		}
		p.Steps = append(p.Steps, step(s))
	}
	return p
}

// called says whether the actor was run at all.
func called(a contract.Attempt) string {
	switch {
	case a.Called == nil:
		return "–"
	case *a.Called:
		return "yes"
	default:
		return "no"
	}
}

// classBadge is how an attempt has ended.
func classBadge(a contract.Attempt) badge {
	switch {
	case a.FinishedAt.IsZero():
		return badgeOf(messages.StatusRunning)
	case a.Class == nil:
		return badgeOf(messages.StatusSucceeded)
	}
	b := badge{words.State(*a.Class), "bad", "cross"}
	switch *a.Class {
	case messages.ClassSessionExpired:
		b.Tone, b.Icon = "care", "lock"
	case messages.ClassRateLimited, messages.ClassTimeout:
		b.Tone, b.Icon = "care", "clock"
	case messages.ClassInterrupted:
		b.Tone, b.Icon = "quiet", "stop"
	case messages.ClassTransient:
		b.Icon = "again"
	case messages.ClassPanic:
		b.Icon = "warn"
	}
	return b
}

// usageOf is what model calls cost; empty: there were none.
func usageOf(u *messages.Usage) string {
	if u == nil {
		return ""
	}
	return words.Usage(u.Calls, u.InputTokens, u.OutputTokens)
}

// orNone is a number, or a dash for none.
func orNone(n *uint64) string {
	if n == nil {
		return "–"
	}
	return fmt.Sprint(*n)
}

// step is a step of a trace.
func step(s messages.Step) stepLine {
	shown := text.Head(s.Text, maxStepShown)
	line := stepLine{Who: s.Role, Tone: "quiet", Text: screen.Text(shown), Cut: len(s.Text) - len(shown)}
	switch s.Kind {
	case messages.StepToolCall:
		line.Who, line.Tone = "calls "+s.Tool, "busy"
	case messages.StepToolResult:
		line.Who, line.Tone = s.Tool+" answers", "good"
		if s.Failed {
			line.Who, line.Tone = s.Tool+" fails", "bad"
		}
	case messages.StepNote:
		line.Who, line.Tone = "note", "care"
	case messages.StepCut:
		line.Who = "steps were left out here"
	}
	line.Who = screen.Line(line.Who)
	if s.Took > 0 {
		line.Facts = "took " + words.Span(s.Took.D())
	}
	if u := usageOf(s.Usage); u != "" {
		line.Facts = joined(line.Facts, u)
	}
	if s.Stop != "" {
		line.Facts = joined(line.Facts, "ended: "+screen.Line(s.Stop))
	}
	return line
}

func joined(a, b string) string {
	if a == "" {
		return b
	}
	return a + ", " + b
}

// deliveryLine is a delivery of the run to a target.
type deliveryLine struct {
	To, Kind string
	State    badge
	Decided  moment
	Sentence string
}

// delivery is what became of a delivery.
func (v *visit) delivery(d explain.Delivery, zone string) deliveryLine {
	state := badge{string(d.State), "quiet", "clock"}
	switch d.State {
	case explain.DeliveryTaken:
		state.Tone, state.Icon = "good", "check"
	case explain.DeliveryRefused:
		state.Tone, state.Icon = "bad", "cross"
	case explain.DeliveryWaiting:
		if d.Error != nil {
			state.Tone, state.Icon = "care", "again"
		}
	}
	return deliveryLine{
		To: screen.Line(d.To), Kind: words.State(d.Kind), State: state, Decided: v.moment(d.DecidedAt, zone),
		Sentence: d.Sentence(func(i messages.Instant) string { at := v.moment(i, zone); return at.Text + " " + at.Zone }),
	}
}
