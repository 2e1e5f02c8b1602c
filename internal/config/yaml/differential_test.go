package yaml_test

import (
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	other "go.yaml.in/yaml/v3"

	"curfew/internal/config/yaml"
)

var files = flag.Int("files", 2_000, "how many random files the two readers of YAML are compared on")

// TestAgainstAnotherReader writes random values in random styles, with TABs and CR LF here and there. What is
// read must be what was written, and what another reader (a port of libyaml, which the program does not link) reads.
func TestAgainstAnotherReader(t *testing.T) {
	both := 0
	for seed := range *files {
		w := &writer{Rand: rand.New(rand.NewPCG(uint64(seed), 1)), tabs: seed%2 == 0}
		want := w.file()
		root, err := yaml.Parse(want.text)
		if err != nil {
			t.Fatalf("seed %d: refused: %v\n%s", seed, err, shown(want.text))
		}
		if got, want := ours(root), written(want); got != want {
			t.Fatalf("seed %d: read\n%s\nwant\n%s\n%s", seed, got, want, shown(w.b.String()))
		}
		theirs, err := theirs(want.text)
		switch {
		case w.odd: // theirs may be anything
		case err != nil:
			t.Fatalf("seed %d: the other reader refuses: %v\n%s", seed, err, shown(want.text))
		case theirs != ours(root):
			t.Fatalf("seed %d: read\n%s\nthe other reader\n%s\n%s", seed, ours(root), theirs, shown(want.text))
		default:
			both++
		}
	}
	if both < *files*9/10 {
		t.Errorf("compared only %d of %d files", both, *files)
	}
}

// TestDamaged damages such files at random: what is read must be what the other reader reads, or refused.
func TestDamaged(t *testing.T) {
	read, refused := 0, map[string]int{}
	for seed := range *files {
		w := &writer{Rand: rand.New(rand.NewPCG(uint64(seed), 2)), tabs: seed%2 == 0}
		text := w.file().text
		for range 1 + w.IntN(3) {
			text = strings.ToValidUTF8(w.damage(text), "")
		}
		root, err := yaml.Parse(text)
		theirs, theirErr := theirs(text)
		var wrong *yaml.Error
		switch {
		case errors.As(err, &wrong):
			if wrong.Line < 1 || wrong.Col < 1 || wrong.Message == "" {
				t.Fatalf("seed %d: %v\n%s", seed, err, shown(text))
			}
			if theirErr == nil {
				refused[wrong.Message]++
			}
		case err != nil:
			t.Fatalf("seed %d: %v", seed, err)
		case w.odd || limit(text, theirErr) || asks(root):
		case theirErr != nil:
			t.Fatalf("seed %d: read\n%s\nthe other reader refuses: %v\n%s", seed, ours(root), theirErr, shown(text))
		case theirs != ours(root):
			t.Fatalf("seed %d: read\n%s\nthe other reader\n%s\n%s", seed, ours(root), theirs, shown(text))
		default:
			read++
		}
	}
	if read < *files/10 {
		t.Errorf("read only %d of %d files", read, *files)
	}
	for message, n := range refused {
		t.Logf("%6d refused, and not by the other: %s", n, message)
	}
}

// limit reports what the other reader is known not to take, though it is YAML.
func limit(text string, err error) bool {
	if err == nil {
		return false
	}
	if strings.Contains(err.Error(), "unknown anchor") || strings.Contains(err.Error(), "contains itself") {
		return true // that is for who resolves the aliases
	}
	return strings.Contains(err.Error(), "found a tab character where an indentation space is expected") ||
		strings.Contains(err.Error(), "found unknown escape character") && strings.Contains(text, `\/`)
}

// asks reports whether a text without quotes has a question mark in it, which between brackets the other reader
// takes for the sign of a key.
func asks(n *yaml.Node) bool {
	if n == nil {
		return false
	}
	found := n.Plain && strings.Contains(n.Text, "?")
	for _, e := range n.Entries {
		found = found || asks(e.Key) || asks(e.Value)
	}
	return found || slices.ContainsFunc(n.Items, asks)
}

