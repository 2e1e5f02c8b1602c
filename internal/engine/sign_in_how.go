package engine

import (
	"cmp"
	"context"
	"encoding/json"
	"time"

	"curfew/actors/env/users"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// maxHintJobs is of how many jobs of a session one may say how to sign in.
const maxHintJobs = 20

// lookTime bounds how long a text waits for what it would say of the machine, such as one of the outbox. A node whose
// servers are silent does not answer until they do.
const lookTime = time.Second

// HowToSignIn says what a person does to open a session. If the machine cannot be read within a second, or does not know
// the session, it says which command tells.
func (r *Runtime) HowToSignIn(ctx context.Context, session string) string {
	ctx, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	var s SessionSeen
	var ok bool
	if err := r.View(ctx, func(m *policy.Machine) { s, ok = SeeSession(m, session) }); err != nil || !ok {
		return messages.SignInShown(session)
	}
	return r.SignInText(s)
}

// SessionSeen is a session as the machine has it, with what is needed to say how a person opens it.
type SessionSeen struct {
	policy.SessionView
	jobs []*messages.Kept // of a session without a backend, the first by name: one of them may say how
}

// SeeSession is a session of the machine; false: there is none of that name. It is called in a View, and decodes nothing.
func SeeSession(m *policy.Machine, name string) (s SessionSeen, ok bool) {
	if s.SessionView, ok = m.Session(name); !ok || s.Backend != "" {
		return s, ok
	}
	for _, job := range m.JobsOf(name, "", maxHintJobs) {
		if v, ok := m.Job(job); ok {
			s.jobs = append(s.jobs, v.Definition)
		}
	}
	return s, true
}

// SignInText says what a person does to open a session that was seen. It does not look at the machine.
func (r *Runtime) SignInText(s SessionSeen) string {
	return messages.SignIn{
		Session: s.Name, Tool: s.Backend == "", Noticed: len(r.SignInsWatched(s.SessionView)) > 0, Page: s.SignIn, Hint: s.hint(),
	}.Text()
}

// hint is what the first job of a session that says it wants to be done; empty: none does.
func (s SessionSeen) hint() string {
	for _, job := range s.jobs {
		var with struct {
			SignIn string `json:"sign_in"`
			User   string `json:"user"`
		}
		if json.Unmarshal(job.With, &with) == nil && with.SignIn != "" {
			return messages.SignInHint(with.SignIn, s.Name, cmp.Or(with.User, users.Own()))
		}
	}
	return ""
}
