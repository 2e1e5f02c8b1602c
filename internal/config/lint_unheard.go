package config

// unheard warns, once for a file, that nobody is told of an outage: a job of it depends on a session, and it does not say
// where notifications go. Whoever names the log, or an empty list, has chosen; a program that has its jobs in code, too,
// hears of everything itself.
func (b *builder) unheard() {
	if b.notified != nil || b.coded {
		return
	}
	for _, def := range b.out.Jobs {
		if def.Session == "" || def.Disabled {
			continue
		}
		b.warn(b.top.n, "nobody is told when the sign-in of session %s lapses and its jobs (such as %s) wait: only the daemon's log has it; "+
			"notify: [NAME] sends it to a target (curfew help deliveries), and notify: [%s] says that the log is enough",
			def.Session, def.Job, defaultTarget)
		return
	}
}
