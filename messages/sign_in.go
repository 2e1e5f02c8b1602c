package messages

import "strings"

// SignIn is what decides how a person opens a session. Every text for people takes its words from here, so that they do
// not send anybody to a command that opens nothing.
type SignIn struct {
	Session string
	Tool    bool   // the session has no backend: the tool that its jobs run keeps the sign-in
	Noticed bool   // Curfew notices a sign-in with the tool
	Page    string // where a person signs in; empty: the job file does not say
	Hint    string // what a job of the session says that is to be done with its tool; empty: none says it
}

// Text says what a person does to open the session, such as "sign in with `curfew session login default`".
func (s SignIn) Text() string {
	login := "`curfew session login " + s.Session + "`"
	how := "sign in with the tool that its jobs run"
	switch {
	case !s.Tool && s.Page == "":
		return "sign in with " + login
	case !s.Tool:
		return "sign in at " + s.Page + ", then " + login
	case s.Hint != "":
		how = s.Hint
	case s.Page != "":
		how = "sign in at " + s.Page
	}
	switch {
	case strings.Contains(how, "curfew session login"): // as the hints of presets do
		return how
	case s.Noticed:
		return how + "; if Curfew does not notice that, say so with " + login
	default:
		return how + ", then say so with " + login
	}
}

// SignInShown says what tells how a person opens a session, where it is not known.
func SignInShown(session string) string {
	return "`curfew session show " + session + "` says how to sign in"
}

// SignInHint is what a job says that is to be done with its tool, for people: {session} is the name of the session, and if
// the user is known that the tool runs as, a preset's "the user that Curfew runs as" is that one.
func SignInHint(hint, session, user string) string {
	if user != "" {
		hint = strings.ReplaceAll(hint, "the user that Curfew runs as", "user "+user)
	}
	return strings.ReplaceAll(hint, "{session}", session)
}
