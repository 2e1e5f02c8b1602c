package importer

import (
	"regexp"
	"strings"
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

var shellOperator = regexp.MustCompile(`^(&&|\|\||;;|;|\||&|\(|\)|\n)`)

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
		if op := shellOperator.FindString(text[i:]); op != "" {
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
// second: cron takes no notice of it, and it is no failure of the job. False: the line is of another form.
func guarded(command string) (string, bool) {
	words, closed := shellWords(command)
	if strings.HasSuffix(command, `\`) {
		return "", false // it would join the last line
	}
	if !closed || len(words) == 0 || words[len(words)-1].to != len(strings.TrimRight(command, " \t")) {
		return "", false // a comment at the end would take the rest of the line with it
	}
	depth, begins, guards, cut := 0, true, true, 0
	first := "" // word of the command that is being read
	for _, w := range words {
		switch {
		case w.operator && w.text == "(" || begins && opens[w.text]:
			if depth == 0 && begins {
				first = w.text
			}
			depth++
			begins = true
			continue
		case w.operator && w.text == ")" || begins && closes[w.text]:
			depth--
			begins = false
			continue
		case w.operator && depth == 0:
			if w.text != "&&" && w.text != "|" {
				return "", false // what follows runs whatever the test says
			}
			if guards = guards && w.text == "&&" && tests[first]; guards {
				cut = w.from
			}
			begins, first = true, ""
			continue
		case begins && depth == 0 && first == "" && w.text != "!":
			first = w.text
		}
		begins = w.operator || goesOn[w.text] && begins
	}
	if cut == 0 || depth != 0 {
		return "", false
	}
	rest := strings.TrimSpace(command[cut+len("&&"):])
	return "if " + strings.TrimSpace(command[:cut]) + "; then\n  " + rest + "\nfi", true
}

// withoutSystemd matches a test by which a line does nothing on a machine that systemd runs: its package brings a timer.
var withoutSystemd = regexp.MustCompile(
	`(!|-not)\s+-[de]\s+/run/systemd/system|(test|\[)\s+-[de]\s+/run/systemd/system(\s+\])?\s*\|\|`)
