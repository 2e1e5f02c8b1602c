package config

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// look is something that a job or a session needs of the machine it runs on.
type look struct {
	place Problem // without its message
	kind  lookKind
	what  string // its name or path
	dir   string // that a relative program is in
	path  string // the PATH that the file sets; empty: that of the daemon
	need  string // what a variable is for
}

type lookKind int

const (
	lookVariable lookKind = iota // that a process is to have
	lookSecret                   // that the daemon reads
	lookFolder
	lookProgram
)

// Missing warns of folders and programs that jobs and sessions need and the machine does not have. What is missing now may be
// there when a job runs, and another daemon may have another PATH, so nothing of it keeps a runtime from starting.
func (c Config) Missing(env func(string) (string, bool)) []Problem {
	return c.look(func(l look) string {
		switch l.kind {
		case lookFolder:
			if info, err := os.Stat(l.what); err != nil || !info.IsDir() {
				return fmt.Sprintf("there is no folder %s", l.what)
			}
		case lookProgram:
			return l.noProgram(env)
		}
		return ""
	})
}

// Unset warns of variables that the file names and that are not set here.
func (c Config) Unset(env func(string) (string, bool)) []Problem {
	return c.look(func(l look) string {
		if l.kind != lookVariable && l.kind != lookSecret {
			return ""
		}
		if _, set := env(l.what); set {
			return ""
		}
		return fmt.Sprintf("the variable %s is not set where check runs; %s", l.what, l.need)
	})
}

func (c Config) look(at func(look) string) (warnings []Problem) {
	for _, l := range c.needs {
		if text := at(l); text != "" {
			p := l.place
			p.Message = text
			warnings = append(warnings, p)
		}
	}
	return inOrder(warnings)
}

// Secrets names the variables of secrets that the daemon reads for jobs and sessions, each with what needs it, in the order of
// the file.
func (c Config) Secrets() (names []string, needs map[string]string) {
	needs = map[string]string{}
	for _, l := range c.needs {
		if _, seen := needs[l.what]; l.kind == lookSecret && !seen {
			names, needs[l.what] = append(names, l.what), l.need
		}
	}
	return names, needs
}

// noProgram says that there is no such program; empty: there is, or nobody can tell.
func (l look) noProgram(env func(string) (string, bool)) string {
	if strings.Contains(l.what, "/") {
		return l.noFile()
	}
	path := l.path
	if path == "" {
		path, _ = env("PATH")
	}
	if path == "" {
		return "" // the runner chooses one
	}
	for _, dir := range filepath.SplitList(path) {
		if !filepath.IsAbs(dir) {
			dir = filepath.Join(l.dir, dir)
		}
		if _, err := exec.LookPath(filepath.Join(dir, l.what)); err == nil {
			return ""
		}
	}
	return fmt.Sprintf("there is no program %s in the PATH that it gets here", l.what)
}

func (l look) noFile() string {
	name := l.what
	if !filepath.IsAbs(name) {
		name = filepath.Join(l.dir, name)
	}
	if _, err := exec.LookPath(name); err == nil {
		return ""
	}
	if info, err := os.Stat(name); err == nil && !info.IsDir() {
		return fmt.Sprintf("%s is no program: its file is not executable (chmod +x)", l.what)
	}
	return fmt.Sprintf("there is no program %s", l.what)
}
