package config

import "curfew/messages"

// uncounted says why nobody counts what a job's calls of a model cost; empty: somebody does.
func (b *builder) uncounted(def messages.Definition) string {
	kind, err := b.kinds.Get(def.Actor)
	if err != nil {
		return ""
	}
	return kind.Uncounted(def.With)
}

// unbound warns of a bound of tokens that can never hold: nobody counts the tokens of the job, so its day has 0 of them
// whatever it costs. One line stands for all jobs that have the bound from the same place, such as a default.
func (b *builder) unbound(n *node, def messages.Definition, told map[*node]bool) {
	if def.MaxTokensPerDay == 0 {
		return
	}
	at := n.find("max_tokens_per_day").value
	if told[at] {
		return
	}
	if why := b.uncounted(def); why != "" {
		told[at] = true
		b.warn(at, "max_tokens_per_day can never hold for job %s: %s", def.Job, why)
	}
}
