package config

import (
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"curfew/internal/config/schema"
	"curfew/messages"
)

// nameRule says in words for people what [messages.Name] says.
const nameRule = "1 to 63 of a-z, 0-9, _ and -, beginning with a letter or digit"

func (b *builder) sessions(top object) {
	all := []messages.SessionConfig{{Name: DefaultSession}}
	n := top.get("sessions", shapeMapping)
	if n == nil {
		b.out.Runtime.Sessions = all
		return
	}
	if len(n.members) > maxSessions {
		b.at(n, "sessions has more than %d entries", maxSessions)
		return
	}
	for _, m := range n.members {
		switch {
		case m.key == noSession:
			b.problem(m.line, m.col, "a session cannot be named %q: in a job, session: none means that it has no session", noSession)
			continue
		case !messages.IsName(m.key):
			b.problem(m.line, m.col, "session name %q must be %s", m.key, nameRule)
			continue
		}
		s := b.session(m)
		if m.key == DefaultSession {
			all[0] = s
			continue
		}
		all = append(all, s)
	}
	slices.SortFunc(all, func(x, y messages.SessionConfig) int { return strings.Compare(x.Name, y.Name) })
	b.out.Runtime.Sessions = all
}

func (b *builder) session(m member) messages.SessionConfig {
	out := messages.SessionConfig{Name: m.key}
	if m.value.shape == shapeNull {
		return out // a session without keys is like the default one
	}
	o, ok := b.object(m.value, describedSession)
	if !ok {
		return out
	}
	if s, n := o.text("backend"); n != nil {
		if msg := badBackend(s); msg != "" {
			b.at(n, "backend %s", msg)
		}
		b.literalURL(n, "backend", s)
		out.Backend = strings.TrimRight(s, "/")
	}
	if size, ok := o.integer("lane"); ok {
		out.Lane = size
	}
	if s, n := o.text("sign_in"); n != nil {
		if _, msg := webURL(s); msg != "" {
			b.at(n, "sign_in %s", msg)
		}
		b.literalURL(n, "sign_in", s)
		out.SignIn = s
	}
	b.credential(o, &out)
	b.signedInWhen(o, out)
	return out
}

// badBackend says what is wrong with the URL that a session's token is sent to. It does not repeat the URL, which may
// contain a secret.
func badBackend(s string) string {
	u, msg := webURL(s)
	switch {
	case msg != "":
		return msg
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || strings.HasSuffix(s, "#"):
		return "must not have a query or a fragment"
	case u.Scheme == "http" && !loopback(u.Hostname()):
		return "must be https, because a token is sent there (http is allowed for loopback only)"
	default:
		return ""
	}
}

// webURL reads an http(s) URL without user and password.
func webURL(s string) (*url.URL, string) {
	u, err := url.Parse(s)
	switch {
	case err != nil, u.Scheme != "http" && u.Scheme != "https", u.Hostname() == "":
		return nil, "must be an http or https URL, such as https://example.com/v1"
	case u.User != nil:
		return nil, "must not contain a user or a password"
	default:
		return u, ""
	}
}

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.IsLoopback()
}

// backendOf is the backend of a session; known reports whether there is such a session.
func (b *builder) backendOf(name string) (backend string, known bool) {
	for _, s := range b.out.Runtime.Sessions {
		if s.Name == name {
			return s.Backend, true
		}
	}
	return "", false
}

// sessionMeant says what to do about a session that there is not.
func (b *builder) sessionMeant(name string) string {
	names := make([]string, len(b.out.Runtime.Sessions))
	for i, s := range b.out.Runtime.Sessions {
		names[i] = s.Name
	}
	say := b.undefined("sessions", name, "{}", names)
	switch {
	case strings.HasSuffix(say, "?"):
		return say
	case !messages.IsName(name):
		return say + ", and " + noSession + " for no session"
	}
	return say + ", or leave session out for " + DefaultSession + "; " + noSession + " is for no session"
}

// SessionKeys are the keys that a session of a job file may have, sorted. A key of a block is written as the block's
// name, a dot and the key.
func SessionKeys() []string {
	var out []string
	var add func(prefix string, is schema.Object)
	add = func(prefix string, is schema.Object) {
		for _, key := range is.Keys {
			inner, ok := schema.As[schema.Object](key.Value)
			if list, isList := key.Value.(schema.List); isList {
				inner, ok = schema.As[schema.Object](list.Of)
			}
			if ok {
				add(prefix+key.Name+".", inner)
				continue
			}
			out = append(out, prefix+key.Name)
		}
	}
	add("", describedSession)
	slices.Sort(out)
	return out
}
