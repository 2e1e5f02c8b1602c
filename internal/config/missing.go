package config

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// look is something that a job or a session needs on its machine.
type look struct {
	place Problem // without its message
	job   string  // that needs it; empty: a session does
	kind  lookKind
	what  string // its name or path
	dir   string // the folder in which a relative path begins
	path  string // the PATH that the file sets; empty: that of the daemon
	need  string // what happens without the variable; of a folder, what is said besides
}

type lookKind int

const (
	lookVariable lookKind = iota // a variable that a process gets
	lookSecret                   // a variable that the daemon reads
	lookFolder
	lookFile
	lookProgram
)

// Missing warns of folders, files and programs that jobs and sessions need and the machine does not have. They are warnings
// only: a missing program may be there when the job runs, and the daemon may have another PATH.
func (c Config) Missing(env func(string) (string, bool)) []Problem {
	return c.look(func(l look) string {
		switch l.kind {
		case lookFolder:
			if info, err := os.Stat(l.what); err != nil || !info.IsDir() {
				return fmt.Sprintf("the folder %s does not exist%s", l.what, l.need)
			}
		case lookFile:
			if _, err := os.Stat(l.what); err != nil {
				return fmt.Sprintf("the file %s does not exist; %s", l.what, l.need)
			}
		case lookProgram:
			return l.noProgram(env)
		}
		return ""
	})
}

// Unset warns of variables that the file names and that are not set here, or empty although the daemon reads a secret
// from them.
func (c Config) Unset(env func(string) (string, bool)) []Problem {
	return c.look(func(l look) string {
		if l.kind != lookVariable && l.kind != lookSecret {
			return ""
		}
		switch value, set := env(l.what); {
		case !set:
			return fmt.Sprintf("the variable %s is not set here; %s", l.what, l.need)
		case l.kind == lookSecret && strings.TrimSpace(value) == "":
			return fmt.Sprintf("the variable %s is empty here; %s", l.what, l.need)
		}
		return ""
	})
}

// Passed are the variables that jobs of the file pass on by their own env, with these jobs. Those of a preset are not
// among them: they are what its program may be given, and most jobs are not.
func (c Config) Passed() map[string][]string {
	jobs := map[string][]string{}
	for _, l := range c.needs {
		if l.job != "" && l.kind == lookVariable {
			jobs[l.what] = append(jobs[l.what], l.job)
		}
	}
	return jobs
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

// Secrets names the variables with secrets that the daemon reads for jobs and sessions, in the order of the file, and
// what happens without each.
func (c Config) Secrets() (names []string, needs map[string]string) {
	needs = map[string]string{}
	for _, l := range c.needs {
		if _, seen := needs[l.what]; l.kind == lookSecret && !seen {
			names, needs[l.what] = append(names, l.what), l.need
		}
	}
	return names, needs
}

// noProgram says that the program does not exist; empty: it exists, or that cannot be known.
func (l look) noProgram(env func(string) (string, bool)) string {
	if strings.Contains(l.what, "/") {
		return l.noFile()
	}
	path := l.path
	if path == "" {
		path, _ = env("PATH")
	}
	if path == "" {
		return "" // the process gets a default PATH
	}
	for _, dir := range filepath.SplitList(path) {
		if !filepath.IsAbs(dir) {
			dir = filepath.Join(l.dir, dir)
		}
		if _, err := exec.LookPath(filepath.Join(dir, l.what)); err == nil {
			return ""
		}
	}
	return fmt.Sprintf("the program %s is not in the PATH that it gets here", l.what)
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
		return fmt.Sprintf("the program %s is not executable (chmod +x)", l.what)
	}
	return fmt.Sprintf("the program %s does not exist", l.what)
}
