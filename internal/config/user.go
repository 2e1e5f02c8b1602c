package config

import (
	"cmp"
	"errors"
	"fmt"

	"curfew/actors/env/users"
	"curfew/messages"
)

// userAt is where a job names the user of its processes.
type userAt struct {
	place Problem // without its message
	name  string
	off   bool // the job is disabled, so nothing runs as that user
}

// user notes the user of a job's processes. Whether this machine has the user, and may run processes as it, is asked
// when somebody wants to know: a file may be checked by another user than the one that runs it.
func (b *builder) user(with *node, name string, def *messages.Definition) {
	m := with.find("user")
	if m == nil || name == "" {
		return
	}
	p := Problem{File: cmp.Or(m.file, b.reader.file), Line: m.value.line, Col: m.value.col}
	b.users = append(b.users, userAt{place: p, name: name, off: def.Disabled})
}

// homeOf is the home of a user of this machine; empty: it has none, or there is no such user.
func homeOf(name string) string {
	if name == "" {
		return ""
	}
	a, err := users.Find(name)
	if err != nil {
		return ""
	}
	return a.Home
}

// Startable is the file for who runs it: it is not valid if jobs run as users that the machine does not have, or that
// this program may not become. The error is an [*Invalid].
func (c Config) Startable() (Config, error) {
	problems, warnings := c.Users(true)
	if len(problems) > 0 {
		return Config{Files: c.Files}, &Invalid{Problems: problems}
	}
	c.Warnings = inOrder(append(warnings, c.Warnings...))
	return c, nil
}

// Users says what is wrong with the users that jobs run as: this machine does not have them, or this program may not run
// processes as them. The second is a warning unless the program is about to start, since who checks a file need not be
// who runs it. What is said of a disabled job is a warning, too.
func (c Config) Users(starting bool) (problems, warnings []Problem) {
	for _, u := range c.users {
		p := u.place
		a, err := users.Find(u.name)
		unknown := err != nil
		if err == nil {
			err = a.Allowed()
		}
		switch {
		case err == nil:
			continue
		case errors.Is(err, users.ErrUnknown):
			p.Message = fmt.Sprintf("this machine has no user %q", u.name)
		case unknown:
			p.Message = err.Error()
		default:
			p.Message = fmt.Sprintf("user %q: %v", u.name, err)
		}
		if u.off || !unknown && !starting {
			warnings = append(warnings, p)
		} else {
			problems = append(problems, p)
		}
	}
	return inOrder(problems), inOrder(warnings)
}
