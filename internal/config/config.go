// Package config reads job files: it turns YAML into the facts that a runtime starts with, with every default filled
// in. It has no rules about schedules and `with` blocks of its own: it asks the scheduler and the actor type.
//
// All problems of a file are reported at once, each with its line and column. An unknown key is an error, and so is one
// that this build does not support yet: nothing is ignored.
package config

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"curfew/actors"
	"curfew/internal/config/schema"
	"curfew/internal/zone"
	"curfew/messages"
)

// Config is a job file as values.
type Config struct {
	// Runtime has every session, "default" included, and a lane for every registered actor type.
	Runtime messages.RuntimeConfigured
	// Jobs are in the order of the file.
	Jobs []messages.Definition
	// Notify is where notifications go: names of targets.
	Notify []string
	// Targets are the receivers of deliveries and notifications besides the log, in the order of the file.
	Targets []Target
	// Healthchecks are the jobs that tell a monitor when they start and end.
	Healthchecks []Healthcheck
	// Sentry says where error reports go besides the log.
	Sentry Sentry
	// Journal says how long the journal keeps records.
	Journal Journal
	// Credentials say where tokens come from besides `session login`. Only sessions with such a source are here.
	Credentials []Credential
	// SignIns say how a sign-in to a session without a backend is noticed. Only sessions that have such a way are here.
	SignIns []SignedInWhen
	// DenyEnv names the variables that hold providers' keys, sorted. No job's process may see them.
	DenyEnv []string
	// Filled says for each job that has a preset what the preset has filled in.
	Filled map[string]Filled
	// Warnings are about what is allowed but probably a mistake. They never keep a runtime from starting.
	Warnings []Problem
	// Files are the paths of the job file, and of what it was filled in from: definitions and people's own presets,
	// also where there is none. A file that is not valid has them, too.
	Files []string

	coded  bool      // a program has it in code: it has no lines, and may have no jobs
	fleet  bool      // see [Config.InFleet]
	placed []Problem // the warnings about jobs that ask for a node
	needs  []look
	users  []userAt
	file   string
	dir    string
	data   []byte
	at     map[string]place // of each job
	spots  []spot
	kinds  *actors.Registry
}

// Place is where a job stands in the file, such as "jobs.yaml:12"; empty: it is not in it.
func (c Config) Place(job string) string {
	at, ok := c.at[job]
	switch {
	case !ok:
		return ""
	case c.coded:
		return c.file
	}
	return fmt.Sprintf("%s:%d", c.file, at.line)
}

// About is a problem of a job of the file; of no job, one of the whole file.
func (c Config) About(job, message string) Problem {
	at, ok := c.at[job]
	switch {
	case c.coded:
		at = place{}
	case !ok:
		at = place{line: 1, col: 1}
	}
	return Problem{c.file, at.line, at.col, message}
}

// Load reads a job file, or standard input ([Stdin]). Relative paths in it begin at the file's folder, or for standard
// input at the working folder. The error is an [*Invalid] if the file is not valid, and another one if it cannot be
// read.
func Load(path string, kinds *actors.Registry) (Config, error) {
	dir, err := filepath.Abs(filepath.Dir(path))
	if err != nil {
		return Config{}, fmt.Errorf("config: folder of %s: %w", path, err)
	}
	data, err := read(path, MaxFileSize)
	if err != nil {
		return Config{Files: []string{path}}, fmt.Errorf("config: read the job file: %w", err)
	}
	c, err := Parse(path, data, dir, kinds)
	if path != Stdin {
		c.Files = append([]string{path}, c.Files...)
	}
	return c, err
}

// Parse reads a job file from memory. Name is used in messages, and relative paths begin at dir. The error is an
// [*Invalid].
func Parse(name string, data []byte, dir string, kinds *actors.Registry) (Config, error) {
	return newBuilder(name, dir, kinds).parse(data)
}

func (b *builder) parse(data []byte) (Config, error) {
	if top, ok := b.file(data); ok {
		b.jobs(top)
	}
	if len(b.problems) > 0 {
		return Config{Files: b.files}, &Invalid{Problems: inOrder(b.problems)}
	}
	b.out.data = data
	return b.config(), nil
}

func newBuilder(name, dir string, kinds *actors.Registry) *builder {
	return &builder{
		reader: &reader{file: name}, dir: dir, kinds: kinds,
		names: make(map[string]int), known: make(map[string]*node), presets: make(map[string]*Preset),
		signIns: make(map[string]*SignedInWhen), blocks: make(map[string]schema.Object),
	}
}

