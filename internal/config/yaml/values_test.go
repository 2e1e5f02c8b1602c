package yaml_test

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	other "go.yaml.in/yaml/v3"

	"curfew/internal/config/yaml"
)

// TestValues reads texts in every style, with TABs (→) and carriage returns (␍) in them.
func TestValues(t *testing.T) {
	tests := []struct{ name, file, want string }{
		{"TAB in a plain text", "command: cp→a→b", "cp\ta\tb"},
		{"TABs behind words", "command: printf '%s|' one→two→/data", "printf '%s|' one\ttwo\t/data"},
		{"TAB behind a colon", "a:→x", "x"},
		{"TAB before a comment", "a: x→# c", "x"},
		{"TAB in double quotes", "schedule: \"*/15→*→*→*→*\"\nx: y", "*/15\t*\t*\t*\t*"},
		{"TAB in single quotes", "schedule: '*/15→*→*→*→*'\nx: y", "*/15\t*\t*\t*\t*"},
		{"TAB first in a literal", "command: |\n  →echo a\n  echo b\n", "\techo a\necho b\n"},
		{"TAB in a literal", "command: |\n  if x; then\n  →echo a\n  fi\n", "if x; then\n\techo a\nfi\n"},
		{"TAB at a fold", "a: one→\n   →two", "one two"},
		{"CR LF in double quotes", "a: \"a␍\n␍\nb\"", "a\nb"},
		{"CR LF in single quotes", "a: 'a␍\n␍\nb'", "a\nb"},
		{"CR LF behind a backslash", "a: \"a\\␍\n  b\"", "ab"},
		{"CR LF in a literal", "a: |␍\n  a␍\n  b␍\n", "a\nb\n"},
		{"CR LF in a folded text", "a: >␍\n  a␍\n  b␍\n␍\n  c␍\n", "a b\nc\n"},
		{"CR LF in a plain text", "a: a␍\n  b␍\n", "a b"},
		{"blanks at the end of a literal", "a: |-\n  a  \n  b ", "a  \nb "},
		{"blanks at the end of a folded text", "a: >-\n  a  \n  b ", "a   b "},
		{"more indented lines of a folded text", "a: >\n  a\n    b\n  c\n", "a\n  b\nc\n"},
		{"line ends that are kept", "a: |+\n  a\n\n\n", "a\n\n\n"},
		{"an indentation that is said", "a: |1\n   a\n  b\n", "  a\n b\n"},
		{"a quote in single quotes", "a: 'it''s'", "it's"},
		{"escapes", `a: "\t\n\x41\u00e9\U0001F600\\\"\/\e\0\_"`, "\t\nAé😀\\\"/\x1b\x00\u00a0"},
		{"a # inside a word", "a: b#c", "b#c"},
		{"a colon inside a word", "a: b:c", "b:c"},
		{"a URL between brackets", "{a: https://x/y?z=1}", "https://x/y?z=1"},
		{"adjacent in JSON", `{"a":"b"}`, "b"},
		{"an empty line in a plain text", "a: b\n\n  c", "b\nc"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			root, err := yaml.Parse(hidden(tt.file))
			if err != nil {
				t.Fatal(err)
			}
			if got := root.Entries[0].Value; got.Kind != yaml.Scalar || got.Text != tt.want {
				t.Errorf("%q, want %q", got.Text, tt.want)
			}
		})
	}
}

// hidden puts the characters back that a table shows as signs.
func hidden(s string) string { return strings.NewReplacer("→", "\t", "␍", "\r").Replace(s) }

