package config

import (
	"path"
	"regexp"
	"strings"

	"curfew/actors"
)

// bashOnly are forms that bash and its like read, and that sh reads as something else or not at all.
var bashOnly = []struct {
	form *regexp.Regexp
	say  string
}{
	{regexp.MustCompile(`&>>?`), `&> is no redirection to sh: the command would go to the background, and be ended with the job; write ">file 2>&1"`},
	{regexp.MustCompile(`(^|[;&|({]\s*|\n\s*)source\s`), `source is no command of sh; write a dot (". ./file")`},
	{regexp.MustCompile(`(^|\s)\[\[\s`), `[[ is no command of sh; write [`},
	{regexp.MustCompile(`[<>]\([^)]`), `<( ) is no form of sh; write the output to a file first`},
}

// Forms that have another meaning in a crontab, or none here.
var (
	inBackground = regexp.MustCompile(`(^|[^&|>\\])&\s*$`)
	cronPercent  = regexp.MustCompile(`\\%`)
	fillIn       = regexp.MustCompile(`\$\{|\$[A-Z_]{2,}`)
)

// What a shell takes for text, or for nothing.
var (
	quoted       = regexp.MustCompile(`(?s)\\.|'[^']*'|"(?:\\.|[^"\\])*"`)
	comment      = regexp.MustCompile(`(?m)(^|\s)#.*$`)
	hereDocument = regexp.MustCompile(`(?s)(<<[^\n]*\n).*`)
)

// bare is what stands in a command outside quotes and comments and before a here-document: what is inside is text, or the
// command of another shell, such as bash -c "…" or ssh HOST "…".
func bare(command string) string {
	return hereDocument.ReplaceAllString(comment.ReplaceAllString(quoted.ReplaceAllString(command, "''"), "$1"), "$1")
}

// commandOf warns of what sh makes of a command, where its author most likely means something else.
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
			if f.form.MatchString(text) {
				b.warn(m.value, "%s, or give the job a shell that knows it (with: {shell: /bin/bash})", f.say)
			}
		}
	}
	if inBackground.MatchString(strings.TrimRight(text, " \t\n")) && !keepsBackground(with) {
		b.warn(m.value, "the command ends with &: what it starts is ended when the command is over; remove the &, or say background: keep")
	}
	if cronPercent.MatchString(command) {
		b.warn(m.value, `\%% is for crontabs; here %% has no meaning of its own, and a shell keeps the backslash inside quotes; write %%`)
	}
}

func keepsBackground(with *node) bool {
	m := with.find("background")
	return m != nil && m.value.scalar == "keep"
}
