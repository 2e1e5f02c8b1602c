package config

import (
	"strconv"

	"curfew/messages"
	"curfew/messages/text"
)

var (
	labelName  = text.Pattern(messages.LabelName)
	labelValue = text.Pattern(messages.LabelValue)
)

// labels reads what a job asks of the node that performs it: {gpu: true, zone: eu}. Nil: nothing. True and false are
// the texts.
func (b *builder) labels(o object, key string) map[string]string {
	n := o.get(key, shapeMapping)
	if n == nil {
		return nil
	}
	if len(n.members) > messages.MaxLabels {
		b.at(n, "%s has more than %d labels", key, messages.MaxLabels)
		return nil
	}
	labels := make(map[string]string, len(n.members))
	for _, m := range n.members {
		value, is := m.value.scalar.(string)
		if yes, ok := m.value.scalar.(bool); ok {
			value, is = strconv.FormatBool(yes), true
		}
		at := &node{line: m.line, col: m.col}
		switch {
		case m.value.shape == shapeBroken:
		case !labelName().MatchString(m.key):
			b.at(at, "%s: %.80q is not a valid label; use 1 to 63 of a-z, 0-9, ., _, / and -, beginning with a letter or digit", key, m.key)
		case m.value.shape == shapeNull:
			b.at(at, "%s: label %s has no value; write true if the label is enough", key, m.key)
		case !is && m.value.shape != shapeList && m.value.shape != shapeMapping:
			b.at(m.value, "%s.%s must be a text, or true or false: put %s into quotes", key, m.key, m.value)
		case !is:
			b.at(m.value, "%s.%s must be a text, or true or false, not %s", key, m.key, m.value)
		case !labelValue().MatchString(value):
			b.at(m.value, "%s.%s must be 1 to 63 letters, digits, ., _, / and -, beginning with a letter or digit, not %.80q",
				key, m.key, value)
		default:
			labels[m.key] = value
		}
	}
	if len(labels) == 0 {
		return nil
	}
	return labels
}