// TestRefused: what is refused is named, with what to do.
func TestRefused(t *testing.T) {
	tests := []struct{ file, want string }{
		{"→a: b", "1:1: a TAB at the beginning of a line; indent with blanks"},
		{"a:\n  - b\n  -→c", "3:4: a TAB after a dash; write a blank instead"},
		{"a: b␍c", `1:5: a carriage return (CR) without a line feed; end lines with LF or CR LF, or write \r in double quotes`},
		{"a: b\x1bc", `1:5: the character U+001B is not allowed in a job file; write \x1B in double quotes`},
		{"é: \u2028", `1:4: the character U+2028 is not allowed in a job file; write \u2028 in double quotes`},
		{`a: curl -H "Authorization: Bearer x"`, `1:26: a ": " inside a value without quotes; put the value into quotes, or on lines of its own below "|"`},
		{"a: one\n  b: two", `2:4: this line continues the value of line 1, and has a ": " in it; indent it like the key above, or put the value into quotes`},
		{"a: \"b\" c", "1:8: text after the end of a value; put the whole value into one pair of quotes"},
		{"a: *.txt", "1:4: a value that begins with * must be in quotes; without them it is an alias of YAML, with a name of letters, digits, _ and -"},
		{"a: @daily", "1:4: a value that begins with @ must be in quotes"},
		{"a: %d", "1:4: a value that begins with % must be in quotes"},
		{"a: b\n  - c\nd", `3:1: a key is needed here ("key: value"); is a colon missing, or does the line belong to the text above?`},
		{"a: b\nc:d", `2:1: a key is needed here; put a blank after its colon ("key: value")`},
		{"a: - b", "1:4: a list cannot begin after a key in the same line; put it on lines of its own"},
		{"a:\n  b: c\n   d: e", `3:5: this line continues the value of line 2, and has a ": " in it; indent it like the key above, or put the value into quotes`},
		{"a:\n  b:\n    - c\n   d: e", "4:4: this line is indented by 3 blanks, but the lines that it belongs to by 2"},
		{"a: |\n    b\n  c\n", "3:3: this line is indented by 2 blanks, and the text above by 4; indent it like the text, or like the key"},
		{`a: "\d"`, `1:5: \d is not a valid escape; write \\ for a backslash, or use single quotes`},
		{"a: [b, {c: d]", "1:13: a , or } is missing here; put a value with , [ ] { } or \": \" in it into quotes"},
		{"a: {b:}", "1:6: a colon directly before '}'; put a blank after the colon, or the text into quotes"},
		{`a: "b`, `1:4: this " is never closed`},
		{"a: |b", `1:5: a text begins on the line after its "|" or ">"; quote a value that begins with one of them`},
	}
	for _, tt := range tests {
		_, err := yaml.Parse(hidden(tt.file))
		var wrong *yaml.Error
		if !errors.As(err, &wrong) || wrong.Error() != tt.want {
			t.Errorf("%q\ngot  %v\nwant %s", tt.file, err, tt.want)
		}
	}
}

// TestNumbers: what all readers take for the same number is one; what only some do is refused.
func TestNumbers(t *testing.T) {
	for text, want := range map[string]any{
		"0": int64(0), "-7": int64(-7), "+7": int64(7), "18446744073709551615": uint64(1<<64 - 1), "1.5": 1.5, ".5": 0.5, "1e3": 1000.0,
		"~": nil, "": nil, "null": nil, "true": true, "False": false, "yes": "yes", "on": "on", "2027-12-25": "2027-12-25", "08:00": "08:00",
		"1.2.3": "1.2.3", "0x": "0x", "1_x": "1_x", "-": "-", ".": ".", "e3": "e3", "+": "+",
	} {
		n := yaml.Node{Text: text, Plain: true}
		if got, reason := n.Value(); got != want || reason != "" {
			t.Errorf("%q is %#v (%s), want %#v", text, got, reason, want)
		}
	}
	for _, text := range []string{"010", "0755", "0o14", "0x1F", "0b1", "1_000", ".inf", "-.INF", ".nan", "08", "00.5", "99999999999999999999", "1e999"} {
		n := yaml.Node{Text: text, Plain: true}
		if got, reason := n.Value(); reason == "" {
			t.Errorf("%q is %#v", text, got)
		}
	}
}

// TestNumbersAgainstAnotherReader: whatever looks like a number is one to both, and the same, or is refused.
func TestNumbersAgainstAnotherReader(t *testing.T) {
	shape := func(v any) string {
		switch v.(type) {
		case nil:
			return "!!null"
		case bool:
			return "!!bool"
		case string:
			return "!!str"
		case float64:
			return "!!float"
		default:
			return "!!int"
		}
	}
	draw := rand.New(rand.NewPCG(7, 7))
	for range *files * 10 {
		text := make([]byte, 1+draw.IntN(6))
		for i := range text {
			text[i] = "001234567899..eE+-_xobfnaNtru~:"[draw.IntN(31)]
		}
		n := yaml.Node{Text: string(text), Plain: true}
		got, reason := n.Value()
		var theirs other.Node
		if reason != "" || other.Unmarshal([]byte("[ "+n.Text+" ]"), &theirs) != nil || theirs.Content[0].Content[0].Kind != other.ScalarNode {
			continue
		}
		tag := strings.Replace(theirs.Content[0].Content[0].ShortTag(), "!!timestamp", "!!str", 1)
		if shape(got) != tag {
			t.Errorf("%q is %s, to the other reader %s", n.Text, shape(got), tag)
		}
		if i, ok := got.(int64); ok {
			var j int64
			if err := theirs.Content[0].Content[0].Decode(&j); err != nil || i != j {
				t.Errorf("%q is %d, to the other reader %d (%v)", n.Text, i, j, err)
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("a: [b, {c: d}]\ne: |+\n  f\n")
	f.Add("- &a \"b\\\n  c\"\n- *a\n- 'd''e' # f\n- >2-\n   g\n")
	f.Fuzz(func(t *testing.T, text string) {
		_, err := yaml.Parse(text)
		var wrong *yaml.Error
		if err != nil && !errors.As(err, &wrong) {
			t.Error(err)
		}
	})
}
