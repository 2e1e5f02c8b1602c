package browser

import (
	"fmt"
	"strings"
	"time"
)

// A job is a line of a job file, and how its attempts of the past went.
type job struct {
	name, actor, schedule, with string
	more                        string        // further keys, each with a comma behind it
	takes                       time.Duration // about how long an attempt lasts
	fails                       uint32        // of a hundred attempts
	complaint                   string        // of those that fail
}

// file is the job file of jobs. A past knows no `with` blocks: its actors are stand-ins.
func file(jobs []job, backend string, isReal bool) string {
	var b strings.Builder
	fmt.Fprintf(&b, "sessions:\n  default: {backend: %q, sign_in: \"https://app.example.com/login\"}\njobs:\n", backend)
	for _, j := range jobs {
		with := "{}, timeout: 3h"
		if isReal {
			with = j.with
		}
		fmt.Fprintf(&b, "  - {name: %s, actor: %s, schedule: %q, %swith: %s}\n", j.name, j.actor, j.schedule, j.more, with)
	}
	return b.String()
}

// calm is a job that nobody disturbs.
const calm = "rotate_logs"

// talks is a job that runs until it is cancelled, and says something now and then.
const talks = "import_photos"

// ordinary are the jobs of a person with a few agents.
var ordinary = []job{
	{
		name: "morning_briefing", actor: "agent", schedule: "0 7 * * *", with: `{prompt: "Prepare my day."}`, takes: 4 * time.Minute,
		more: `title: "Morning briefing", description: "What is in the calendar, what the weather is, and what came in overnight.", tags: [daily, desk], `,
	},
	{
		name: "inbox_triage", actor: "agent", schedule: "*/15 * * * *", with: `{prompt: "Sort what came in."}`, takes: 2 * time.Minute, fails: 4,
		complaint: "the backend answers 503: overloaded", more: `tags: [mail], `,
	},
	{name: "news_digest", actor: "agent", schedule: "30 */2 * * *", with: `{prompt: "What is new?"}`, takes: 6 * time.Minute, more: `tags: [daily], `},
	{name: "weekly_report", actor: "agent", schedule: "0 16 * * 5", with: `{prompt: "Write the report of the week."}`, takes: 9 * time.Minute},
	{
		name: "backup", actor: "shell", schedule: "10 * * * *", with: `{command: "echo 1.2 GB are saved"}`, takes: 7 * time.Minute, fails: 12,
		complaint: "rsync: connection unexpectedly closed (0 bytes received so far)", more: `title: "Backup of the home folder", tags: [nightly], `,
	},
	{name: "sync_calendar", actor: "shell", schedule: "*/10 * * * *", with: `{command: "echo 3 events"}`, takes: 20 * time.Second},
	{
		name: "check_certificates", actor: "shell", schedule: "45 */3 * * *", with: `{command: "echo one certificate ends soon >&2; exit 1"}`,
		takes: 15 * time.Second, fails: 100, complaint: "www.example.com ends in 6 days",
	},
	{name: calm, actor: "shell", schedule: "0 3 * * *", with: `{command: "echo done"}`, takes: time.Minute},
	{name: talks, actor: "shell", schedule: "20 4 * * *", with: `{command: "i=0; while :; do i=$((i+1)); echo photo $i; sleep 0.5; done"}`, takes: 50 * time.Minute},
	{name: "thumbnails", actor: "shell", schedule: "5 5 * * *", with: `{command: "echo 40 pictures"}`, takes: 12 * time.Minute},
}

// wordy are jobs with the longest names, and texts that a page has to break.
var wordy = []job{
	{
		name: "a" + strings.Repeat("-very_long_name", 4) + "xx", actor: "shell", schedule: "*/20 * * * *", takes: time.Minute, fails: 60,
		with:      `{command: "echo ` + strings.Repeat("endless", 60) + `; exit 3"}`,
		complaint: strings.Repeat("/srv/data/of/somebody/with/deep/folders", 8) + ": permission denied",
		more:      `title: "` + strings.Repeat("Ein ziemlich langer Titel ", 7) + `", description: "` + strings.Repeat("W", 300) + `", tags: [` + strings.Repeat("t", 60) + `, b], `,
	},
	{
		name: "nachtschicht", actor: "agent", schedule: "*/30 * * * *", takes: 2 * time.Minute, with: `{prompt: "` + strings.Repeat("Räume auf. ", 60) + `"}`,
		more: `title: "夜間の処理 – <b>ночная</b> смена &amp; 🌙", `,
	},
	{name: "z", actor: "shell", schedule: "0 0 29 2 *", with: `{command: "true"}`},
}

// crowd are very many jobs.
func crowd(n int) (all []job) {
	for i := range n {
		all = append(all, job{
			name: fmt.Sprintf("t%05d", i), actor: "shell", schedule: fmt.Sprintf("%d %d * * *", i%60, i/60%24), with: `{command: ":"}`,
			more: fmt.Sprintf("tags: [g%d], ", i%7),
		})
	}
	return all
}
