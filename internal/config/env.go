package config

import (
	"slices"
	"strings"

	"curfew/actors"
	"curfew/messages"
	"curfew/messages/text"
)

var envForm = text.Pattern(actors.VariableName)

const (
	envPrefix = "CURFEW_"     // of the variables that tell a process which run it belongs to
	envData   = "CURFEW_DATA" // allowed, so that a job can call curfew
)

// env reads the variables of a process: names of variables to pass on from the daemon, and variables with values. The
// key has a list of names, a mapping of values, or a list of both.
func (b *builder) env(o object) (names []string, values map[string]string) {
	n := o.get("env", shapeList, shapeMapping)
	if n == nil {
		return nil, nil
	}
	items := n.items
	if n.shape == shapeMapping {
		items = []*node{n}
	}
	values = map[string]string{}
	for _, item := range items {
		switch {
		case item.shape == shapeMapping:
			for _, m := range item.members {
				b.envValue(m, names, values)
			}
		case item.shape != shapeText:
			b.envItem(item)
		default:
			name := item.scalar.(string)
			if b.envName(item, name) && b.envOnce(item, name, names, values) {
				names = append(names, name)
			}
		}
	}
	if len(names)+len(values) > maxEnv {
		b.at(n, "env has more than %d variables", maxEnv)
	}
	if len(values) == 0 {
		values = nil
	}
	return names, values
}

func (b *builder) envItem(n *node) {
	if n.shape != shapeBroken {
		b.at(n, "env lists names of variables to pass on, such as HTTPS_PROXY, and values, such as {LANG: C}; %s is neither", n)
	}
}

// envValue adds one variable with its value. A number or a word such as true is refused, since YAML does not always
// keep it as it is written, such as 010 or yes.
func (b *builder) envValue(m member, names []string, values map[string]string) {
	n := m.value
	at := &node{line: m.line, col: m.col}
	switch {
	case n.shape == shapeBroken || !b.envName(at, m.key) || !b.envOnce(at, m.key, names, values):
	case n.shape == shapeNull:
		b.at(at, `env gives %s no value; write %s: "" if it is to be empty, or list the name to pass on the daemon's`, m.key, m.key)
	case n.shape == shapeList, n.shape == shapeMapping:
		b.at(n, "env.%s must be a text, not %s", m.key, n)
	case n.shape != shapeText:
		b.at(n, "env.%s must be a text: put %s into quotes", m.key, n)
	case len(n.scalar.(string)) > maxEnvValue:
		b.at(n, "env.%s is longer than %d bytes; put it into a file", m.key, maxEnvValue)
	case strings.ContainsRune(n.scalar.(string), 0):
		b.at(n, "env.%s must not contain NUL", m.key)
	default:
		values[m.key] = n.scalar.(string)
		b.unreadIn(&m, "env."+m.key)
	}
}

func (b *builder) envName(n *node, name string) bool {
	before, _, assigned := strings.Cut(name, "=") // the text after it may be a secret
	switch {
	case assigned && envForm().MatchString(before):
		b.at(n, "env: a value of %s is written as {%s: value}", before, before)
	case !envForm().MatchString(name):
		b.at(n, "env: %.80q is not a valid variable name; use letters, digits and _, and no digit first", before)
	case strings.HasPrefix(name, envPrefix) && name != envData:
		b.at(n, "env: %s: names that begin with %s are reserved for Curfew", name, envPrefix)
	default:
		return true
	}
	return false
}

func (b *builder) envOnce(n *node, name string, names []string, values map[string]string) bool {
	_, set := values[name]
	if set || slices.Contains(names, name) {
		b.at(n, "env names %s twice", name)
		return false
	}
	return true
}

// denied reports that a job's env names a variable that no job's process gets. It runs after all jobs are read, when
// those variables are known.
func (b *builder) denied(n *node, def messages.Definition) {
	at := n // unless the variable is in the job's own env, it is the preset's
	if m := n.find("env"); m != nil {
		at = m.value
	}
	for _, name := range b.out.DenyEnv {
		if slices.Contains(def.Env, name) {
			b.warn(at, "%s holds a provider's key, so no job's process gets it; remove it from env", name)
		}
		if _, set := def.EnvValues[name]; set {
			b.at(at, "%s holds a provider's key, so no job's process gets it; remove it from env", name)
		}
	}
}
