package yaml_test

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
)

// value is what a generated file says.
type value struct {
	kind string // "text", "map" or "list"
	text string
	keys []string
	vals []value
}

// writer writes values as YAML, each in a style that is drawn.
type writer struct {
	*rand.Rand
	b    strings.Builder
	tabs bool // in texts and between tokens
	odd  bool // something that the other reader is known not to take
	open bool // the last text has no end of its own: what looks like a comment may belong to it
}

var words = []string{
	"rm", "-rf", "/data/tmp", "$HOME", `"x"`, "'y'", "it's", "a:b", "a#b", "&&", "|", ">", "2>&1", "{}", "[x]", "%d", `\t`, `\`, "é", "日本",
	"*", "?", "-", "--", "#", "#c", ":", "a:", ",", "!x", "@daily", "~", "null", "true", "1", "0x1f", "<<", "---", "...", "&a", "*a", "`w`",
	"x=1;", "a,b", "(x)", "=", "q?r", "%", "😀", "https://x/y?z=1",
}

func pick[T any](w *writer, from []T) T { return from[w.IntN(len(from))] }

// words is a text of up to a dozen words, with blanks, TABs and line ends between and around them.
func (w *writer) words() string {
	gaps := []string{" ", " ", " ", " ", "  ", "\n", "\n\n", "\n ", " \n"}
	if w.tabs {
		gaps = append(gaps, "\t", "\t", " \t", "\n\t", "\t\n", "\t\t")
	}
	var b strings.Builder
	if w.IntN(12) == 0 {
		b.WriteString(pick(w, gaps))
	}
	for i := range w.IntN(9) {
		if i > 0 {
			b.WriteString(pick(w, gaps))
		}
		b.WriteString(pick(w, words))
	}
	if w.IntN(12) == 0 {
		b.WriteString(pick(w, gaps))
	}
	return b.String()
}

func (w *writer) value(depth int) value {
	switch n := w.IntN(10); {
	case n < 2 && depth < 4:
		v := value{kind: "map"}
		for i := range 1 + w.IntN(4) {
			v.keys = append(v.keys, fmt.Sprintf("%s%d", pick(w, []string{"k", "a key", "é", "a-b", "x/y"}), i))
			v.vals = append(v.vals, w.value(depth+1))
		}
		return v
	case n < 4 && depth < 4:
		v := value{kind: "list"}
		for range 1 + w.IntN(4) {
			v.vals = append(v.vals, w.value(depth+1))
		}
		return v
	default:
		return value{kind: "text", text: w.words()}
	}
}

// file is a mapping, as every job file is.
func (w *writer) file() value {
	v := value{kind: "map"}
	for i := range 1 + w.IntN(4) {
		v.keys = append(v.keys, fmt.Sprintf("key%d", i))
		v.vals = append(v.vals, w.value(1))
	}
	if w.IntN(8) == 0 {
		w.b.WriteString(pick(w, []string{"---\n", "--- # begins\n", "# a comment\n", "\n"}))
	}
	w.entries(v, 0, false)
	text := w.b.String()
	if !w.open && w.IntN(6) == 0 {
		text = strings.TrimSuffix(text, "\n") + pick(w, []string{"\n...\n", "\n# the end", "\n"})
	}
	if w.IntN(3) == 0 {
		text = strings.ReplaceAll(text, "\n", "\r\n")
	}
	return v.with(text)
}

func (v value) with(file string) value { v.text = file; return v }

// between writes what has no meaning between two lines of a block.
func (w *writer) between(indent int) {
	switch w.IntN(14) {
	case 0:
		w.b.WriteString("\n")
	case 1:
		w.b.WriteString(strings.Repeat(" ", w.IntN(6)) + "# a: comment\n")
	case 2:
		w.b.WriteString(strings.Repeat(" ", indent) + "# 'x\n")
	}
}

// lineEnd writes what may stand behind a value in its line.
func (w *writer) lineEnd() {
	if w.IntN(10) == 0 {
		w.b.WriteString(w.blank() + pick(w, []string{"# c", "#", "# \"x: 'y"}))
	} else if w.IntN(10) == 0 {
		w.b.WriteString(w.blank())
	}
	w.b.WriteString("\n")
}

func (w *writer) blank() string {
	if w.tabs && w.IntN(3) == 0 {
		return pick(w, []string{"\t", " \t", "\t "})
	}
	return pick(w, []string{" ", " ", " ", "  "})
}

// entries writes a mapping; the first key's indentation is there if begun.
func (w *writer) entries(v value, indent int, begun bool) {
	for i, key := range v.keys {
		if i > 0 || !begun {
			if !w.open {
				w.between(indent)
			}
			w.b.WriteString(strings.Repeat(" ", indent))
		}
		w.b.WriteString(w.key(key) + pick(w, []string{"", "", "", " "}) + ":")
		w.below(v.vals[i], indent, true)
	}
}

func (w *writer) key(key string) string {
	switch w.IntN(5) {
	case 0:
		return `"` + key + `"`
	case 1:
		return "'" + key + "'"
	}
	return key
}

func (w *writer) items(v value, indent int, begun bool) {
	for i, item := range v.vals {
		if i > 0 || !begun {
			w.b.WriteString(strings.Repeat(" ", indent))
		}
		w.b.WriteString("-")
		w.below(item, indent, false)
	}
}

// below writes the value of a key, or an item of a list, whose line stands at that indentation.
func (w *writer) below(v value, indent int, ofKey bool) {
	deeper := indent + pick(w, []int{2, 2, 2, 1, 4})
	switch {
	case v.kind == "text":
		w.blockText(v.text, indent, ofKey)
	case w.IntN(4) == 0:
		w.b.WriteString(pick(w, []string{" ", "  "}))
		w.flow(v, deeper)
		w.lineEnd()
		w.open = false
	case v.kind == "map" && !ofKey && w.IntN(2) == 0:
		n := 1 + w.IntN(3)
		w.b.WriteString(strings.Repeat(" ", n))
		w.entries(v, indent+1+n, true)
	case v.kind == "list" && !ofKey && w.IntN(2) == 0:
		w.b.WriteString(" ")
		w.items(v, indent+2, true)
	default:
		if v.kind == "list" && ofKey && w.IntN(2) == 0 {
			deeper = indent
		}
		if ofKey {
			w.lineEnd()
		} else {
			w.b.WriteString("\n")
		}
		if v.kind == "map" {
			w.entries(v, deeper, false)
		} else {
			w.items(v, deeper, false)
		}
	}
}

var plainForm = regexp.MustCompile(`^[^\s,\[\]{}#&*!|>'"%@\x60?:-]([^\n]*[^\s:])?$`)

// plainSafe reports whether a text needs no quotes.
func plainSafe(text string, flow bool) bool {
	return plainForm.MatchString(text) && !regexp.MustCompile(`:\s|\s#`).MatchString(text) && text != "~" && text != "..." &&
		(!flow || !strings.ContainsAny(text, ",[]{}")) && !regexp.MustCompile(`^(---|\.\.\.)\s`).MatchString(text)
}

// breaks turns some blanks of a text into line ends, which fold into blanks again.
func (w *writer) breaks(text string, indent int) string {
	var b strings.Builder
	for i := range len(text) {
		lone := text[i] == ' ' && i > 0 && i+1 < len(text) && !strings.ContainsAny(text[i-1:i]+text[i+1:i+2], " \t\n#\\")
		if lone && w.IntN(6) == 0 {
			b.WriteString(pick(w, []string{"", "", w.blank()}) + "\n" + strings.Repeat(" ", indent+w.IntN(3)) + pick(w, []string{"", "", w.blank()}))
			continue
		}
		b.WriteByte(text[i])
	}
	return b.String()
}

func (w *writer) flow(v value, indent int) {
	open, end := "[", "]"
	if v.kind == "map" {
		open, end = "{", "}"
	}
	gap := func() string {
		return pick(w, []string{"", "", " ", w.blank(), "\n" + strings.Repeat(" ", indent), " # c\n" + strings.Repeat(" ", indent)})
	}
	w.b.WriteString(open + gap())
	for i, item := range v.vals {
		if i > 0 {
			w.b.WriteString("," + gap())
		}
		if v.kind == "map" {
			w.b.WriteString(w.key(v.keys[i]) + ":" + w.blank())
		}
		if item.kind == "text" {
			w.inlineText(item.text, indent, true)
		} else {
			w.flow(item, indent)
		}
		w.b.WriteString(gap())
	}
	w.b.WriteString(pick(w, []string{"", "", "", ","}) + end)
}
