package importer

import (
	"encoding/json"
	"strings"
	"unicode"

	"curfew/messages/text"
)

// notPlain matches words that YAML may take for something else than a text.
var notPlain = text.Pattern(`(?i)^([0-9_-].*|true|false|null|yes|no|on|off|y|n)$`)

// plainText matches words that need no quotes within a list on one line.
var plainText = text.Pattern(`^[A-Za-z][A-Za-z0-9_./-]*$`)

// word is a name in YAML.
func word(name string) string {
	if notPlain().MatchString(name) {
		return quoted(name)
	}
	return name
}

// quoted is a text in YAML, on one line.
func quoted(text string) string {
	for _, r := range text {
		if r == '\ufffd' || !unicode.IsPrint(r) {
			raw, err := json.Marshal(text)
			if err != nil {
				panic(err) // a text always has a JSON form
			}
			return string(raw)
		}
	}
	return "'" + strings.ReplaceAll(text, "'", "''") + "'"
}

// block is a text in YAML: as it is, line by line, if it has several lines that YAML keeps.
func block(text, indent string) string {
	body, ended := strings.CutSuffix(text, "\n")
	if !strings.Contains(body, "\n") && !ended || body == "" || strings.HasSuffix(body, "\n") || strings.HasPrefix(text, " ") || strings.HasPrefix(text, "\n") {
		return quoted(text)
	}
	for _, r := range text {
		if r != '\n' && (r == '\ufffd' || !unicode.IsPrint(r)) {
			return quoted(text)
		}
	}
	var out strings.Builder
	if out.WriteByte('|'); !ended {
		out.WriteByte('-')
	}
	for line := range strings.SplitSeq(body, "\n") {
		out.WriteByte('\n')
		if line != "" {
			out.WriteString(indent + line)
		}
	}
	return out.String()
}
