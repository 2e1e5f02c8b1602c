package importer

import (
	"slices"
	"strings"
	"time"

	"curfew/internal/config/yaml"
	"curfew/internal/importer/oracle"
	"curfew/messages/text"
)

var (
	workflowName = text.Pattern(`^[A-Za-z0-9._-]+\.ya?ml$`)
	asksHow      = text.Pattern(`github\.event_name|github\.event\.schedule|GITHUB_EVENT_NAME|\$\{\{\s*inputs\.`)
)

// shortestPace is the least distance of two slots in minutes that GitHub Actions keeps.
const shortestPace = 5

// githubActions reads workflows. A job of the job file starts the workflow on GitHub, where its steps run as before.
func (b *batch) githubActions(s Source) {
	root, err := yaml.Parse(string(s.Data))
	if err != nil {
		b.add(s, 0, base(s.Name)).refuse("it cannot be read here: %v", err)
		return
	}
	on := child(root, "on")
	list := child(on, "schedule")
	if list == nil {
		return
	}
	b.remark("each job starts its workflow with gh workflow run, in the folder of the repository, on the default branch; gh has to be signed in as the daemon's user. The run ends when GitHub has taken the order")
	b.remark("GitHub starts scheduled workflows late under load, or not at all, and stops after 60 days without activity in a public repository; here each slot starts")
	b.remark("now: read the file, run curfew check, and take schedule out of the workflow before the daemon starts, or both start it")
	for _, item := range list.Items {
		e := b.add(s, item.Line, textAt(item, "cron"))
		b.workflow(e, s, item, on)
	}
}

func (b *batch) workflow(e *Entry, s Source, item, on *yaml.Node) {
	name := base(s.Name)
	dir, _, found := cutLast(s.Name, "/.github/workflows/")
	p, err := robfig.read(textAt(item, "cron"))
	switch {
	case !workflowName().MatchString(name) || !found:
		e.refuse("a workflow is a file in the folder .github/workflows of its repository; name it by its path there")
		return
	case strings.ContainsAny(textAt(item, "cron"), "@?"):
		e.refuse("GitHub Actions knows neither @ nor ? in a schedule")
		return
	case err != nil:
		e.refuse("it is not a schedule of GitHub Actions, or it is not read here: %v", err)
		return
	}
	zone := textAt(item, "timezone")
	if zone == "" {
		zone = "UTC"
	}
	at, err := time.LoadLocation(zone)
	if err != nil {
		e.refuse("the time zone %q is not known here", zone)
		return
	}
	title := strings.TrimSuffix(strings.TrimSuffix(name, ".yml"), ".yaml")
	e.job = &job{
		name: b.named(title), schedule: []string{p.expression(true)}, zone: zone, dst: "vixie", retry: "{attempts: 1}", overlap: "skip",
		catchUp: "{policy: none}", rules: []oracle.Rule{p.rule(at, oracle.Debian)}, with: work{command: "gh workflow run " + name, dir: dir},
	}
	if !hasKey(on, "workflow_dispatch") {
		e.pause("its on has no workflow_dispatch, without which nobody but GitHub can start it; add it, and set enabled to true")
	}
	if asksHow().Match(s.Data) {
		e.pause("it asks how it was started (event_name, event.schedule or inputs), and would do another thing; look at it, and set enabled to true")
	}
	if p.stepsBeside() {
		e.pause("with a step after * in a day field it is not documented whether both days must match; write the days, and set enabled to true")
	}
	if gap := p.least(); gap < shortestPace {
		e.pause("GitHub starts a workflow every %d minutes at most, and here slots are %d min apart; write the pace that is meant, and set enabled to true", shortestPace, gap)
	}
	if zone != "UTC" {
		e.warn("what GitHub does with a time that the clock shows twice is not documented; here a fixed time starts once")
	}
}

// hasKey reports whether a mapping has a key, with or without a value.
func hasKey(n *yaml.Node, key string) bool {
	return slices.ContainsFunc(n.Entries, func(m yaml.Entry) bool { return m.Key.Text == key })
}

// stepsBeside reports whether both day fields are restricted, and one of them has a star.
func (p *plan) stepsBeside() bool {
	return p.restricted(cronDay) && p.restricted(cronWeekday) && strings.Contains(p.text[cronDay]+p.text[cronWeekday], "*")
}

// least is the least distance of two minutes of an hour.
func (p *plan) least() int {
	const hour = 60
	minutes := values(p.sets[cronMinute], 0, hour-1)
	least := hour
	for i, m := range minutes {
		next := minutes[(i+1)%len(minutes)]
		if gap := (next - m + hour) % hour; gap > 0 {
			least = min(least, gap)
		}
	}
	return least
}
