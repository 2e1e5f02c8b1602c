package importer

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"curfew/internal/importer/oracle"
)

// neverEnds is the longest timeout that a job file knows: its source has none.
const neverEnds = "87600h"

// fromStart is why a job has no slots to compare.
const fromStart = "it counts from a start, and has no slots to compare"

// A job is one of the written file. Keys that are empty are not written.
type job struct {
	name     string
	schedule []string
	zone     string
	dst      string
	splay    time.Duration
	with     work
	env      []setting
	retry    string // the value of the key, such as {attempts: 1}
	overlap  string
	catchUp  string // such as {policy: none}
	stale    string
	rules    []oracle.Rule // what the source does: each of them
	never    bool          // the source does not start it
	apart    string        // why there are no slots to compare; empty: there are
	file     []byte        // as it is written
}

// work is the `with` block of a shell job.
type work struct {
	command, dir, shell string
	keep                bool // processes in the background go on
}

var (
	notInName = regexp.MustCompile(`[^a-z0-9_-]+`)
	pathOf    = regexp.MustCompile(`^[A-Za-z_]\w*=`)
)

// named makes a name for a job out of a text, one that no other job of the file has.
func (b *batch) named(text string) string {
	const longest = 56 // with room for a number
	name := strings.Trim(notInName.ReplaceAllString(strings.ToLower(text), "_"), "_-")
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
		case w.operator || pathOf.MatchString(plain) || strings.HasPrefix(plain, "-") || strings.HasPrefix(plain, "$"):
		case strings.HasPrefix(plain, ">") || i > 0 && strings.HasSuffix(words[i-1].text, ">"):
		case wraps[base(plain)] || opens[plain] || goesOn[plain] || digits.MatchString(plain):
		case i > 0 && words[i-1].text == "cd" || plain == "cd":
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
		"sh": true, "bash": true, "time": true, "sleep": true, "export": true, ".": true,
	}
	digits = regexp.MustCompile(`^\d+[smhd]?$`)
)

func base(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }
