package jobschema

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
)

// maker makes values that the schema takes.
type maker struct {
	*rand.Rand
	whole object
	full  bool // every key is there, but for those that exclude each other
	names int  // that were made up
}

// texts are values for keys whose text has rules that a schema cannot say, by the last part of their path.
var texts = map[string][]string{
	"schedule": {"0 7 * * *", "@daily", "every 15m", "30 6 * * 1-5"}, "timezone": {"UTC", "Europe/Vienna"},
	"start": {"2027-01-01"}, "end": {"2027-12-31", "2028-01-01T09:00:00Z"}, "session": {"default", "none"}, "to": {"log"}, "notify": {"log"},
	"url": {"https://example.com/a"}, "base_url": {"https://example.com/v1"}, "definition": {"briefing"}, "preset": {"claude-code"},
	"argv": {"tool"}, "any": {"text"}, "splay": {"30s", "1h"}, "keep": {"30d", "25h"}, "every": {"1s", "5m"}, "timeout": {"90s", "5m"},
	"file": {"/tmp/a", "b.jsonl"},
}

// variablePattern is that of the names of variables, each of which a file has once.
const variablePattern = `^[A-Za-z_][A-Za-z0-9_]*$`

// forms are values for the patterns of the schema, by their beginnings.
var forms = []struct{ pattern, text string }{
	{`^[a-z0-9][a-z0-9_-]{0,30}\.`, "mail.search"},
	{`^[a-z0-9]`, "name"},
	{`^[A-Za-z0-9][A-Za-z0-9._/-]`, "eu-1"},
	{`^(?:([A-Za-z]+) )?`, "Bearer TOKEN_NAME"},
	{`^[A-Za-z0-9_][`, "www-data"},
	{`^([01][0-9]`, "08:30"},
	{`^[Hh]`, "https://example.com/a"},
	{`^[0-9]{4}`, "2027-12-25"},
	{`^\+?`, "90s"},
	{`^[-+]?(?:`, "90s"},
	{`^(?:none`, "none"},
	{`^(?:\+?`, "2d"},
	{`^[0-9,.]`, "2GiB"},
	{`^\s*`, "10/s"},
	{`^/`, "/models"},
	{`^[A-Za-z0-9_.-]*`, "credential"},
	{`^(/`, "/bin/sh"},
	{`^[A-Za-z][A-Za-z0-9+.-]*:`, "ntfy://ntfy.sh/topic"},
	{"^[A-Za-z0-9!", "X-Name"},
	{`^-`, "--mode"},
	{`^[^.]+`, "usage.input_tokens"},
	{`\S`, "text"},
	{`[\s\S]`, "text"},
}

func (m *maker) chance(of int) bool { return m.IntN(of) == 0 }

// pick is one of them.
func pick[T any](m *maker, all []T) T { return all[m.IntN(len(all))] }

// resolve follows references.
func (m *maker) resolve(n object) object {
	for {
		ref, ok := n["$ref"].(string)
		if !ok {
			return n
		}
		at := m.whole
		for part := range strings.SplitSeq(strings.TrimPrefix(ref, "#/"), "/") {
			at = at[part].(object)
		}
		n = at
	}
}

// value makes a value of a node. Path is where it stands in the file, with * for names that people choose.
func (m *maker) value(n object, path string) any {
	n = m.resolve(n)
	if all, ok := n["anyOf"].([]any); ok {
		form := pick(m, all).(object)
		if form["type"] == "null" {
			return nil
		}
		return m.value(form, path)
	}
	if words, ok := n["enum"].([]any); ok {
		return pick(m, words)
	}
	switch n["type"] {
	case "object":
		return m.object(n, path)
	case "array":
		return m.list(n, path)
	case "boolean":
		return m.chance(2)
	case "integer", "number":
		return m.number(n)
	case "string":
		return m.text(n, path)
	default: // anything
		return pick(m, []any{"text", true, 5, []any{"text", 7}})
	}
}

func (m *maker) number(n object) any {
	least, ok := n["minimum"].(float64)
	if !ok {
		return m.IntN(10)
	}
	most := n["maximum"].(float64)
	if n["type"] == "number" {
		return pick(m, []float64{least, most, (least + most) / 2})
	}
	return int(pick(m, []float64{least, most, min(least+1, most)}))
}