// damage changes a place or a line of a text.
func (w *writer) damage(text string) string {
	at := w.IntN(len(text) + 1)
	signs := []string{" ", "  ", "\t", "\n", "\r\n", ":", ": ", "#", " #", "-", "- ", "\n- ", "'", `"`, "[", "]", "{", "}", ",", "|", ">", "&a ", "*a", "!", "?", "? ", "\\", "%", "@", "---\n", "x"}
	switch w.IntN(4) {
	case 0:
		return text[:at] + pick(w, signs) + text[at:]
	case 1:
		end := min(len(text), at+1+w.IntN(3))
		return text[:at] + text[end:]
	case 2:
		lines := strings.SplitAfter(text, "\n")
		i, j := w.IntN(len(lines)), w.IntN(len(lines))
		lines[i], lines[j] = lines[j], lines[i]
		return strings.Join(lines, "")
	default:
		lines := strings.SplitAfter(text, "\n")
		i := w.IntN(len(lines))
		if w.IntN(2) == 0 {
			lines[i] = strings.TrimPrefix(lines[i], " ")
		} else {
			lines[i] = pick(w, []string{" ", "  ", "\t"}) + lines[i]
		}
		return strings.Join(lines, "")
	}
}

// ours, theirs and written print a tree alike.
func ours(n *yaml.Node) string {
	if n == nil {
		return "nothing"
	}
	var b strings.Builder
	if n.Anchor != "" {
		fmt.Fprintf(&b, "&%s ", n.Anchor)
	}
	switch n.Kind {
	case yaml.Mapping:
		b.WriteString("{")
		for _, e := range n.Entries {
			fmt.Fprintf(&b, "%s: %s, ", ours(e.Key), ours(e.Value))
		}
		b.WriteString("}")
	case yaml.Sequence:
		b.WriteString("[")
		for _, item := range n.Items {
			b.WriteString(ours(item) + ", ")
		}
		b.WriteString("]")
	case yaml.Alias:
		b.WriteString("*" + n.Text)
	default:
		fmt.Fprintf(&b, "%q", n.Text)
	}
	return b.String()
}

func written(v value) string {
	var b strings.Builder
	switch v.kind {
	case "map":
		b.WriteString("{")
		for i, key := range v.keys {
			fmt.Fprintf(&b, "%q: %s, ", key, written(v.vals[i]))
		}
		b.WriteString("}")
	case "list":
		b.WriteString("[")
		for _, item := range v.vals {
			b.WriteString(written(item) + ", ")
		}
		b.WriteString("]")
	default:
		fmt.Fprintf(&b, "%q", v.text)
	}
	return b.String()
}

func theirs(text string) (out string, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	d := other.NewDecoder(strings.NewReader(text))
	var n other.Node
	if err := d.Decode(&n); err != nil {
		if err.Error() == "EOF" {
			return "nothing", nil
		}
		return "", err
	}
	if err := d.Decode(new(other.Node)); err == nil || err.Error() != "EOF" {
		return "", fmt.Errorf("a second document: %w", err)
	}
	if root := n.Content[0]; root.Tag == "!!null" && root.Value == "" && root.Anchor == "" {
		return "nothing", nil
	}
	return printed(n.Content[0]), nil
}

func printed(n *other.Node) string {
	var b strings.Builder
	if n.Anchor != "" {
		fmt.Fprintf(&b, "&%s ", n.Anchor)
	}
	switch n.Kind {
	case other.MappingNode:
		b.WriteString("{")
		for i := 0; i+1 < len(n.Content); i += 2 {
			fmt.Fprintf(&b, "%s: %s, ", printed(n.Content[i]), printed(n.Content[i+1]))
		}
		b.WriteString("}")
	case other.SequenceNode:
		b.WriteString("[")
		for _, item := range n.Content {
			b.WriteString(printed(item) + ", ")
		}
		b.WriteString("]")
	case other.AliasNode:
		b.WriteString("*" + n.Value)
	default:
		fmt.Fprintf(&b, "%q", n.Value)
	}
	return b.String()
}

// shown is a file with its TABs and carriage returns made visible.
func shown(text string) string { return strings.NewReplacer("\t", "→", "\r", "␍").Replace(text) }
