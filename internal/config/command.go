package config

import (
	"path"
	"regexp"
	"strings"

	"curfew/actors"
	"curfew/messages/text"
)

// bashOnly are forms that bash understands, and that sh understands differently or not at all. Those after which sh ends
// the command with an error are left out.
var bashOnly = []struct {
	form func() *regexp.Regexp
	say  string
}{
	{text.Pattern(`&>>?`), `sh does not know &> as a redirection: the command would run in the background and be ended with the job; write ">file 2>&1"`},
	{text.Pattern(`(^|[;&|({]\s*|\n\s*)source\s`), `sh does not know the command source; write a dot (". ./file")`},
	{text.Pattern(`(^|\s)\[\[\s`), `sh does not know the command [[; write [`},
	{text.Pattern(`(^|\s)\[\s[^]\n]*\s==\s`), `not every sh knows == in [ ]; write =`},
	{text.Pattern(`[<>]\([^)]`), `sh does not know <( ); write the output to a file first`},
	{text.Pattern(`(^|[^$])\{(\w+\.\.\w+|[^{}\s,]*(,[^{}\s,]*)+)\}`), `sh does not know { , } and { .. } as a list of words; write the words`},
}

// Forms that mean something else in a crontab, or nothing here.
var (
	background   = text.Pattern(`(^|[^&|<>;\\])&([^&>]|$)`)
	endsInBack   = text.Pattern(`&\s*$`)
	looksAfterIt = text.Pattern(`\b(wait|fg)\b|\$!`)
	cronPercent  = text.Pattern(`\\%`)
)

// Parts of a command that a shell does not interpret.
var (
	quoted       = text.Pattern(`(?s)\\.|'[^']*'|"(?:\\.|[^"\\])*"`)
	comment      = text.Pattern(`(?m)(^|\s)#.*$`)
	hereDocument = text.Pattern(`(?s)(<<[^\n]*\n).*`)
	arithmetic   = text.Pattern(`\(\([^\n]*?\)\)`)
)

// bare is a command without the contents of quotes, comments, here-documents and arithmetic. They are text, or commands for another
// shell, as in bash -c "…" or ssh HOST "…".
func bare(command string) string {
	plain := comment().ReplaceAllString(quoted().ReplaceAllString(command, "''"), "$1")
	return arithmetic().ReplaceAllString(hereDocument().ReplaceAllString(plain, "$1"), "")
}

// commandOf warns of a `with` block's command lines that sh understands differently from what their author most likely
// means.
func (b *builder) commandOf(with *node, kind string) {
	switch kind {
	case shellKind:
		shell := actors.Shell
		if s := with.find("shell"); s != nil {
			shell, _ = s.value.scalar.(string)
		}
		l := line{bash: "give the job a shell that knows it (with: {shell: /bin/bash})", keep: "write background: keep"}
		if name := path.Base(shell); name != "sh" && name != "dash" {
			l.bash = ""
		}
		if keepsBackground(with) {
			l.keep = ""
		}
		b.commandLine(with.find("command"), l)
	case cliAgentKind:
		b.commandLine(with.find("command"), ofSh)
		if m := with.find("preflight"); m != nil {
			b.commandLine(m.value.find("command"), ofSh)
		}
	}
}

// line is a command line, and what people can do if its shell is not the one that they meant.
type line struct {
	bash string // to have a shell like bash; empty: it has one
	keep string // to have processes in the background live on; empty: they do
}

// ofSh is a line that sh runs, whatever the job file says.
var ofSh = line{bash: "call bash with it (bash -c '…')", keep: "start it as a job of its own"}

// commandLine warns of what a command line most likely does not mean.
func (b *builder) commandLine(m *member, l line) {
	if m == nil {
		return
	}
	command, ok := m.value.scalar.(string)
	if !ok {
		return
	}
	text := strings.TrimRight(bare(command), " \t\n")
	for _, f := range bashOnly {
		if l.bash != "" && f.form().MatchString(text) {
			b.warnAt(m, "%s, or %s", f.say, l.bash)
		}
	}
	switch {
	case l.keep == "" || !background().MatchString(text):
	case endsInBack().MatchString(text):
		b.warnAt(m, "the command ends with &, so what it starts is ended as soon as the command is over; remove the &, or %s", l.keep)
	case !looksAfterIt().MatchString(text):
		b.warnAt(m, "the command starts something with & and does not wait for it, so that is ended as soon as the command is over; "+
			"put a & that is a part of a word into quotes, end with wait, or %s", l.keep)
	}
	if cronPercent().MatchString(command) {
		b.warnAt(m, `\%% is needed in crontabs only; here a shell keeps the backslash inside quotes; write %%`)
	}
}

func keepsBackground(with *node) bool {
	m := with.find("background")
	return m != nil && m.value.scalar == "keep"
}
