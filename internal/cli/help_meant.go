package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"curfew/docs"
	"curfew/internal/api"
	"curfew/messages"
	"curfew/messages/text"
)

// maxMeant is how many topics are suggested for one that is not there.
const maxMeant = 4

// asked are words that people ask for, and the topics that answer them.
var asked = map[string]string{
	"why": "explain", "cron": "schedules", "timezone": "schedules", "config": "jobfile", "yaml": "jobfile", "token": "sessions", "auth": "sessions",
	"shell": "jobfile", "http": "jobfile", "agent": "agents", "cli_agent": "agent-clis", // the types of actors
}

// didYouMean says what a topic that is not there may have been meant for: a command below another, a word of which it is
// a part, or what its question is about.
func didYouMean(root *cobra.Command, name string) string {
	name = strings.ReplaceAll(strings.ToLower(name), "-", "_")
	var meant []string
	if topic, ok := asked[name]; ok {
		meant = append(meant, topic)
	}
	meant = append(meant, below(root, name)...)
	topics := slices.Concat(docs.Words(), pageNames())
	for _, word := range topics {
		plain := strings.ReplaceAll(word, "-", "_")
		if slices.Contains(strings.Split(plain, "_"), name) || strings.TrimSuffix(plain, "s") == strings.TrimSuffix(name, "s") {
			meant = append(meant, word)
		}
	}
	if near := text.Nearest(name, slices.Concat(named(root), topics)); near != "" && len(meant) == 0 {
		meant = append(meant, near)
	}
	if len(meant) == 0 {
		return "`curfew help` lists them"
	}
	return meantBy("curfew help ", meant)
}

// noCommand is the error of a word that is no command of c.
func (t *terminal) noCommand(c *cobra.Command, word string) error {
	root := c.Root()
	if c == root && slices.Contains([]string{"stop", "restart", "kill"}, word) {
		return usagef("curfew has no command %q; Ctrl-C, a TERM%s or `systemctl stop curfew` stops the daemon", word, t.toPID())
	}
	meant := below(root, word)
	for _, name := range []string{word, asked[word]} {
		if of, rest, err := root.Find([]string{name}); name != "" && err == nil && len(rest) == 0 && of.IsAvailableCommand() {
			meant = append(meant, of.Name())
		}
	}
	if near := text.Nearest(word, named(c)); near != "" && len(meant) == 0 {
		meant = append(meant, strings.TrimPrefix(c.CommandPath()+" "+near, root.Name()+" "))
	}
	if len(meant) == 0 && c.Name() == "run" && messages.IsName(word) {
		meant = append(meant, "job run "+word) // it has the runs; what runs a job is below job
	}
	if len(meant) == 0 {
		return usagef("%s has no command %q; see %s --help", c.CommandPath(), word, c.CommandPath())
	}
	return usagef("%s has no command %q; %s", c.CommandPath(), word, meantBy("curfew ", meant))
}

// toPID names the process of the daemon, by its daemon.json; empty: none is known.
func (t *terminal) toPID() string {
	data, err := t.dataFolder()
	if err != nil {
		return ""
	}
	if pid := api.PID(data); pid != 0 {
		return fmt.Sprintf(" to process %d", pid)
	}
	return ""
}

// named are the names of the commands of c.
func named(c *cobra.Command) (all []string) {
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() {
			all = append(all, sub.Name())
		}
	}
	return all
}

// below are the commands of this name that are below another.
func below(root *cobra.Command, name string) (all []string) {
	for _, group := range root.Commands() {
		for _, c := range group.Commands() {
			if c.Name() == name && c.IsAvailableCommand() {
				all = append(all, group.Name()+" "+name)
			}
		}
	}
	return all
}

// meantBy asks whether one of these was meant, each once.
func meantBy(command string, all []string) string {
	var once []string
	for _, m := range all {
		if !slices.Contains(once, m) {
			once = append(once, m)
		}
	}
	return "did you mean `" + command + strings.Join(once[:min(len(once), maxMeant)], "`, `"+command) + "`?"
}

func pageNames() (names []string) {
	for _, p := range docs.Pages() {
		names = append(names, p.Name)
	}
	return names
}
