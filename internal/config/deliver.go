package config

import (
	"slices"
	"time"

	"curfew/messages"
)

// defaultRemind is how long after a failure was delivered further ones are not, while the job goes on failing.
const defaultRemind = 24 * time.Hour

// deliver reads to which targets a job's outputs and failures go.
func (b *builder) deliver(job object) *messages.Deliver {
	n := job.get("deliver")
	if n == nil {
		return nil
	}
	o, ok := b.object(n, describedDeliver)
	if !ok {
		return nil
	}
	d := &messages.Deliver{Remind: messages.Duration(defaultRemind)}
	to := o.get("to", shapeText, shapeList)
	switch {
	case n.find("to") == nil && b.judging: // a job may have it
	case n.find("to") == nil:
		b.at(n, "deliver needs the key to: the name of a target, or a list of names")
	case to == nil:
	case to.shape == shapeText:
		d.To = b.named("deliver", []*node{to})
	case len(to.items) == 0 || len(to.items) > messages.MaxDeliverTo:
		b.at(to, "deliver.to must name 1 to %d targets", messages.MaxDeliverTo)
	default:
		d.To = b.named("deliver", to.items)
	}
	if n := o.get("best_effort", shapeBool); n != nil {
		d.BestEffort = n.scalar.(bool)
	}
	if v, ok := o.duration("remind"); ok {
		d.Remind = v
	}
	d.On = b.deliverOn(o)
	return d
}

func (b *builder) deliverOn(o object) (out []messages.DeliverOn) {
	n := o.get("on", shapeList)
	if n == nil {
		return nil
	}
	known := []messages.DeliverOn{messages.DeliverOnSuccess, messages.DeliverOnFailure}
	for _, item := range n.items {
		s, _ := item.scalar.(string)
		on := messages.DeliverOn(s)
		if !slices.Contains(known, on) || slices.Contains(out, on) {
			b.at(item, "deliver.on must list success, failure or both, each once, not %s", item)
			return nil
		}
		out = append(out, on)
	}
	if len(out) == 0 {
		b.at(n, "deliver.on must list success, failure or both")
	}
	return out
}
