package config

import (
	"slices"

	"curfew/messages"
)

// untold warns that failures of jobs reach nobody, of a file that sends notifications to people: who set that up may take
// failures for notifications. One job that sends them, a monitor or a tracker is enough to know better.
func (b *builder) untold() {
	i := slices.IndexFunc(b.out.Notify, func(name string) bool { return name != defaultTarget })
	sends := func(d messages.Definition) bool { return d.Deliver.Wants(messages.DeliverOnFailure) }
	if b.notified == nil || i < 0 || len(b.out.Jobs) == 0 || slices.ContainsFunc(b.out.Jobs, sends) ||
		len(b.out.Healthchecks) > 0 || b.out.Sentry.Named {
		return
	}
	b.warn(b.notified, "that a job fails is no notification: only the log has it, or a tracker if %s is set; for all jobs of a type "+
		"defaults: {%s: {deliver: {to: %s, on: [failure]}}} sends it", defaultDSNEnv, b.out.Jobs[0].Actor, b.out.Notify[i])
}
