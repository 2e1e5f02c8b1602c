package config

import (
	"path/filepath"
	"strings"

	"curfew/messages"
	"curfew/messages/text"
)

// Credential says where the tokens of a session come from besides `session login`. It has names and paths, never a
// secret. It does not go on the bus, since only this machine can use it.
type Credential struct {
	Session string
	// Probe is the path below the backend that shows whether a token is accepted; empty: none.
	Probe string
	// Command prints a new token; nil: none. Dir is where it runs.
	Command []string
	Dir     string
	Pass    []string          // names of variables that it gets from the daemon besides the usual ones
	Values  map[string]string // variables that it gets with these values
	OAuth2  *OAuth2           // nil: none
	// File, Env and SystemdCredential say where another program keeps the token; at most one is set.
	File, Env, SystemdCredential string
}

// Refreshes reports whether the session gets new tokens without a person.
func (c Credential) Refreshes() bool { return len(c.Command) > 0 || c.OAuth2 != nil }

// Watched reports whether another program keeps the token.
func (c Credential) Watched() bool { return c.File != "" || c.Env != "" || c.SystemdCredential != "" }

// Bounds of a session.
const (
	maxRefusals = 64    // answers in expired_when, and in quota_when
	maxPattern  = 1_000 // bytes of a pattern
	maxArgs     = 64    // words of a refresh command
	maxScopes   = 64

	maxCredential = 255 // bytes of the name of a systemd credential
)

// credential reads where a session's tokens come from, and which refusals of its backend mean expired or out of quota.
func (b *builder) credential(o object, s *messages.SessionConfig) {
	c := Credential{Session: s.Name, Dir: b.dir}
	s.ExpiredWhen, s.QuotaWhen = b.refusals(o, "expired_when"), b.refusals(o, "quota_when")
	c.Probe = b.probe(o)
	b.refresh(o, &c)
	b.watched(o, &c)
	b.credentialLooks(o, c)
	s.Refresh = c.Refreshes()
	if s.Backend == "" {
		for _, key := range []string{"expired_when", "quota_when", "probe", "refresh", "token_file", "token_env", "token_credential"} {
			if m := o.n.find(key); m != nil {
				b.problem(m.line, m.col, "%s needs a backend: without one the session keeps no token", key)
			}
		}
		return
	}
	if c.Probe != "" || c.Refreshes() || c.Watched() {
		b.out.Credentials = append(b.out.Credentials, c)
	}
}

var probeForm = text.Pattern(probePattern)

// probe is a path below the backend.
func (b *builder) probe(o object) string {
	s, n := o.text("probe")
	if n == nil {
		return ""
	}
	if !probeForm().MatchString(s) {
		b.at(n, "probe must be a path below the backend, such as /models")
		return ""
	}
	return s
}

func (b *builder) refresh(o object, c *Credential) {
	n := o.get("refresh", shapeMapping)
	if n == nil {
		return
	}
	r, ok := b.object(n, describedRefresh)
	if !ok {
		return
	}
	if command := r.get("command", shapeList, shapeText); command != nil {
		if command.shape == shapeList {
			b.unreadIn(n.find("command"), "command")
		}
		b.commandLine(n.find("command"), ofSh)
		c.Command = b.command(command)
		c.Pass, c.Values = b.env(r)
	}
	if m := n.find("env"); m != nil && n.find("command") == nil {
		b.problem(m.line, m.col, "env is for a command; oauth2 has none")
	}
	if n := r.get("oauth2", shapeMapping); n != nil {
		c.OAuth2 = b.oauth2(n)
	}
	if (n.find("command") == nil) == (n.find("oauth2") == nil) {
		b.at(n, "refresh needs exactly one of command, oauth2")
	}
}

// command reads a command: a list of words, or a line for sh -c.
func (b *builder) command(n *node) []string {
	if line, ok := n.scalar.(string); ok {
		if strings.TrimSpace(line) == "" {
			b.at(n, "command must not be empty")
		}
		return []string{"sh", "-c", line}
	}
	var args []string
	for _, item := range n.items {
		s, ok := item.scalar.(string)
		if !ok {
			b.at(item, "command must be a list of texts")
			return nil
		}
		args = append(args, s)
	}
	if len(args) == 0 || len(args) > maxArgs || args[0] == "" {
		b.at(n, "command must be 1 to %d texts, the first of them a program", maxArgs)
		return nil
	}
	if strings.Contains(args[0], "/") && !filepath.IsAbs(args[0]) {
		args[0] = filepath.Join(b.dir, args[0])
	}
	return args
}

// variable is the name of a variable that holds a secret; no job's process may see it. What stands there is
// not repeated: people paste the secret itself.
func (b *builder) variable(o object, key string) string {
	s, n := o.text(key)
	if n == nil {
		return ""
	}
	if !envForm().MatchString(s) {
		b.at(n, "%s must be the name of an environment variable that holds the secret", key)
		return ""
	}
	b.out.DenyEnv = append(b.out.DenyEnv, s)
	return s
}

var credentialForm = text.Pattern(credentialPattern)

func (b *builder) watched(o object, c *Credential) {
	if file, n := o.text("token_file"); n != nil {
		c.File = b.pathAt(n, "token_file", file)
	}
	c.Env = b.variable(o, "token_env")
	if name, n := o.text("token_credential"); n != nil {
		if !credentialForm().MatchString(name) || len(name) > maxCredential {
			b.at(n, "token_credential must be the name of a systemd credential")
		}
		c.SystemdCredential = name
	}
	set := 0
	for _, s := range []string{c.File, c.Env, c.SystemdCredential} {
		if s != "" {
			set++
		}
	}
	if set > 1 {
		b.at(o.n, "give only one of token_file, token_env and token_credential")
	}
}

func (b *builder) path(p string) string {
	if filepath.IsAbs(p) {
		return filepath.Clean(p)
	}
	return filepath.Join(b.dir, p)
}
