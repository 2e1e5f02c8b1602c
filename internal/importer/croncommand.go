package importer

import (
	"strings"

	"curfew/messages/text"
)

// input cuts a command at its first bare %, as cron does: what follows is its standard input, where % is a newline. \% is
// a % in both.
func input(text string) (command, stdin string, has bool) {
	var parts []string
	var part strings.Builder
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '\\' && i+1 < len(text) && text[i+1] == '%':
			i++
			part.WriteByte('%')
		case text[i] == '%':
			parts = append(parts, part.String())
			part.Reset()
		default:
			part.WriteByte(text[i])
		}
	}
	parts = append(parts, part.String())
	if len(parts) == 1 {
		return parts[0], "", false
	}
	stdin = strings.Join(parts[1:], "\n")
	if stdin != "" && !strings.HasSuffix(stdin, "\n") {
		stdin += "\n"
	}
	return parts[0], stdin, true
}

// A shellWord is a word or an operator of a command line.
type shellWord struct {
	text     string
	from, to int
	operator bool
}

var shellOperator = text.Pattern(`^(&&|\|\||;;|;|\||&|\(|\)|\n)`)

// shellWords splits a command line; false: a quote is not closed, so that no shell can run it.
func shellWords(text string) (words []shellWord, closed bool) {
	for i := 0; i < len(text); {
		c := text[i]
		switch {
		case c == ' ' || c == '\t':
			i++
			continue
		case c == '#':
			n := strings.IndexByte(text[i:], '\n')
			if n < 0 {
				return words, true
			}
			i += n
			continue
		}
		if op := shellOperator().FindString(text[i:]); op != "" {
			words = append(words, shellWord{op, i, i + len(op), true})
			i += len(op)
			continue
		}
		n, ok := shellWordEnd(text[i:])
		if !ok {
			return words, false
		}
		words = append(words, shellWord{text[i : i+n], i, i + n, false})
		i += n
	}
	return words, true
}

// shellWordEnd is the length of the word at the beginning: up to a blank or an operator that is not quoted.
func shellWordEnd(text string) (n int, closed bool) {
	depth := 0
	for n < len(text) {
		switch c := text[n]; {
		case c == '\\':
			n++
		case c == '\'':
			end := strings.IndexByte(text[n+1:], '\'')
			if end < 0 {
				return n, false
			}
			n += end + 1
		case c == '"', c == '`':
			end := closing(text[n+1:], c)
			if end < 0 {
				return n, false
			}
			n += end + 1
		case c == '$' && n+1 < len(text) && text[n+1] == '(':
			depth++
			n++
		case c == '(' && depth > 0:
			depth++
		case c == ')' && depth > 0:
			depth--
		case c == '&' && n > 0 && (text[n-1] == '>' || text[n-1] == '<'), c == '&' && n+1 < len(text) && text[n+1] == '>':
		case depth == 0 && strings.IndexByte(" \t\n;|&()", c) >= 0:
			return n, true
		}
		n++
	}
	return min(n, len(text)), depth == 0
}

// closing is where a quoted text ends; -1: nowhere.
func closing(text string, quote byte) int {
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case quote:
			return i
		case '$':
			if quote != '"' || i+1 >= len(text) || text[i+1] != '(' {
				continue
			}
			n := substituted(text[i+2:])
			if n < 0 {
				return -1
			}
			i += 2 + n
		}
	}
	return -1
}

// substituted is where a $( ends, which has quotes of its own; -1: nowhere.
func substituted(text string) int {
	depth := 1
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case '\\':
			i++
		case '\'', '"', '`':
			n := closing(text[i+1:], c)
			if c == '\'' {
				n = strings.IndexByte(text[i+1:], c)
			}
			if n < 0 {
				return -1
			}
			i += 1 + n
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

// Words of the shell that begin a command of several parts, and those that end one.
var (
	opens  = map[string]bool{"if": true, "case": true, "for": true, "while": true, "until": true, "{": true, "select": true}
	closes = map[string]bool{"fi": true, "esac": true, "done": true, "}": true}
	goesOn = map[string]bool{"then": true, "do": true, "else": true, "elif": true, "!": true}
	tests  = map[string]bool{
		"test": true, "[": true, "[[": true, "command": true, "which": true, "type": true, "hash": true,
		"grep": true, "pgrep": true, "pidof": true, "mountpoint": true,
	}
)

// guarded writes "TEST && REST" as "if TEST; then REST; fi". Both do the same, but a test that says no is a success of the
// second: cron takes no notice of it, and it is no failure of the job. Of a list it is the last command, whose exit status
// is that of the line. False: the line is of another form.
func guarded(command string) (string, bool) {
	words, closed := shellWords(command)
	if !closed || len(words) == 0 || strings.HasSuffix(command, `\`) { // it would join the last line
		return "", false
	}
	if rest := strings.TrimLeft(command[words[len(words)-1].to:], " \t"); rest != "" && rest[0] != '#' {
		return "", false
	}
	g := guard{begins: true, tests: true}
	for i, w := range words {
		if w.text == ";" && i == len(words)-1 {
			break // the exit status is that of what stands before it
		}
		g.read(w)
	}
	if g.cut == 0 || g.either || g.depth != 0 {
		return "", false
	}
	before, test, rest := command[:g.from], command[g.from:g.cut], command[g.cut+len("&&"):]
	if before != "" {
		before += " "
	}
	return before + "if " + strings.TrimSpace(test) + "; then\n  " + strings.TrimSpace(rest) + "\nfi", true
}

// A guard is the reader of a command line that looks for tests at the beginning of its last command.
type guard struct {
	from, cut int    // where the command begins, and its last && behind nothing but tests; 0: there is none
	depth     int    // of parentheses, and of words such as if
	begins    bool   // a word that comes now is the first of a command
	tests     bool   // there have been nothing but tests
	either    bool   // something runs whatever the tests say
	first     string // word of the part that is being read
}

func (g *guard) read(w shellWord) {
	switch {
	case w.operator && w.text == "(" || g.begins && opens[w.text]:
		if g.depth == 0 && g.begins {
			g.first = w.text
		}
		g.depth++
		g.begins = true
		return
	case w.operator && w.text == ")" || g.begins && closes[w.text]:
		g.depth--
		g.begins = false
		return
	case w.operator && g.depth == 0 && (w.text == ";" || w.text == "&"):
		*g = guard{from: w.to, begins: true, tests: true}
		return
	case w.operator && g.depth == 0:
		g.either = g.either || w.text != "&&" && w.text != "|"
		if g.tests = g.tests && w.text == "&&" && tests[g.first]; g.tests {
			g.cut = w.from
		}
		g.begins, g.first = true, ""
		return
	case g.begins && g.depth == 0 && g.first == "" && w.text != "!":
		g.first = w.text
	}
	g.begins = w.operator || goesOn[w.text] && g.begins
}

// withoutSystemd matches a test by which a line does nothing on a machine that systemd runs: its package brings a timer.
var withoutSystemd = text.Pattern(
	`(!|-not)\s+-[de]\s+/run/systemd/system|(test|\[)\s+-[de]\s+/run/systemd/system(\s+\])?\s*\|\|`)
