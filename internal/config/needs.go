package config

import (
	"cmp"
	"strings"

	"curfew/actors"
	"curfew/messages"
)

// needing notes the folders, files, programs and variables that one job or session needs. [Config.Missing] and [Config.Unset]
// look for them.
type needing struct {
	*builder
	job  string // empty: a session
	dir  string // where its processes run
	path string // see look
}

func (s needing) add(m *member, n *node, kind lookKind, what, need string) {
	if what == "" {
		return
	}
	p := Problem{File: cmp.Or(m.file, s.reader.file), Line: n.line, Col: n.col}
	s.needs = append(s.needs, look{place: p, job: s.job, kind: kind, what: what, dir: s.dir, path: s.path, need: need})
}

// looks notes what a job needs. N is its `with` block, filled in from its definition.
func (b *builder) looks(o object, n *node, kind actors.Kind, def *messages.Definition, dir string) {
	s := needing{b, def.Job, dir, def.EnvValues["PATH"]}
	s.passes(o, "the job does not get it")
	if m := n.find("dir"); m != nil && dir != "" {
		s.add(m, m.value, lookFolder, dir, "")
	} else if m := n.find("user"); m != nil {
		s.add(m, m.value, lookFolder, dir, "; it is the home of the user, so give the job a dir")
	}
	switch kind.Name {
	case shellKind:
		shell := actors.Shell
		if m := n.find("shell"); m != nil {
			shell, _ = m.value.scalar.(string)
			s.add(m, m.value, lookProgram, shell, "")
		}
		s.line(n.find("command"), shell)
	case cliAgentKind:
		s.line(n.find("command"), "sh")
		s.words(n.find("argv"))
		if m := n.find("preflight"); m != nil {
			s.line(m.value.find("command"), "sh")
		}
	case agentKind:
		if m := n.find("provider"); m != nil {
			s.secret(m.value.find("api_key_env"), "runs of job "+def.Job+" fail without it")
		}
		if m := n.find("mcp"); m != nil {
			for _, server := range m.value.members {
				s.words(server.value.find("command"))
				s.secret(server.value.find("bearer_env"), "runs of job "+def.Job+" fail without it")
			}
		}
	case httpKind:
		if m := n.find("header_env"); m != nil {
			for i := range m.value.members {
				s.secret(&m.value.members[i], "runs of job "+def.Job+" fail without it")
			}
		}
	}
}

// passes notes the variables that env passes on.
func (s needing) passes(o object, need string) {
	m := o.n.find("env")
	if m == nil {
		return
	}
	for _, item := range m.value.items {
		if name, ok := item.scalar.(string); ok {
			s.add(m, item, lookVariable, name, need)
		}
	}
}

// secret notes a variable that the daemon reads. Its name is the last word of the text.
func (s needing) secret(m *member, need string) {
	if m == nil {
		return
	}
	if text, ok := m.value.scalar.(string); ok {
		s.add(m, m.value, lookSecret, text[strings.LastIndexByte(text, ' ')+1:], need)
	}
}

// line notes the program that a command line begins with.
func (s needing) line(m *member, shell string) {
	if m == nil {
		return
	}
	if text, ok := m.value.scalar.(string); ok {
		s.add(m, m.value, lookProgram, firstProgram(text, shell), "")
	}
}

// words notes the program of a list of words.
func (s needing) words(m *member) {
	if m == nil || len(m.value.items) == 0 {
		return
	}
	if name, ok := m.value.items[0].scalar.(string); ok {
		s.add(m, m.value.items[0], lookProgram, name, "")
	}
}

// credentialLooks notes what a session needs.
func (b *builder) credentialLooks(o object, c Credential) {
	s := needing{b, "", c.Dir, c.Values["PATH"]}
	if m := o.n.find("token_env"); m != nil { // a variable and not a secret, since the gate itself warns of it at the start
		s.add(m, m.value, lookVariable, c.Env, "session "+c.Session+" has no token without it")
	}
	s.file(o.n.find("token_file"), c.File, "session "+c.Session+" has no token without it")
	if m := o.n.find(signedInKey); m != nil && m.value.find("env") == nil { // env may have a PATH
		command := m.value.find("command")
		s.line(command, "sh")
		s.words(command)
	}
	m := o.n.find("refresh")
	if m == nil {
		return
	}
	if r := (object{b.reader, m.value, describedRefresh}); len(c.Command) > 0 {
		s.passes(r, "the refresh command does not get it")
		command := m.value.find("command")
		s.line(command, "sh")
		s.words(command)
	}
	if flow := m.value.find("oauth2"); flow != nil && c.OAuth2 != nil {
		need := "session " + c.Session + " gets no new token without it"
		s.secret(flow.value.find("client_secret_env"), need)
		if m := flow.value.find("refresh_token_env"); m != nil { // see token_env
			s.add(m, m.value, lookVariable, c.OAuth2.RefreshTokenEnv, need)
		}
		s.file(flow.value.find("refresh_token_file"), c.OAuth2.RefreshTokenFile, need)
	}
}

// file notes a file that the daemon reads, by its whole path.
func (s needing) file(m *member, path, need string) {
	if m != nil {
		s.add(m, m.value, lookFile, path, need)
	}
}
