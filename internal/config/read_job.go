package config

import (
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"unicode/utf8"

	"curfew/messages"
)

// MaxJobText bounds the text of one job that does not come from the job file, in bytes.
const MaxJobText = 64 << 10

// Job reads one job that does not come from the job file, as YAML or JSON, by the rules of the file: its sessions,
// targets, defaults and presets. Source is used in messages, and name is the job's, which the text may leave out. The
// error is an [*Invalid] that knows the keys of its problems.
//
// The job is kept in the journal and not in a folder, so its `with.dir` must be absolute; left out it is the job file's
// folder. It cannot have a healthcheck, whose address may be a secret. Others are the jobs that there are, among which is
// the one that it may follow.
func (c Config) Job(source, name string, text []byte, others []messages.Definition) (messages.Definition, Config, error) {
	b := newBuilder(c.file, c.dir, c.kinds)
	if len(c.data) > 0 {
		b.file(c.data) // it is valid: it has been read before
	} else { // there is no job file
		b.out = Config{Runtime: c.Runtime, Targets: c.Targets}
		b.kept = messages.History{}.OrDefault()
	}
	b.reader, b.files, b.needs = &reader{file: source}, nil, nil
	root := b.jobText(text)
	if root != nil {
		b.called(root, name)
		b.apart(root)
		b.job(root)
		b.out.DenyEnv = append(b.out.DenyEnv, c.DenyEnv...)
		b.chains(slices.DeleteFunc(slices.Clone(others), func(d messages.Definition) bool { return d.Job == name }))
		b.lint()
	}
	if len(b.problems) > 0 {
		return messages.Definition{}, Config{}, &Invalid{Problems: inOrder(b.problems), job: root}
	}
	read := b.config()
	if c.fleet {
		read = read.InFleet()
	}
	if problems, _ := read.Users(true); len(problems) > 0 {
		return messages.Definition{}, Config{}, &Invalid{Problems: problems, job: root}
	}
	def := read.Jobs[0]
	def.ManagedBy = messages.ManagedByAPI
	return def, read, nil
}

// jobText reads the text of one job; nil: it has none, and the problem has been reported.
func (b *builder) jobText(text []byte) *node {
	switch {
	case len(text) > MaxJobText:
		b.problem(1, 1, "the job is longer than %d bytes (64 KiB)", MaxJobText)
		return nil
	case !utf8.Valid(text):
		b.problem(1, 1, "the job is not UTF-8 (byte %d)", validPrefix(text)+1)
		return nil
	}
	root := b.parseTree(text)
	switch {
	case root == nil && len(b.problems) == 0:
		b.problem(1, 1, "there is no job; give its keys, such as actor and schedule")
	case root != nil && root.shape != shapeMapping:
		b.at(root, "a job must be a mapping, not %s", root)
	case root.find("jobs") != nil:
		m := root.find("jobs")
		b.problem(m.line, m.col, "this is a whole job file; give one job, which is one item of its list")
	default:
		return root
	}
	return nil
}

// called gives the job its name; one that it has itself must be the same.
func (b *builder) called(root *node, name string) {
	m := root.find("name")
	if m == nil {
		at := &node{shape: shapeText, line: root.line, col: root.col, scalar: name}
		root.members = append(root.members, member{key: "name", line: root.line, col: root.col, value: at})
		return
	}
	if own, ok := m.value.scalar.(string); ok && own != name {
		b.at(m.value, "the job is set as %q, and names itself %q; remove name, or make it the same", name, own)
	}
}

// apart refuses what only a job of the job file can have.
func (b *builder) apart(root *node) {
	if m := root.find("healthcheck"); m != nil {
		b.problem(m.line, m.col, "only a job of the job file can have a healthcheck: its address may be a secret, and is not kept in the journal")
	}
	with := root.find("with")
	if with == nil {
		return
	}
	if m := with.value.find("dir"); m != nil {
		if dir, ok := m.value.scalar.(string); ok && dir != "" && !filepath.IsAbs(dir) {
			b.at(m.value, "dir must be a whole path, because a job that is not in the job file has no folder of its own; left out it is %s", b.dir)
		}
	}
}

// Denied names the variables that hold keys of a job, by its definition. No job's process may see them.
func Denied(def messages.Definition) []string {
	b := &builder{reader: &reader{}}
	if n := b.parseTree(def.With); n != nil {
		b.keys(n, def.Actor)
	}
	return b.out.DenyEnv
}

// fieldAt is the path of the key or the item at that place, such as "with.command" or "deliver.to[1]"; empty: it is
// about the whole.
func fieldAt(n *node, line, col int) string {
	if n == nil {
		return ""
	}
	here := func(l, c int) bool { return l == line && c == col }
	for _, m := range n.members {
		if inner := fieldAt(m.value, line, col); inner != "" {
			return join(m.key, inner)
		}
		if here(m.line, m.col) && m.value.line >= m.line && m.key != "name" || here(m.value.line, m.value.col) {
			return m.key
		}
	}
	for i, item := range n.items {
		at := "[" + strconv.Itoa(i) + "]"
		if inner := fieldAt(item, line, col); inner != "" {
			return join(at, inner)
		}
		if here(item.line, item.col) {
			return at
		}
	}
	return ""
}

func join(outer, inner string) string {
	if inner[0] == '[' {
		return outer + inner
	}
	return fmt.Sprintf("%s.%s", outer, inner)
}
