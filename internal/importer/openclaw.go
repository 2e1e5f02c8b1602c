package importer

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"curfew/internal/importer/oracle"
	"curfew/messages/text"
)

// A clawJob is a job of OpenClaw, in its store or in what `openclaw automations list --all --json` prints.
type clawJob struct {
	ID       string `json:"id"`
	OldID    string `json:"jobId"` // of older stores
	Name     string `json:"name"`
	About    string `json:"description"`
	Key      string `json:"declarationKey"` // of a job that something declares again and again
	Enabled  *bool  `json:"enabled"`
	Delete   *bool  `json:"deleteAfterRun"`
	Schedule struct {
		Kind    string   `json:"kind"`
		Expr    string   `json:"expr"`
		Cron    string   `json:"cron"` // of older stores
		Zone    string   `json:"tz"`
		At      string   `json:"at"`
		AtMs    *float64 `json:"atMs"` // of older stores
		EveryMs *float64 `json:"everyMs"`
		Stagger *float64 `json:"staggerMs"`
	} `json:"schedule"`
	Payload struct {
		Kind    string   `json:"kind"`
		Timeout *float64 `json:"timeoutSeconds"`
	} `json:"payload"`
	Trigger json.RawMessage `json:"trigger"`
	Pacing  json.RawMessage `json:"pacing"`
	State   struct {
		Last string `json:"lastRunStatus"`
	} `json:"state"`
}

const (
	clawAgent   = time.Hour        // how long a run may take that calls a model, without a value of the job
	clawCommand = 10 * time.Minute // the same for a command
	clawScript  = 5 * time.Minute  // the same for a script
	clawUnbound = 480 * time.Hour  // how long to wait for a run without a bound: OpenClaw waits no longer than 24 days
	clawMargin  = 5 * time.Minute  // longer than a run may take, so that OpenClaw says how it has ended
	maxEpoch    = 1e13             // milliseconds since 1970: the year 2286
	clawStagger = 5 * time.Minute  // the window of expressions that begin at the full hour, every hour or so
)

// What OpenClaw 2026.9.6 says of a run that has failed: a missing sign-in was run, the others are read in its source.
const (
	clawExpired = `{any: [{json: {run.errorReason: "^(auth|auth_permanent|session_expired)$"}}]}`
	clawQuota   = `{any: [{json: {run.errorReason: "^billing$"}}]}`
)

const clawSignIn = "sign in with `openclaw models auth login --provider NAME` on the machine of the gateway, then `curfew session login {session}`"

var clawID = text.Pattern(`^[A-Za-z0-9][A-Za-z0-9._:-]*$`)

// openclaw reads the jobs of OpenClaw. A job of the job file has OpenClaw run its job now, so that prompt, agent, tools,
// conversation and delivery stay as they are.
func (b *batch) openclaw(s Source) {
	items := b.jsonSource(s)
	for _, item := range items {
		var j clawJob
		if err := json.Unmarshal(item.raw, &j); err != nil {
			b.add(s, item.line, base(s.Name)).refuse("it is not a job of OpenClaw, or it is not read here: %v", err)
			continue
		}
		if j.ID == "" {
			j.ID = j.OldID
		}
		b.clawJob(b.add(s, item.line, j.text()), &j)
	}
	if len(items) == 0 {
		return
	}
	b.remark("each job has OpenClaw run its job, with openclaw automations run, so that prompt, model, tools, conversation and delivery stay there; the gateway has to run, and the daemon's user may call it. Needs a version that knows --wait (2026.9.6 does)")
	b.remark("when: as OpenClaw 2026.9.6 does, which was run for this; what a lapsed quota says, and what it does after a restart, was read in its source and documentation")
	b.remark("after a failure OpenClaw waits up to an hour before the next start, and disables a job that fails ten times; here each slot starts")
	b.remark("missed slots: OpenClaw makes up for them once after a restart (unless cron.skipMissedJobs is set; then set catch_up: {policy: none})")
	b.remark("now: read the file, run curfew check, and openclaw automations disable each job before the daemon starts, or both run it; a disabled one still runs when it is asked for")
}

func (j *clawJob) text() string {
	s := j.Schedule
	when := s.Kind
	switch s.Kind {
	case "cron":
		when = strings.TrimSpace(s.Expr + s.Cron + " " + s.Zone)
	case "at":
		when = "at " + s.At
	case "every":
		when = "every " + milliseconds(s.EveryMs).String()
	}
	return fmt.Sprintf("%s (%s): %s", j.Name, j.ID, when)
}

// milliseconds is such a number as a duration; nothing, if it is none.
func milliseconds(ms *float64) time.Duration {
	const most = 1e12 // milliseconds: thirty years
	if ms == nil || *ms < 0 || *ms > most {
		return 0
	}
	return time.Duration(*ms) * time.Millisecond
}

