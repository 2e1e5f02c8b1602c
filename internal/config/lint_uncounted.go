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
// whatever it costs.
func (b *builder) unbound(n *node, def messages.Definition) {
	why := b.uncounted(def)
	if def.MaxTokensPerDay == 0 || why == "" {
		return
	}
	b.warn(n.find("max_tokens_per_day").value, "max_tokens_per_day can never hold for job %s: %s", def.Job, why)
}