func (m *maker) text(n object, path string) string {
	last := path[strings.LastIndexByte(strings.TrimSuffix(path, ".*"), '.')+1:]
	pattern, _ := n["pattern"].(string)
	if all, ok := texts[strings.TrimSuffix(last, ".*")]; ok && !strings.HasPrefix(path, "targets.") {
		if strings.Contains(path, "active_hours") {
			return map[string]string{"start": "00:00", "end": "23:30"}[last]
		}
		return pick(m, all)
	}
	if pattern == variablePattern {
		m.names++
		return fmt.Sprintf("VARIABLE_%d", m.names)
	}
	for _, f := range forms {
		if pattern != "" && strings.HasPrefix(pattern, f.pattern) {
			return f.text
		}
	}
	if pattern != "" {
		panic(path + ": there is no text for the pattern " + pattern)
	}
	return "text"
}

func (m *maker) list(n object, path string) any {
	least, _ := n["minItems"].(float64)
	out := []any{}
	for range int(least) + m.IntN(3) {
		item := m.value(n["items"].(object), path+".*")
		if n["uniqueItems"] == true && slices.ContainsFunc(out, func(o any) bool { return fmt.Sprint(o) == fmt.Sprint(item) }) {
			continue
		}
		out = append(out, item)
	}
	return out
}

func (m *maker) object(n object, path string) object {
	out := object{}
	keys, _ := n["properties"].(object)
	for _, name := range slices.Sorted(maps.Keys(keys)) {
		if m.full || m.chance(3) || slices.Contains(required(n), name) {
			m.put(out, n, name, path)
		}
	}
	if of, ok := n["additionalProperties"].(object); ok {
		for range m.IntN(3) {
			m.names++
			out[m.name(n)] = m.value(of, path+".*")
		}
	}
	m.together(out, n, path)
	return out
}

// put adds a key.
func (m *maker) put(out, n object, name, path string) {
	of, ok := n["properties"].(object)[name].(object)
	if !ok {
		return // a key that must not be there
	}
	out[name] = m.value(of, strings.TrimPrefix(path+"."+name, "."))
}

// name is a key that people choose.
func (m *maker) name(n object) string {
	names, _ := n["propertyNames"].(object)
	pattern, _ := names["pattern"].(string)
	switch {
	case strings.HasPrefix(pattern, `^[A-Za-z_]`):
		return fmt.Sprintf("VARIABLE_%d", m.names)
	case strings.HasPrefix(pattern, "^-"):
		return fmt.Sprintf("--flag-%d", m.names)
	case pattern == "":
		return fmt.Sprintf("field%d", m.names)
	default:
		return fmt.Sprintf("n%d", m.names)
	}
}

func required(n object) (out []string) {
	all, _ := n["required"].([]any)
	for _, name := range all {
		out = append(out, name.(string))
	}
	return out
}

// together drops and adds keys until those that belong together are together.
func (m *maker) together(out, n object, path string) {
	rules, _ := n["allOf"].([]any)
	for _, r := range rules {
		rule := r.(object)
		if not, ok := rule["not"].(object); ok {
			if both := required(not); out[both[0]] != nil && out[both[1]] != nil {
				delete(out, pick(m, both))
			}
		}
		if all, ok := rule["anyOf"].([]any); ok {
			m.some(out, n, path, all)
		}
	}
	needs, _ := n["dependentRequired"].(object)
	for name, others := range needs {
		if _, there := out[name]; !there {
			continue
		}
		for _, other := range others.([]any) {
			if _, there := out[other.(string)]; !there {
				delete(out, name)
			}
		}
	}
}

// some adds a key of a group if none is there.
func (m *maker) some(out, n object, path string, group []any) {
	var names []string
	for _, of := range group {
		name := required(of.(object))[0]
		if _, there := out[name]; there {
			return
		}
		names = append(names, name)
	}
	m.put(out, n, pick(m, names), path)
}

// complete adds the keys that a value must have by rules that stand elsewhere in the schema.
func (m *maker) complete(v any, rules, n object, path string) {
	n = m.resolve(n)
	if forms, ok := n["anyOf"].([]any); ok {
		for _, form := range forms {
			if of := m.resolve(form.(object)); of["type"] == kindOf(v) {
				n = of
			}
		}
	}
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			if inner, ok := rules["items"].(object); ok {
				m.complete(item, inner, n["items"].(object), path+".*")
			}
		}
	case object:
		for _, name := range required(rules) {
			if _, there := v[name]; !there {
				m.put(v, n, name, path)
			}
		}
		known := object{"properties": n["properties"], "allOf": rules["allOf"], "dependentRequired": rules["dependentRequired"]}
		m.together(v, known, path)
		keys, _ := rules["properties"].(object)
		for name, inner := range keys {
			if value, there := v[name]; there {
				m.complete(value, inner.(object), n["properties"].(object)[name].(object), path+"."+name)
			}
		}
		if inner, ok := rules["additionalProperties"].(object); ok {
			for name, value := range v {
				m.complete(value, inner, n["additionalProperties"].(object), path+"."+name)
			}
		}
	}
}