// clawJob makes a job, or says why it is not moved.
func (b *batch) clawJob(e *Entry, j *clawJob) {
	if !clawID().MatchString(j.ID) {
		e.refuse("it has no id that openclaw automations run could be given")
		return
	}
	for _, own := range []string{"heartbeat:", "skill-collection-review:"} {
		if strings.HasPrefix(j.Key, own) || strings.HasPrefix(j.About, "[managed-by=") {
			e.refuse("it is one of OpenClaw's own, which OpenClaw would switch on again; leave it there")
			return
		}
	}
	out := b.titled(j.Name)
	e.job = out
	if b.clawWork(e, j); e.job == nil {
		return
	}
	if b.clawWhen(e, j); e.job == nil {
		return
	}
	if j.Enabled != nil && !*j.Enabled {
		e.pause("it is disabled there; set enabled to true if it is to run")
		out.never = true
	}
	if j.Key != "" {
		e.pause("it is declared by something with the key %q, which may switch it on again; set enabled to true if it stays off there", j.Key)
	}
	if isThere(j.Trigger) {
		e.pause("its trigger, a script that decides whether it runs, is not asked when it is started from here; set enabled to true if it is to run at every slot")
	}
	if isThere(j.Pacing) {
		e.pause("with pacing its agent sets the next time itself, which is not known here; leave it to OpenClaw, or set enabled to true")
	}
}

// isThere reports whether a member of an object has a value.
func isThere(raw json.RawMessage) bool {
	return len(raw) > 0 && string(raw) != "null"
}

// clawWork is what a job does, and how long it may take.
func (b *batch) clawWork(e *Entry, j *clawJob) {
	limit, agent := clawAgent, true
	switch j.Payload.Kind {
	case "agentTurn", "systemEvent":
	case "command":
		limit, agent = clawCommand, false
	case "script":
		limit, agent = clawScript, false
	default:
		e.refuse("a payload of the kind %q is OpenClaw's own, or not known here; leave it there", j.Payload.Kind)
		return
	}
	if t := j.Payload.Timeout; t != nil {
		limit = clawUnbound
		if *t > 0 && *t < clawUnbound.Seconds() {
			limit = time.Duration(*t) * time.Second
		}
	}
	words := []string{"openclaw", "automations", "run", j.ID, "--wait", "--wait-timeout", strconv.Itoa(int((limit + clawMargin).Seconds())) + "s"}
	e.job.timeout = span(limit + 2*clawMargin)
	if !agent {
		e.job.with.command = strings.Join(words, " ")
		return
	}
	e.job.actor, e.job.session = "cli-agent", "openclaw"
	e.job.with = work{argv: words, expired: clawExpired, quota: clawQuota, signIn: clawSignIn}
	b.session(e.job.session)
}

// clawWhen is when a job runs.
func (b *batch) clawWhen(e *Entry, j *clawJob) {
	s, out := j.Schedule, e.job
	switch s.Kind {
	case "cron":
		if s.Zone != "" {
			out.zone = s.Zone
		}
		at, err := time.LoadLocation(out.zone)
		if err != nil {
			e.refuse("the time zone %q is not known here", out.zone)
			return
		}
		p, err := croner.read(s.Expr + s.Cron)
		if err != nil {
			e.refuse("it is not an expression of croner 10, or it is not read here: %v", err)
			return
		}
		out.schedule, out.dst, out.days = []string{p.expression(true)}, "first_pass", p.and()
		out.rules = append(out.rules, p.rule(at, oracle.FirstPass))
		b.stagger(e, &p, s.Stagger)
	case "every":
		d := milliseconds(s.EveryMs)
		if d < time.Second || d%time.Second != 0 {
			e.refuse("its distance is not one of whole seconds")
			return
		}
		out.schedule, out.zone, out.apart = []string{"every " + span(d)}, "", fromStart
		e.warn("OpenClaw counts from the last start, Curfew at an even pace: the distance is the same, the minute is another")
	case "at":
		b.clawOnce(e, j)
	default:
		e.refuse("a schedule of the kind %q is about something else than time; leave it to OpenClaw", s.Kind)
	}
}

// stagger takes in the window in which OpenClaw puts a job, at a place of its own.
func (b *batch) stagger(e *Entry, p *plan, ms *float64) {
	d := milliseconds(ms).Round(time.Second)
	if ms == nil && p.text[cronMinute] == "0" && p.starred(cronHour) && (p.text[cronSecond] == "" || p.text[cronSecond] == "0") {
		d = clawStagger
	}
	const most = 24 * time.Hour
	switch {
	case d > most:
		e.pause("its window for a delay (staggerMs) is %v, and splay is at most 24h; set one that will do", d)
	case d > 0:
		e.job.splay = d
		e.note("OpenClaw delays it by a part of %v that is its own; splay does the same, with another part", d)
	}
}

// clawOnce takes in a job that comes once.
func (b *batch) clawOnce(e *Entry, j *clawJob) {
	at, ok := clawTime(j.Schedule.At)
	if ms := j.Schedule.AtMs; !ok && ms != nil && *ms > 0 && *ms < maxEpoch {
		at, ok = time.UnixMilli(int64(*ms)), true
	}
	switch {
	case !ok:
		e.refuse("%q is not a time", j.Schedule.At)
		return
	case j.State.Last == "ok":
		e.refuse("it has run, and does not come again")
		return
	case !at.After(b.From):
		e.refuse("its time has passed: %s; give it another if it is to run", at.UTC().Format(time.RFC3339))
		return
	}
	e.job.schedule, e.job.zone = []string{"at " + at.UTC().Format(time.RFC3339)}, ""
	e.job.apart, e.job.catchUp, e.job.once = comesOnce, "", j.Delete == nil || *j.Delete
}

// clawTime reads ISO 8601, or a number of milliseconds since 1970. Without a zone it is UTC.
func clawTime(text string) (time.Time, bool) {
	for _, form := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02"} {
		if at, err := time.Parse(form, text); err == nil {
			return at, true
		}
	}
	ms, err := strconv.ParseInt(text, 10, 64)
	return time.UnixMilli(ms), err == nil && ms > 0 && ms < maxEpoch
}
