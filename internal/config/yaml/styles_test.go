package yaml_test

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

var aroundBreak = regexp.MustCompile(`[ \t]\n|\n[ \t]`)

// inlineText writes a text without quotes, or in them.
func (w *writer) inlineText(text string, indent int, flow bool) {
	switch n := w.IntN(3); {
	case n == 0 && plainSafe(text, flow):
		w.odd = w.odd || flow && strings.Contains(text, "?")
		w.b.WriteString(w.breaks(text, indent))
	case n < 2 && !aroundBreak.MatchString("x"+text+"x") && !startsOrEndsBroken(text):
		w.single(text, indent)
	default:
		w.double(text, indent)
	}
}

func startsOrEndsBroken(text string) bool { return strings.Trim(text, "\n") != text }

func (w *writer) single(text string, indent int) {
	quoted := strings.ReplaceAll(text, "'", "''")
	quoted = strings.ReplaceAll(w.breaks(quoted, indent), "\n\n", "\n\n") // folded blanks have one line end
	w.b.WriteString("'" + w.spread(quoted, text, indent) + "'")
}

// spread writes each line end of the text as one more than there are.
func (w *writer) spread(broken, text string, indent int) string {
	if !strings.Contains(text, "\n") {
		return broken
	}
	lines := strings.Split(strings.ReplaceAll(text, "'", "''"), "\n")
	var b strings.Builder
	for i, line := range lines {
		if i > 0 {
			b.WriteString("\n")
			if lines[i-1] != "" || i == 1 {
				b.WriteString("\n")
			}
			if line != "" {
				b.WriteString(strings.Repeat(" ", indent))
			}
		}
		b.WriteString(line)
	}
	return b.String()
}

func (w *writer) double(text string, indent int) {
	w.b.WriteByte('"')
	runes := []rune(text)
	for i, r := range runes {
		edge := i == 0 || i+1 == len(runes)
		switch {
		case r == '\n':
			w.b.WriteString(pick(w, []string{`\n`, `\n`, `\x0a`, `\u000A`}))
		case r == '\t' && (edge || w.IntN(2) == 0):
			w.b.WriteString(pick(w, []string{`\t`, `\x09`}))
		case r == '"' || r == '\\':
			w.b.WriteString(`\` + string(r))
		case r > 0xff && w.IntN(4) == 0:
			fmt.Fprintf(&w.b, `\U%08x`, r)
		case r == '/' && w.IntN(99) == 0:
			w.odd = true // of YAML 1.2, for JSON's sake; the other reader does not know it
			w.b.WriteString(`\/`)
		case r == ' ' && !edge && w.IntN(9) == 0:
			w.b.WriteString(pick(w, []string{`\ `, `\x20`}))
		default:
			w.b.WriteRune(r)
		}
		if w.IntN(25) == 0 && i+1 < len(runes) && runes[i+1] != ' ' && runes[i+1] != '\t' { // an escaped line end is nothing
			w.b.WriteString("\\\n" + strings.Repeat(" ", indent))
		}
	}
	w.b.WriteByte('"')
}

// blockText writes the text of a key or an item, in any style.
func (w *writer) blockText(text string, indent int, ofKey bool) {
	deeper := indent + 1 + w.IntN(4)
	lines := strings.Split(text, "\n")
	switch n := w.IntN(4); {
	case n == 0 && w.literalSafe(lines):
		w.literal(text, deeper, deeper-indent, "|")
	case n == 1 && w.literalSafe(lines) && !aroundBreak.MatchString("\n"+text+"\n"):
		w.literal(text, deeper, deeper-indent, ">")
	default:
		w.b.WriteString(pick(w, []string{" ", " ", "  "}))
		if ofKey && w.tabs && w.IntN(6) == 0 {
			w.b.WriteString("\t")
		}
		w.inlineText(text, deeper, false)
		w.lineEnd()
		w.open = false
	}
}

// literalSafe: lines of nothing but blanks at the end would be empty lines.
func (w *writer) literalSafe(lines []string) bool {
	return strings.TrimSpace(strings.Join(lines, "")) != "" && strings.TrimSpace(lines[len(lines)-1]) == lines[len(lines)-1]
}

func (w *writer) literal(text string, indent, by int, style string) {
	body := strings.TrimRight(text, "\n")
	ends := len(text) - len(body)
	chomp := map[int]string{0: "-", 1: ""}[min(ends, 2)]
	if ends > 1 || ends == 1 && w.IntN(4) == 0 {
		chomp = "+"
	}
	first := strings.TrimLeft(body, "\n")
	sign := ""
	switch {
	case first[0] == ' ' || w.IntN(6) == 0:
		sign = strconv.Itoa(by)
	case first[0] == '\t':
		w.odd = true // legal, and more than the other reader takes
	}
	w.open = true
	head := sign + chomp
	if w.IntN(2) == 0 {
		head = chomp + sign
	}
	w.b.WriteString(" " + style + head + pick(w, []string{"", "", " ", " # c"}) + "\n")
	if style == ">" {
		body = strings.Repeat("\n", len(body)-len(first)) + w.fold(first)
	}
	for line := range strings.SplitSeq(body, "\n") {
		if line != "" {
			line = strings.Repeat(" ", indent) + line
		}
		w.b.WriteString(line + "\n")
	}
	w.b.WriteString(strings.Repeat("\n", max(0, ends-1)))
}

// fold writes line ends as one more, and some blanks as line ends.
func (w *writer) fold(text string) string {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '\n':
			for ; text[i] == '\n'; i++ {
				b.WriteByte('\n')
			}
			i--
			b.WriteByte('\n')
		case text[i] == ' ' && text[i-1] != ' ' && text[i-1] != '\t' && text[i-1] != '\n' && text[i+1] != ' ' && text[i+1] != '\t' && w.IntN(6) == 0:
			b.WriteByte('\n')
		default:
			b.WriteByte(text[i])
		}
	}
	return b.String()
}
