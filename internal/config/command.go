package config

import (
	"path"
	"regexp"
	"strings"

	"curfew/actors"
	"curfew/messages/text"
)

// bashOnly are forms that bash understands, and that sh understands differently or not at all.
var bashOnly = []struct {
	form func() *regexp.Regexp
	say  string
}{
	{text.Pattern(`&>>?`), `sh does not know &> as a redirection: the command would run in the background and be ended with the job; write ">file 2>&1"`},
	{text.Pattern(`(^|[;&|({]\s*|\n\s*)source\s`), `sh does not know the command source; write a dot (". ./file")`},
	{text.Pattern(`(^|\s)\[\[\s`), `sh does not know the command [[; write [`},
	{text.Pattern(`[<>]\([^)]`), `sh does not know <( ); write the output to a file first`},
}

// Forms that mean something else in a crontab, or nothing here.
var (
	inBackground = text.Pattern(`(^|[^&|>\\])&\s*$`)
	cronPercent  = text.Pattern(`\\%`)
	fillIn       = text.Pattern(`\$\{|\$[A-Z_]{2,}`)
)

// Parts of a command that a shell does not interpret.
var (
	quoted       = text.Pattern(`(?s)\\.|'[^']*'|"(?:\\.|[^"\\])*"`)
	comment      = text.Pattern(`(?m)(^|\s)#.*$`)
	hereDocument = text.Pattern(`(?s)(<<[^\n]*\n).*`)
)

// bare is a command without the contents of quotes, comments and here-documents. They are text, or commands for another
// shell, as in bash -c "…" or ssh HOST "…".
func bare(command string) string {
	return hereDocument().ReplaceAllString(comment().ReplaceAllString(quoted().ReplaceAllString(command, "''"), "$1"), "$1")
}

// commandOf warns of a command that sh understands differently from what its author most likely means.
func (b *builder) commandOf(with *node) {
	m := with.find("command")
	if m == nil {
		return
	}
	command, ok := m.value.scalar.(string)
	if !ok {
		return
	}
	text := bare(command)
	shell := actors.Shell
	if s := with.find("shell"); s != nil {
		shell, _ = s.value.scalar.(string)
	}
	if name := path.Base(shell); name == "sh" || name == "dash" {
		for _, f := range bashOnly {
			if f.form().MatchString(text) {
				b.warn(m.value, "%s, or give the job a shell that knows it (with: {shell: /bin/bash})", f.say)
			}
		}
	}
	if inBackground().MatchString(strings.TrimRight(text, " \t\n")) && !keepsBackground(with) {
		b.warn(m.value, "the command ends with &, so what it starts is ended as soon as the command is over; remove the &, or write background: keep")
	}
	if cronPercent().MatchString(command) {
		b.warn(m.value, `\%% is needed in crontabs only; here a shell keeps the backslash inside quotes; write %%`)
	}
}

func keepsBackground(with *node) bool {
	m := with.find("background")
	return m != nil && m.value.scalar == "keep"
}
