package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"curfew/docs"
)

// maxMeant is how many topics are suggested for one that is not there.
const maxMeant = 4

// asked are words that people ask for, and the topics that answer them.
var asked = map[string]string{
	"why": "explain", "cron": "schedules", "timezone": "schedules", "config": "jobfile", "yaml": "jobfile", "token": "sessions", "auth": "sessions",
}

// didYouMean says what a topic that is not there may have been meant for: a command below another, a word of which it is
// a part, or what its question is about.
func didYouMean(root *cobra.Command, name string) string {
	name = strings.ReplaceAll(strings.ToLower(name), "-", "_")
	var meant []string
	if topic, ok := asked[name]; ok {
		meant = append(meant, topic)
	}
	for _, group := range root.Commands() {
		for _, c := range group.Commands() {
			if c.Name() == name && c.IsAvailableCommand() {
				meant = append(meant, group.Name()+" "+name)
			}
		}
	}
	for _, word := range slices.Concat(docs.Words(), pageNames()) {
		plain := strings.ReplaceAll(word, "-", "_")
		if slices.Contains(strings.Split(plain, "_"), name) || strings.TrimSuffix(plain, "s") == strings.TrimSuffix(name, "s") {
			meant = append(meant, word)
		}
	}
	if len(meant) == 0 {
		return "`curfew help` lists them"
	}
	return "did you mean `curfew help " + strings.Join(meant[:min(len(meant), maxMeant)], "`, `curfew help ") + "`?"
}

func pageNames() (names []string) {
	for _, p := range docs.Pages() {
		names = append(names, p.Name)
	}
	return names
}
