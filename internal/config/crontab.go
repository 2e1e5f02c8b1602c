package config

import (
	"fmt"
	"strings"

	"curfew/messages/text"
)

var (
	// cronLine matches a line of a crontab: five fields or an @word, and a command.
	cronLine = text.Pattern(`^[ \t]*((?:[0-9*][-0-9*,/~]*[ \t]+){2}(?:[-0-9*,/?LW]+[ \t]+)(?:[-0-9A-Za-z*,/]+[ \t]+){2}|@(?:reboot|yearly|annually|monthly|weekly|daily|midnight|hourly)[ \t]+)(\S.*)$`)
	jobsLine = text.Pattern(`(?m)^["']?jobs["']?[ \t]*:`)
)

// crontab recognises a crontab that was given in place of a job file, and says how its first line is written in one.
func crontab(file, text string) (Problem, bool) {
	if jobsLine().MatchString(text) {
		return Problem{}, false
	}
	for i, line := range strings.Split(text, "\n") {
		m := cronLine().FindStringSubmatch(strings.TrimRight(line, "\r"))
		if m == nil {
			continue
		}
		return Problem{file, i + 1, 1, fmt.Sprintf(
			`this is a line of a crontab; curfew import crontab FILE writes a job file of it. By hand, write it below a line "jobs:" as - {name: NAME, actor: shell, schedule: "%s", with: {command: '%s'}}`,
			strings.Join(strings.Fields(m[1]), " "), strings.ReplaceAll(m[2], "'", "''"),
		)}, true
	}
	return Problem{}, false
}
