package engine

// agree logs what this node's job file says that the fleet does not go by. It is not taken in: nodes that have different
// files, in the middle of a roll-out for example, would undo each other's at every change of the one that decides.
func (r *Runtime) agree(was recovered) {
	if !was.configured() || r.filed {
		return // the file may be the one to begin with, or was looked at
	}
	s := r.settings()
	p := planned(s.Config, was.definitions(), was.spent, r.Now())
	r.note(s.Config, p.taken, was.definitions())
	r.keepOnly(p.taken)
	if len(p.added)+len(p.changed)+len(p.gone) == 0 {
		return
	}
	r.o.Logger.Warn("cron: this node's job file is not what the fleet goes by; `curfew reload` at this node takes it in " +
		"(in an upgrade, when all nodes are upgraded): " + p.String())
}
