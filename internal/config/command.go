package config

import (
	"path"
	"regexp"
	"strings"
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
	inQuotes     = regexp.MustCompile(`'[^']*'`)
	fillIn       = regexp.MustCompile(`\$\{|\$[A-Z_]{2,}`)
)

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
	text := inQuotes.ReplaceAllString(command, "''")
	shell := "/bin/sh"
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

// notFilledIn refuses what a shell would fill in, in places that no shell ever sees: a folder, a URL.
func (b *builder) notFilledIn(with *node, key string) {
	m := with.find(key)
	if m == nil {
		return
	}
	text, ok := m.value.scalar.(string)
	switch {
	case !ok:
	case key == "dir" && (text == "~" || strings.HasPrefix(text, "~/")):
		b.at(m.value, "dir %q: no shell reads it, so ~ is no home; write the whole path", text)
	case key == "dir" && strings.HasPrefix(text, "$"), key != "dir" && strings.Contains(text, "${"):
		b.at(m.value, "%s: no shell reads it, so nothing is filled in for the variable; write it out", key)
	case key != "dir" && fillIn.MatchString(text):
		b.warn(m.value, "%s has a $ in it, for which nothing is filled in; is that meant?", key)
	}
}
