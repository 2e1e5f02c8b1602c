package importer

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"curfew/internal/importer/oracle"
	"curfew/messages/text"
)

// A hermesJob is a job of Hermes, in cron/jobs.json of a profile.
type hermesJob struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Prompt   string `json:"prompt"`
	Schedule struct {
		Kind    string   `json:"kind"`
		Expr    string   `json:"expr"`
		Minutes *float64 `json:"minutes"`
		At      string   `json:"run_at"`
	} `json:"schedule"`
	Repeat struct {
		Times *int `json:"times"`
		Done  int  `json:"completed"`
	} `json:"repeat"`
	Enabled     *bool           `json:"enabled"`
	State       string          `json:"state"`
	Paused      string          `json:"paused_at"`
	Next        string          `json:"next_run_at"`
	Deliver     json.RawMessage `json:"deliver"` // a text or a list
	Skill       string          `json:"skill"`
	Skills      []string        `json:"skills"`
	Model       string          `json:"model"`
	Provider    string          `json:"provider"`
	Script      string          `json:"script"`
	NoAgent     bool            `json:"no_agent"`
	Workdir     string          `json:"workdir"`
	Interpreter string          `json:"interpreter"`
	BaseURL     string          `json:"base_url"`
	Context     json.RawMessage `json:"context_from"`
	Toolsets    []string        `json:"enabled_toolsets"`
	Effort      string          `json:"reasoning_effort"`
}

// What is known of Hermes: it looks at its jobs every minute.
const (
	hermesAgent  = "24h" // it ends an agent that is idle for ten minutes, and none that works
	hermesScript = "1h"  // of a script
	hermesLate   = "2m"  // a job that comes once and is later than that never starts
	hermesSignIn = "sign in with `hermes model` or `hermes auth` as the user that Curfew runs as, then `curfew session login {session}`"
)

var (
	hermesProfile = text.Pattern(`/profiles/([A-Za-z0-9._-]+)/cron/[^/]*$`)
	hermesName    = text.Pattern(`^[A-Za-z0-9][A-Za-z0-9._:/@+ -]*$`)
)

// hermes reads the jobs of a profile. Hermes cannot run a job of its own for another program without enabling it, so the
// prompt comes over, with a command that asks the same agent.
func (b *batch) hermes(s Source) {
	items := b.jsonSource(s)
	for _, item := range items {
		var j hermesJob
		if err := json.Unmarshal(item.raw, &j); err != nil {
			b.add(s, item.line, base(s.Name)).refuse("it is not a job of Hermes, or it is not read here: %v", err)
			continue
		}
		if j.ID == "" {
			j.ID = item.key
		}
		b.hermesJob(b.add(s, item.line, j.text()), &j, s)
	}
	if len(items) == 0 {
		return
	}
	b.remark("each job asks the agent with hermes chat, in a new conversation; approvals and memory are those of a chat, where Hermes keeps memory out of its cron. Skills, model, provider and folder come over")
	b.remark("when: as Hermes's own rule over croniter, which was read in its source of September 2026, and run over croniter 1.3.5; it looks at its jobs once a minute, so that they start up to a minute late, and here on time")
	b.remark("time zone: Hermes runs by timezone of its config.yaml, else by the machine's clock; what is written is the machine's")
	b.remark("missed slots: Hermes makes up for them once (unless cron.catch_up_missed is false; then set catch_up: {policy: none}); a job that comes once is not started later than two minutes")
	b.remark("now: read the file, run curfew check, and hermes cron pause each job before the daemon starts, or both run it")
}

func (j *hermesJob) text() string {
	s := j.Schedule
	when := s.Kind
	switch {
	case s.Kind == "cron":
		when = s.Expr
	case s.Kind == "once":
		when = "at " + s.At
	case s.Minutes != nil:
		when = fmt.Sprintf("every %vm", *s.Minutes)
	}
	return fmt.Sprintf("%s (%s): %s", j.Name, j.ID, when)
}

// hermesJob makes a job, or says why it is not moved.
func (b *batch) hermesJob(e *Entry, j *hermesJob, s Source) {
	out := b.titled(j.Name)
	e.job = out
	if b.hermesWork(e, j, s); e.job == nil {
		return
	}
	if b.hermesWhen(e, j); e.job == nil {
		return
	}
	if j.Enabled != nil && !*j.Enabled || j.State == "paused" || j.Paused != "" {
		e.pause("it is paused there; set enabled to true if it is to run")
		out.never = true
	}
	if times := j.Repeat.Times; times != nil && *times > 0 && j.Schedule.Kind != "once" {
		e.pause("it ends after %d runs, %d of which are done, and a job file counts none; set end, and enabled to true", *times, j.Repeat.Done)
	}
	b.hermesDeliver(e, j)
}

// hermesDeliver says what becomes of the answer.
func (b *batch) hermesDeliver(e *Entry, j *hermesJob) {
	var to []string
	var one string
	if json.Unmarshal(j.Deliver, &to) != nil && json.Unmarshal(j.Deliver, &one) == nil && one != "" {
		to = strings.Split(one, ",")
	}
	if len(to) > 0 && (len(to) > 1 || to[0] != "local") {
		e.warn("its answer was sent to %s, and here it is in curfew run logs: name a target in deliver (docs/deliveries.md); hermes send can be one", strings.Join(to, ", "))
	}
}

