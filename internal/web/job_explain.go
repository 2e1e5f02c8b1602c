package web

import (
	"curfew/internal/contract"
	"curfew/internal/explain"
	"curfew/internal/words"
	"curfew/messages"
)

// explainModel is what became of a slot or a run.
type explainModel struct {
	Job      string
	Asked    string // the slot in question, as it was written; empty: the newest one, or a run
	Slot     moment
	Run      string
	State    *badge // nil: there is no run
	Verdict  []piece
	Zone     string
	Chain    []recordRow
	Omitted  string
	Letters  []string // deliveries that are not answered
	Before   string   // the slot before, where there is none at that time
	After    string
	BeforeAt moment
	AfterAt  moment
}

func askExplain(v *visit) (answer, error) {
	name := v.name("name")
	at, err := v.filter("at")
	if err != nil {
		return answer{}, err
	}
	run, err := v.filter("run")
	if err != nil {
		return answer{}, err
	}
	if at != "" && run != "" {
		return answer{}, contract.Malformed("use either at or run, not both")
	}
	when, err := explain.ParseWhen(at)
	if err != nil {
		return answer{}, contract.Malformed("%v", err)
	}
	x, err := v.Backend.Explain(v.ctx, contract.ExplainQuery{Job: name, At: when, Run: messages.RunID(run)})
	if err != nil {
		return answer{}, err
	}
	m := explainModel{
		Job: name, Asked: at, Slot: v.moment(x.Slot, x.Timezone), Verdict: pieces(v.verdict(x)), Zone: v.clock.zone(x.Timezone).String(),
		Before: explainAt(name, x.Near.Before), After: explainAt(name, x.Near.After),
		BeforeAt: v.moment(x.Near.Before, x.Timezone), AfterAt: v.moment(x.Near.After, x.Timezone),
	}
	if x.Run != nil {
		m.Run = string(*x.Run)
	}
	if x.Status != nil {
		b := badgeOf(*x.Status)
		m.State = &b
	}
	for _, l := range x.Chain {
		m.Chain = append(m.Chain, v.linkRow(l, x.Timezone))
	}
	if x.Omitted > 0 {
		m.Omitted = count(x.Omitted, "more record")
	}
	for _, d := range x.Deliveries {
		if d.State == explain.DeliveryWaiting {
			m.Letters = append(m.Letters, d.Sentence(func(at messages.Instant) string { return v.moment(at, x.Timezone).Text }))
		}
	}
	return answer{title: "Why: job " + name, model: m}, nil
}

// verdict is the verdict of an explanation, what keeps the job from running now, and how old it is if that has to be said.
func (v *visit) verdict(x explain.Explanation) string {
	text := x.Verdict
	if x.Now != "" {
		text += " " + x.Now
	}
	if x.AsOf.IsZero() {
		return text
	}
	return text + " " + words.AsOf(v.moment(x.AsOf, x.Timezone).Full)
}
