package engine

import (
	"context"
	"encoding/json"

	"curfew/messages"
	"curfew/supervisor/policy"
)

// maxHintJobs is of how many jobs of a session one may say how to sign in.
const maxHintJobs = 20

// HowToSignIn says what a person does to open a session. If the machine cannot be read, it says what is right for a
// session with a backend.
func (r *Runtime) HowToSignIn(ctx context.Context, session string) string {
	how := messages.SignIn{Session: session, Noticed: len(r.SignInsWatched(session)) > 0}
	_ = r.View(ctx, func(m *policy.Machine) {
		v, ok := m.Session(session)
		how.Page = v.SignIn
		if how.Tool = ok && v.Backend == ""; how.Tool {
			how.Hint = hintOf(m, session)
		}
	})
	return how.Text()
}

// hintOf is what the first job of a session that says it wants to be done; empty: none does.
func hintOf(m *policy.Machine, session string) string {
	for _, name := range m.JobsOf(session, "", maxHintJobs) {
		v, _ := m.Job(name)
		var with struct {
			SignIn string `json:"sign_in"`
			User   string `json:"user"`
		}
		if json.Unmarshal(v.Definition.With, &with) == nil && with.SignIn != "" {
			return messages.SignInHint(with.SignIn, session, with.User)
		}
	}
	return ""
}
