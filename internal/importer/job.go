package importer

import (
	"fmt"
	"strings"
	"time"

	"curfew/internal/importer/oracle"
	"curfew/messages/text"
)

// neverEnds is the longest window of catch_up that a job file knows: its source has none.
const neverEnds = "87600h"

// mostParallel is how many runs of a job may go on beside each other, as many as the lane has room for; its source has no
// bound.
const mostParallel = laneOfShell

// longestTitle is how many bytes a title may have.
const longestTitle = 200

// fromStart is why a job has no slots to compare.
const fromStart = "it counts from a start, and has no slots to compare"

// comesOnce is why another has none.
const comesOnce = "it comes once, at the time that is written"

// A job is one of the written file. Keys that are empty are not written.
type job struct {
	name     string
	title    string
	actor    string // empty: shell
	session  string
	schedule []string
	zone     string
	dst      string
	days     string // empty: either day field is enough
	splay    time.Duration
	start    time.Time // no slot before it; zero: there is no such bound
	end      time.Time // no slot after it
	once     bool      // it goes away once it has succeeded
	with     work
	env      []setting
	retry    string // the value of the key, such as {attempts: 1}
	overlap  string
	parallel int    // with overlap: allow
	catchUp  string // such as {policy: none}
	timeout  string // empty: its source has none
	stale    string
	rules    []oracle.Rule // what the source does: each of them
	never    bool          // the source does not start it
	apart    string        // why there are no slots to compare; empty: there are
	file     []byte        // as it is written
}

// work is the `with` block of a job: of shell, or of cli-agent.
type work struct {
	command, dir, shell string
	stdin, user         string
	argv                []string
	prompt              string
	expired, quota      string // the values of expired_when and quota_when
	signIn              string // how, for people
	keep                bool   // processes in the background go on
}

var (
	notInName = text.Pattern(`[^a-z0-9_-]+`)
	pathOf    = text.Pattern(`^[A-Za-z_]\w*=`)
)

// named makes a name for a job out of a text, one that no other job of the file has.
func (b *batch) named(text string) string {
	const longest = 56 // with room for a number
	name := strings.Trim(notInName().ReplaceAllString(strings.ToLower(text), "_"), "_-")
	if len(name) > longest {
		name = strings.TrimRight(name[:longest], "_-")
	}
	if name == "" {
		name = "job"
	}
	free := name
	for n := 2; b.names[free]; n++ {
		free = fmt.Sprintf("%s-%d", name, n)
	}
	b.names[free] = true
	return free
}

// program is the name of the program that a command line runs, for the name of a job.
func program(command string) string {
	words, _ := shellWords(command)
	asks := false // within a test, up to the next operator
	for i, w := range words {
		plain := strings.Trim(w.text, `"'`)
		if asks = !w.operator && (asks || tests[plain]); asks {
			continue
		}
		switch {
		case w.operator || pathOf().MatchString(plain) || strings.HasPrefix(plain, "-") || strings.HasPrefix(plain, "$"):
		case strings.HasPrefix(plain, ">") || i > 0 && strings.HasSuffix(words[i-1].text, ">"):
		case wraps[base(plain)] || opens[plain] || goesOn[plain] || digits().MatchString(plain):
		case i > 0 && words[i-1].text == "cd" || plain == "cd":
		case i > 0 && words[i-1].text == "-u": // of sudo: whom it runs as
		default:
			return base(plain)
		}
	}
	return ""
}

// wraps are programs that run another one, or say nothing about the job.
var (
	wraps = map[string]bool{
		"sudo": true, "nice": true, "ionice": true, "env": true, "exec": true, "flock": true, "timeout": true, "chronic": true, "nohup": true,
		"sh": true, "bash": true, "time": true, "sleep": true, "export": true, ".": true, "exit": true, ":": true, "su": true, "runuser": true, "set": true,
	}
	digits = text.Pattern(`^\d+[smhd]?$`)
)

func base(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }

// titled makes a job of an agent's own scheduler, which starts it once at a time, and makes up for what was missed once.
func (b *batch) titled(title string) *job {
	j := &job{name: b.named(title), zone: b.Zone, retry: "{attempts: 1}", overlap: "skip", catchUp: "{policy: one, window: " + neverEnds + "}"}
	if len(title) <= longestTitle {
		j.title = strings.TrimSpace(printable(title))
	}
	return j
}

// session adds a session to the job file. It keeps no token: a person signs in to the program itself.
func (b *batch) session(name string) {
	if b.sessions == "" {
		b.sessions = "sessions:\n"
	}
	if line := "  " + name + ": {}\n"; !strings.Contains(b.sessions, line) {
		b.sessions += line
	}
}
