package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
)

// yamlIndent is by how many columns a block is indented.
const yamlIndent = 2

// inYAML is a JSON value as a YAML document that begins with ---, with the members in the same order.
func inYAML(raw []byte) ([]byte, error) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber() // so that a number stays as it is written
	n, err := yamlNode(dec)
	if err != nil {
		return nil, fmt.Errorf("write the answer as YAML: %w", err)
	}
	var out bytes.Buffer
	out.WriteString("---\n")
	enc := yaml.NewEncoder(&out)
	enc.SetIndent(yamlIndent)
	if err := enc.Encode(n); err != nil {
		return nil, fmt.Errorf("write the answer as YAML: %w", err)
	}
	return out.Bytes(), enc.Close()
}

// yamlNode reads the next JSON value.
func yamlNode(dec *json.Decoder) (*yaml.Node, error) {
	token, err := dec.Token()
	if err != nil {
		return nil, err
	}
	n := &yaml.Node{Kind: yaml.ScalarNode}
	switch v := token.(type) {
	case json.Delim:
		return yamlBlock(dec, v)
	case string:
		if blankAtStart(v) {
			n.Tag, n.Value, n.Style = "!!str", v, yaml.DoubleQuotedStyle
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

// yamlBlock reads the rest of an object or a list.
func yamlBlock(dec *json.Decoder, open json.Delim) (*yaml.Node, error) {
	n := &yaml.Node{Kind: yaml.SequenceNode}
	if open == '{' {
		n.Kind = yaml.MappingNode
	}
	for dec.More() { // the names of an object's members come as texts, in their places
		part, err := yamlNode(dec)
		if err != nil {
			return nil, err
		}
		n.Content = append(n.Content, part)
	}
	if len(n.Content) == 0 {
		n.Style = yaml.FlowStyle // {} and []
	}
	_, err := dec.Token() // the closing delimiter
	return n, err
}
