package config

import (
	"slices"
	"strings"
	"time"

	"curfew/messages"
)

const signedInKey = "signed_in_when"

// SignedInWhen says how Curfew notices that somebody has signed in to a session without a backend. It does not go on the
// bus, since only this machine can use it.
type SignedInWhen struct {
	Session string
	Watches []SignInWatch
	Presets []string // that have filled in the watches; none: the file has
}

// SignInWatch is a file that holds a sign-in, or a question whether there is one.
type SignInWatch struct {
	File    string            // a path, absolute once its beginning is filled in; see [HomePath]. Empty: Command
	Command []string          // its exit status 0 means yes
	Line    string            // Command as people write it
	Dir     string            // where Command runs
	Pass    []string          // names of variables that Command gets from the daemon besides the usual ones
	Values  map[string]string // variables that it gets with these values
	Every   time.Duration     // between two looks
}

// Bounds of signed_in_when.
const (
	maxSignInFiles = 8 // of a file, or of all presets of a session
	minSignInEvery = time.Second
	maxSignInEvery = 24 * time.Hour
	signInEvery    = time.Minute // unless the file says otherwise
)

// signedInWhen reads the key of a session. What a preset would fill in is left out then, also by the word none.
func (b *builder) signedInWhen(o object, s messages.SessionConfig) {
	m := o.n.find(signedInKey)
	if m == nil {
		return
	}
	if s.Backend != "" {
		b.problem(m.line, m.col, "signed_in_when needs a session without a backend: with one, refresh or token_file brings a token")
		return
	}
	out := &SignedInWhen{Session: s.Name}
	switch {
	case m.value.scalar == noSession:
	case m.value.shape == shapeText:
		b.at(m.value, "signed_in_when must be a mapping with file or command, or none, not %s", m.value)
	default:
		out.Watches = b.watches(o)
	}
	b.signIns[s.Name] = out
}

// watches reads the key of a session or a preset.
func (b *builder) watches(parent object) (all []SignInWatch) {
	n := parent.get(signedInKey, shapeMapping)
	if n == nil {
		return nil
	}
	o, ok := b.object(n, describedSignedIn)
	if !ok {
		return nil
	}
	if (n.find("file") == nil) == (n.find("command") == nil) {
		b.at(n, "signed_in_when needs exactly one of file, command")
		return nil
	}
	every := signInEvery
	if d, ok := o.duration("every"); ok {
		every = d.D()
	}
	if m := n.find("env"); m != nil && n.find("command") == nil {
		b.problem(m.line, m.col, "env is for a command; a file has none")
	}
	for _, path := range b.signInFiles(o) {
		all = append(all, SignInWatch{File: path, Every: every})
	}
	if command := o.get("command", shapeList, shapeText); command != nil {
		if first := program(command); b.dir == "" && strings.Contains(first, "/") && !strings.HasPrefix(first, "/") {
			b.at(command, "the program of command must be a name or a whole path: a preset is in no folder")
		}
		b.commandLine(n.find("command"), ofSh)
		w := SignInWatch{Command: b.command(command), Dir: b.dir, Every: every}
		w.Line = strings.Join(w.Command, " ")
		if command.shape == shapeText {
			w.Line = command.scalar.(string)
		}
		w.Pass, w.Values = b.env(o)
		all = append(all, w)
	}
	return all
}

// program is the first word of a command that is a list.
func program(command *node) string {
	if len(command.items) == 0 {
		return ""
	}
	first, _ := command.items[0].scalar.(string)
	return first
}

// signInFiles is one path, or a list of them.
func (b *builder) signInFiles(o object) (paths []string) {
	n := o.get("file", shapeList, shapeText)
	if n == nil {
		return nil
	}
	items := n.items
	if n.shape == shapeText {
		items = []*node{n}
	}
	if len(items) == 0 || len(items) > maxSignInFiles {
		b.at(n, "file must be a path, or a list of 1 to %d", maxSignInFiles)
		return nil
	}
	for _, item := range items {
		path, _ := item.scalar.(string)
		if msg := badHomePath(path); msg != "" {
			b.at(item, "file %s", msg)
			continue
		}
		if !startsFilled(path) {
			if b.dir == "" && !strings.HasPrefix(path, "/") {
				b.at(item, "file must begin with /, ~/ or ${VARIABLE:-…}")
				continue
			}
			path = b.path(path)
		}
		paths = append(paths, path)
	}
	return paths
}

// fillSignIn adds what the preset of a job says of sign-ins to the job's session, unless the file says it; false: it was
// not added. Home is that of the user that the job names, if it names one.
func (b *builder) fillSignIn(p *Preset, at *node, home string, def *messages.Definition) bool {
	backend, known := b.backendOf(def.Session)
	if len(p.signIn) == 0 || def.Session == "" || !known || backend != "" {
		return false
	}
	in := b.signIns[def.Session]
	if in == nil {
		in = &SignedInWhen{Session: def.Session}
		b.signIns[def.Session] = in
	} else if len(in.Presets) == 0 {
		return false
	}
	if !slices.Contains(in.Presets, p.Name) {
		if in.Presets = append(in.Presets, p.Name); len(in.Presets) == 2 {
			b.warn(at, "session %q has jobs of the presets %s: a sign-in to one of them lets both try; give each CLI a session of its own",
				def.Session, strings.Join(in.Presets, " and "))
		}
	}
	for _, w := range p.signIn {
		w.File = withValues(withValues(w.File, def.EnvValues), map[string]string{"HOME": home})
		if len(w.Command) > 0 {
			w.Dir, w.Pass, w.Values = b.dir, def.Env, def.EnvValues
		}
		if !slices.ContainsFunc(in.Watches, func(o SignInWatch) bool { return o.File == w.File && o.Line == w.Line }) {
			in.Watches = append(in.Watches, w)
		}
	}
	if len(in.Watches) > maxSignInFiles {
		b.at(at, "session %q would have more than %d files that show a sign-in; write its signed_in_when yourself", def.Session, maxSignInFiles)
	}
	return true
}

// signedIn puts what was read in order.
func (b *builder) signedIn() {
	for _, in := range b.signIns {
		if len(in.Watches) > 0 {
			b.out.SignIns = append(b.out.SignIns, *in)
		}
	}
	slices.SortFunc(b.out.SignIns, func(x, y SignedInWhen) int { return strings.Compare(x.Session, y.Session) })
}