// hermesWork is what a job does.
func (b *batch) hermesWork(e *Entry, j *hermesJob, s Source) {
	home, _ := b.Home(b.User)
	folder, _, known := cutLast(s.Name, "/cron/")
	if !known || !strings.HasPrefix(folder, "/") {
		folder = home + "/.hermes"
	}
	out := e.job
	if owner, _, ok := strings.Cut(folder, "/.hermes"); ok && owner != home {
		e.pause("it is in the home %s, and the daemon runs as %s; import it with --user for the daemon of its owner", owner, b.User)
	}
	if out.with.dir = j.Workdir; out.with.dir == "" {
		out.with.dir = home
	}
	if j.NoAgent {
		b.hermesScript(e, j, folder)
		return
	}
	words := []string{"hermes"}
	if m := hermesProfile().FindStringSubmatch(s.Name); m != nil {
		words = append(words, "--profile", m[1])
	}
	words = append(words, "chat", "--quiet")
	skills := j.Skills
	if len(skills) == 0 && j.Skill != "" {
		skills = []string{j.Skill}
	}
	add := func(flag, value string) {
		switch {
		case value == "":
		case !hermesName().MatchString(value):
			e.pause("%s has the value %q, which is not taken over; add it to argv", flag, value)
		default:
			words = append(words, flag, value)
		}
	}
	add("--model", j.Model)
	add("--provider", j.Provider)
	add("--toolsets", strings.Join(j.Toolsets, ","))
	for _, skill := range skills {
		add("--skills", skill)
	}
	out.actor, out.session, out.timeout = "cli-agent", "hermes", hermesAgent
	out.with.argv, out.with.prompt = append(words, "--query={prompt}"), j.Prompt
	out.with.signIn = hermesSignIn
	b.session(out.session)
	switch {
	case strings.TrimSpace(j.Prompt) == "" && len(skills) == 0:
		e.refuse("it has no prompt")
		return
	case strings.TrimSpace(j.Prompt) == "":
		out.with.prompt = "Do what the skill says."
		e.pause("it has skills and no prompt; write one, and set enabled to true")
	}
	if j.Script != "" {
		e.pause("what its script %q prints goes into the prompt, which a job file cannot say; write a command that does both, and set enabled to true", j.Script)
	}
	if isThere(j.Context) && string(j.Context) != "[]" && string(j.Context) != `""` {
		e.pause("it begins with the last answer of another job (context_from), which a job file cannot say; set enabled to true if it may do without")
	}
	if j.BaseURL != "" || j.Effort != "" {
		e.pause("its base_url or reasoning_effort has no flag of hermes chat; set them in its configuration, and enabled to true")
	}
}

// hermesScript is a job that is a script alone.
func (b *batch) hermesScript(e *Entry, j *hermesJob, folder string) {
	path := j.Script
	switch {
	case path == "":
		e.refuse("it has no script")
		return
	case strings.HasPrefix(path, "~"):
		home, _ := b.Home(b.User)
		path = home + strings.TrimPrefix(path, "~")
	case !strings.HasPrefix(path, "/"):
		path = folder + "/scripts/" + path
	}
	with := "python3"
	if strings.HasSuffix(path, ".sh") || strings.HasSuffix(path, ".bash") {
		with = "bash"
	} else {
		e.warn("Hermes runs it by its own Python, here it is python3 of the PATH")
	}
	if j.Interpreter != "" {
		with = shellWordOf(j.Interpreter)
	}
	e.job.with.command, e.job.timeout = with+" "+shellWordOf(path), hermesScript
}

// plainWord is a word that a shell leaves as it is.
var plainWord = text.Pattern(`^[A-Za-z0-9_./:@%+,=-]+$`)

// shellWordOf is a text as a word of a shell.
func shellWordOf(text string) string {
	if plainWord().MatchString(text) {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// hermesWhen is when a job runs.
func (b *batch) hermesWhen(e *Entry, j *hermesJob) {
	out := e.job
	switch s := j.Schedule; s.Kind {
	case "cron":
		at, err := time.LoadLocation(b.Zone)
		if err != nil {
			e.refuse("the time zone %q is not known here", b.Zone)
			return
		}
		p, err := croniter.read(s.Expr)
		if err != nil {
			e.refuse("it is not an expression of croniter, or it is not read here: %v", err)
			return
		}
		if next, err := time.Parse(time.RFC3339Nano, j.Next); err == nil {
			_, there := next.Zone()
			if _, here := next.In(at).Zone(); there != here {
				e.pause("its next run is at %s, so that Hermes has a time zone of its own (timezone in its config.yaml): set timezone, and enabled to true", j.Next)
			}
		}
		out.schedule, out.dst = []string{p.expression(false)}, "vixie" // without a star no pace, which would count twice in a fold
		out.rules = append(out.rules, p.rule(at, oracle.Forward))
	case "interval":
		if s.Minutes == nil || *s.Minutes < 1 || *s.Minutes > 527_040 || *s.Minutes != float64(int(*s.Minutes)) {
			e.refuse("its distance is not one of 1 to 527,040 minutes")
			return
		}
		out.schedule, out.zone, out.apart = []string{"every " + span(time.Duration(*s.Minutes)*time.Minute)}, "", fromStart
		e.warn("Hermes counts from the last start, Curfew at an even pace: the distance is the same, the minute is another")
	case "once":
		at, err := time.Parse(time.RFC3339Nano, s.At)
		switch {
		case err != nil:
			e.refuse("%q is not a time with its offset", s.At)
			return
		case j.State == "completed" || !at.After(b.From):
			e.refuse("it has run, or its time has passed: %s; give it another if it is to run", s.At)
			return
		}
		out.schedule, out.zone = []string{"at " + at.Format(time.RFC3339)}, ""
		out.apart, out.catchUp, out.stale, out.once = comesOnce, "", hermesLate, true
	default:
		e.refuse("a schedule of the kind %q is not known here", s.Kind)
	}
}
