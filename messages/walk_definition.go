package messages

func (d *Definition) walk(w *walk) {
	w.open()
	text(w, "job", &d.Job)
	word(w, "actor", &d.Actor)
	w.flag("gated", &d.Gated)
	word(w, "session", &d.Session)
	if w.optional("own_key", !d.OwnKey) {
		w.flagValue(&d.OwnKey)
	}
	d.Timetable.walk(w)
	w.raw("with", &d.With)
	w.member("env")
	texts(w, &d.Env)
	w.without(d.EnvValues != nil)
	word(w, "on_hold", &d.OnHold)
	w.duration("stale_after", &d.StaleAfter)
	w.flag("rerun_after_tools", &d.RerunAfterTools)
	if w.optional("on_interrupt", d.OnInterrupt == "") {
		wordValue(w, &d.OnInterrupt)
	}
	d.Retry.walk(w)
	word(w, "overlap", &d.Overlap)
	if w.optional("max_parallel", d.MaxParallel == 0) {
		w.integerValue(&d.MaxParallel)
	}
	w.object("catch_up")
	word(w, "policy", &d.CatchUp.Policy)
	w.duration("window", &d.CatchUp.Window)
	w.close()
	w.duration("timeout", &d.Timeout)
	if w.optional("no_timeout", !d.NoTimeout) {
		w.flagValue(&d.NoTimeout)
	}
	w.object("history")
	w.integer("runs", &d.History.Runs)
	w.duration("age", &d.History.Age)
	w.close()
	d.walkRest(w)
	w.close()
}

// walkRest goes over what few jobs have.
func (d *Definition) walkRest(w *walk) {
	if w.optional("session_target", d.SessionTarget == "") {
		wordValue(w, &d.SessionTarget)
	}
	if w.optional("max_tokens_per_day", d.MaxTokensPerDay == 0) {
		w.integerValue(&d.MaxTokensPerDay)
	}
	if w.optional("disabled", !d.Disabled) {
		w.flagValue(&d.Disabled)
	}
	if w.optional("title", d.Title == "") {
		textValue(w, &d.Title)
	}
	if w.optional("description", d.Description == "") {
		textValue(w, &d.Description)
	}
	if w.optional("tags", d.Tags == nil) {
		texts(w, &d.Tags)
	}
	w.without(d.Deliver != nil)
	if w.optional("managed_by", d.ManagedBy == "") {
		wordValue(w, &d.ManagedBy)
	}
	w.without(d.RunsOn != nil)
}

func (t *Timetable) walk(w *walk) {
	text(w, "schedule", &t.Schedule)
	w.instant("anchor", &t.Anchor)
	word(w, "timezone", &t.Timezone)
	if w.optional("days", t.Days == "") {
		wordValue(w, &t.Days)
	}
	word(w, "dst", &t.DST)
	w.instant("start", &t.Start)
	w.instant("end", &t.End)
	w.member("exclude")
	texts(w, &t.Exclude)
	w.duration("splay", &t.Splay)
	w.flag("delete_after_run", &t.DeleteAfterRun)
	w.member("active_hours")
	if !w.null(t.ActiveHours == nil) {
		hours(w, &t.ActiveHours)
	}
	w.without(t.After != nil)
}

func hours(w *walk, p **ActiveHours) {
	if *p == nil { // only when reading
		*p = new(ActiveHours)
	}
	w.open()
	text(w, "start", &(*p).Start)
	text(w, "end", &(*p).End)
	w.close()
}

func (r *Retry) walk(w *walk) {
	w.object("retry")
	w.integer("attempts", &r.Attempts)
	w.duration("initial", &r.Initial)
	w.fraction("factor", &r.Factor)
	w.duration("max", &r.Max)
	w.fraction("jitter", &r.Jitter)
	w.duration("within", &r.Within)
	w.close()
}

// object begins a member that is an object.
func (w *walk) object(name string) {
	w.member(name)
	w.open()
}

// texts passes a list of texts.
func texts(w *walk, all *[]string) {
	for i := 0; item(w, all, i); i++ {
		textValue(w, &(*all)[i])
	}
}
