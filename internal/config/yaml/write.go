package yaml

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	other "go.yaml.in/yaml/v3"
)

// indent is by how many columns a block is indented.
const indent = 2

// FromJSON is a JSON value as YAML, with the members in the same order. [Parse] reads it back, and so do other readers.
func FromJSON(raw []byte) ([]byte, error) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber() // so that a number stays as it is written
	n, err := nodeOf(dec)
	if err != nil {
		return nil, fmt.Errorf("write YAML: %w", err)
	}
	var out bytes.Buffer
	enc := other.NewEncoder(&out)
	enc.SetIndent(indent)
	if err := enc.Encode(n); err != nil {
		return nil, fmt.Errorf("write YAML: %w", err)
	}
	return out.Bytes(), enc.Close()
}

// nodeOf reads the next JSON value.
func nodeOf(dec *json.Decoder) (*other.Node, error) {
	token, err := dec.Token()
	if err != nil {
		return nil, err
	}
	n := &other.Node{Kind: other.ScalarNode}
	switch v := token.(type) {
	case json.Delim:
		return blockOf(dec, v)
	case string:
		if blankAtStart(v) || strings.ContainsFunc(v, barred) {
			n.Tag, n.Value, n.Style = "!!str", v, other.DoubleQuotedStyle
			return n, nil
		}
		return n, n.Encode(v) // in quotes where YAML 1.1 would read something else, such as in yes
	case json.Number:
		n.Value = v.String()
	case bool:
		n.Value = fmt.Sprint(v)
	default:
		n.Value = "null"
	}
	return n, nil
}

// blankAtStart reports whether a text with several lines begins with white space, or a line of it with a tab. As a block
// it would not be read back: the library takes that for the indentation.
func blankAtStart(text string) bool {
	return strings.Contains(text, "\n") && (strings.TrimLeft(text, " \t\r\n") != text || strings.Contains(text, "\n\t"))
}

// blockOf reads the rest of an object or a list.
func blockOf(dec *json.Decoder, open json.Delim) (*other.Node, error) {
	n := &other.Node{Kind: other.SequenceNode}
	if open == '{' {
		n.Kind = other.MappingNode
	}
	for dec.More() { // the names of an object's members come as texts, in their places
		part, err := nodeOf(dec)
		if err != nil {
			return nil, err
		}
		n.Content = append(n.Content, part)
	}
	if len(n.Content) == 0 {
		n.Style = other.FlowStyle // {} and []
	}
	_, err := dec.Token() // the closing delimiter
	return n, err
}
