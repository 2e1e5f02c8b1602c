package config

import (
	"path/filepath"
	"strings"
)

// maxNamed is how many jobs of a [Program] are named.
const maxNamed = 10

// Program is what jobs of the file begin a process with.
type Program struct {
	Name string   // or path
	Path string   // the PATH that these jobs set; empty: they have that of the daemon
	Jobs []string // at most 10, in the order of the file
	Of   int      // how many jobs there are
	at   look     // of the last of them
}

// Programs are those of the jobs, each once, in the order of the file.
func (c Config) Programs() (all []Program) {
	type key struct{ name, path, dir string }
	known := map[key]int{}
	for _, l := range c.needs {
		if l.kind != lookProgram || l.job == "" {
			continue
		}
		k := key{name: l.what, path: l.path}
		if strings.Contains(l.what, "/") && !filepath.IsAbs(l.what) {
			k.dir = l.dir
		}
		i, ok := known[k]
		if !ok {
			i = len(all)
			known[k], all = i, append(all, Program{Name: l.what, Path: l.path, at: l})
		}
		p := &all[i]
		if p.Of > 0 && p.at.job == l.job {
			continue // it has it twice
		}
		p.at = l
		p.Of++
		if len(p.Jobs) < maxNamed {
			p.Jobs = append(p.Jobs, l.job)
		}
	}
	return all
}

// Why says why the program cannot be run on this machine, as far as that can be known; empty: it can. Env looks a variable
// of the daemon up.
func (p Program) Why(env func(string) (string, bool)) string { return p.at.noProgram(env) }