// config is what was read.
func (b *builder) config() Config {
	slices.Sort(b.out.DenyEnv)
	b.out.DenyEnv = slices.Compact(b.out.DenyEnv)
	b.out.Warnings = inOrder(b.warnings)
	b.out.needs, b.out.users, b.out.Files = b.needs, b.users, b.files
	b.out.coded = b.coded
	b.out.file, b.out.dir, b.out.kinds = b.reader.file, b.dir, b.kinds
	b.out.at, b.out.spots = make(map[string]place, len(b.nodes)), b.spots
	for i, n := range b.nodes {
		b.out.at[b.out.Jobs[i].Job] = place{n.line, n.col, b.ends[i]}
	}
	return b.out
}

// builder makes a Config.
type builder struct {
	*reader
	dir        string
	top        object // the whole file
	coded      bool   // see [Config]
	kinds      *actors.Registry
	names      map[string]int           // line of each job
	nodes      []*node                  // of each of out.Jobs
	ends       []int                    // the last line of each, as it is written
	spots      []spot                   // of their schedules
	kept       messages.History         // the default of jobs
	known      map[string]*node         // definitions that were read; nil: the definition is not valid
	presets    map[string]*Preset       // by actor type and name; nil: not valid
	signIns    map[string]*SignedInWhen // by session
	judging    bool                     // nobody else checks what fits does
	blocks     map[string]schema.Object // descriptions of with, by actor type
	defaultsOf map[string]*node         // defaults of the jobs of an actor type
	notified   *node                    // the list of notify; nil: the file has none
	needs      []look
	files      []string // that were looked for besides the job file
	users      []userAt
	patterns   int         // in expired_when and quota_when, so far
	schedules  int         // expressions so far
	follows    []follows   // the jobs that follow others
	zone       *zone.Found // of the machine; nil: not looked up yet
	out        Config
}

// file reads everything but the jobs; ok is false if the file is none that may have jobs.
func (b *builder) file(data []byte) (top object, ok bool) {
	if msg := unreadable(data); msg != "" {
		b.problem(1, 1, "%s", msg)
		return top, false
	}
	data = []byte(strings.TrimPrefix(string(data), "\ufeff"))
	root := b.parseTree(data)
	if root == nil || root.shape != shapeMapping {
		if p, ok := crontab(b.reader.file, string(data)); ok {
			b.problems = []Problem{p}
			return top, false
		}
	}
	if root == nil {
		if len(b.problems) == 0 {
			b.problem(1, 1, "the file is empty; a job file needs at least one job under jobs")
		}
		return top, false
	}
	if top, ok = b.object(root, describe(b.kinds)); !ok {
		return top, false
	}
	b.top = top
	b.sessions(top)
	b.lanes(top)
	b.release(top)
	b.targets(top)
	b.notify(top)
	b.sentry(top)
	b.journal(top)
	b.kept = b.historyIn(top, messages.History{}.OrDefault())
	b.defaults(top)
	return top, true
}

// unreadable says why data cannot be a job file at all; empty: it may be one.
func unreadable(data []byte) string {
	switch {
	case len(data) > MaxFileSize:
		return fmt.Sprintf("the file is longer than %d bytes (1 MiB)", MaxFileSize)
	case !utf8.Valid(data):
		return fmt.Sprintf("the file is not UTF-8 (byte %d)", validPrefix(data)+1)
	default:
		return ""
	}
}

func validPrefix(data []byte) int {
	n := 0
	for n < len(data) {
		r, size := utf8.DecodeRune(data[n:])
		if r == utf8.RuneError && size <= 1 {
			break
		}
		n += size
	}
	return n
}

func (b *builder) jobs(top object) {
	m := top.n.find("jobs")
	if m == nil {
		b.at(top.n, "the file has no jobs; a job file needs at least one job under jobs")
		return
	}
	if m.value.shape == shapeNull || m.value.shape == shapeList && len(m.value.items) == 0 && !b.coded {
		b.problem(m.line, m.col, "the file has no jobs; a job file needs at least one job under jobs")
		return
	}
	list := top.get("jobs", shapeList)
	if list == nil {
		return
	}
	for _, item := range list.items {
		b.job(item)
	}
	b.wrongDefaults()
	b.signedIn()
	b.chains(nil)
	b.lint()
	b.unheard()
}
