package config

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
)

// look is something that a job needs of the machine it runs on.
type look struct {
	place Problem // without its message
	kind  lookKind
	what  string // its name or path
	dir   string // that a relative program is in
}

type lookKind int

const (
	lookVariable lookKind = iota
	lookFolder
	lookProgram
)

// pathFirst is a command that begins with the path of a program.
var pathFirst = regexp.MustCompile(`^\s*(\.{0,2}/[A-Za-z0-9._/+-]+)(\s|$|[;&|<>])`)

// looks notes what a job needs, to be looked up by [Config.Missing].
func (b *builder) looks(n *node, dir string) {
	with := n.find("with")
	add := func(v *node, kind lookKind, what string) {
		b.needs = append(b.needs, look{Problem{File: b.reader.file, Line: v.line, Col: v.col}, kind, what, dir})
	}
	if m := n.find("env"); m != nil {
		for _, item := range m.value.items {
			if name, ok := item.scalar.(string); ok {
				add(item, lookVariable, name)
			}
		}
	}
	if with == nil {
		return
	}
	if p := with.value.find("provider"); p != nil {
		if key := p.value.find("api_key_env"); key != nil {
			if name, ok := key.value.scalar.(string); ok {
				add(key.value, lookVariable, name)
			}
		}
	}
	if m := with.value.find("dir"); m != nil && dir != "" {
		add(m.value, lookFolder, dir)
	}
	if m := with.value.find("argv"); m != nil && len(m.value.items) > 0 {
		if name, ok := m.value.items[0].scalar.(string); ok {
			add(m.value.items[0], lookProgram, name)
		}
	}
	for _, key := range []string{"command", "shell"} {
		m := with.value.find(key)
		if m == nil {
			continue
		}
		text, _ := m.value.scalar.(string)
		if found := pathFirst.FindStringSubmatch(text); found != nil {
			add(m.value, lookProgram, found[1])
		} else if key == "shell" && text != "" {
			add(m.value, lookProgram, text)
		}
	}
}

// Missing warns of what jobs need and the machine does not have: variables, folders, programs. What is missing now may be there
// when a job runs, so nothing of it keeps a runtime from starting.
func (c Config) Missing(env func(string) (string, bool)) (warnings []Problem) {
	for _, l := range c.needs {
		if text := l.missing(env); text != "" {
			p := l.place
			p.Message = text
			warnings = append(warnings, p)
		}
	}
	return inOrder(warnings)
}

func (l look) missing(env func(string) (string, bool)) string {
	switch l.kind {
	case lookVariable:
		if _, set := env(l.what); !set {
			return fmt.Sprintf("the variable %s is not set here; the job will not have it", l.what)
		}
	case lookFolder:
		if info, err := os.Stat(l.what); err != nil || !info.IsDir() {
			return fmt.Sprintf("there is no folder %s", l.what)
		}
	case lookProgram:
		name := l.what
		if filepath.Base(name) != name && !filepath.IsAbs(name) {
			name = filepath.Join(l.dir, name)
		}
		if _, err := exec.LookPath(name); err != nil {
			if info, statErr := os.Stat(name); statErr == nil && !info.IsDir() {
				return fmt.Sprintf("%s is no program: its file is not executable (chmod +x)", l.what)
			}
			return fmt.Sprintf("there is no program %s", l.what)
		}
	}
	return ""
}
