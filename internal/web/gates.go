package web

import (
	"cmp"
	"slices"
	"strings"

	"curfew/internal/contract"
	"curfew/internal/words"
	"curfew/messages"
	"curfew/messages/screen"
	"curfew/messages/text"
)

// A banner is a session that people should know about.
type banner struct {
	Name   string
	State  badge
	Tone   string
	Since  moment
	Why    string // in words; empty: it is open
	Told   told
	Held   string // such as "3 runs"; empty: none
	Link   string // to the jobs with held runs
	Lines  [][]piece
	Form   *loginForm // nil: there is nothing to type in here
	Until  moment     // when it is tried again
	Quiet  bool       // no job needs it
	Others bool       // somebody else has to sign in: who looks may not
	weight int
}

// told is what was reported when a session was closed, as it was reported, for those who look closer.
type told struct {
	ID       string
	Evidence string // empty: there is no more to say
	By       string // who reported it; empty: nobody is known
}

func toldOf(s contract.Session) told {
	evidence, by := words.Reported(s)
	return told{ID: "told-" + s.Name, Evidence: screen.Text(evidence), By: screen.Line(by)}
}

// A piece is a part of a text: a command, or words.
type piece struct {
	Text string
	Code bool
}

// pieces are a text in which commands are between backquotes.
func pieces(text string) (out []piece) {
	for i, part := range strings.Split(text, "`") {
		if part != "" {
			out = append(out, piece{part, i%2 == 1})
		}
	}
	return out
}

// openGate is a session that is as it should be.
type openGate struct {
	Name string
	Jobs string
	Ends moment // when its credential lapses; zero: not known
}

// loginForm is where a person signs in.
type loginForm struct {
	ID, Path string
	Name     string // of the session
	URL      string // where there is a token; empty: not known
	Token    bool   // a token is typed in; false: the session keeps none, and a person says that they have signed in
	Probe    bool   // the backend can be asked first
	Open     bool   // it can be seen at once
	Error    string // why the sign-in before was refused; empty: it was not
	Force    bool
	Check    bool
}

// gates are the sessions that people should know about, the worst first, and the others.
func (v *visit) gates(all contract.Overview, s login) (banners []banner, open []openGate) {
	for i, one := range all.Sessions {
		var help contract.SignInHelp
		if i < len(all.SignIns) {
			help = all.SignIns[i]
		}
		b := v.banner(one, help, s)
		if b.weight == 0 && s.session != one.Name {
			open = append(open, openGate{Name: one.Name, Jobs: count(one.Jobs, "job"), Ends: v.moment(one.ExpiresAt, "")})
			continue
		}
		banners = append(banners, b)
	}
	slices.SortStableFunc(banners, func(a, b banner) int { return cmp.Compare(b.weight, a.weight) })
	return banners, open
}

// How much a session needs people; 0: not at all.
const (
	weightRisk = iota + 1
	weightProbing
	weightTrouble
	weightQuota
	weightClosed
)

// slot is an instant in a text about a session.
func (v *visit) slot(i messages.Instant) string { return at(i.Time(), v.clock.now, v.clock.zone("")) }

// banner says what people should know about a session.
func (v *visit) banner(s contract.Session, help contract.SignInHelp, in login) banner {
	exact := func(i messages.Instant) string { return v.slot(i) + ", " + v.moment(i, "").Away }
	b := banner{
		Name: s.Name, State: badgeOf(s.State), Since: v.moment(s.Since, ""), Why: sentenceOf(screen.Line(words.Why(s, v.slot))), Told: toldOf(s),
		Until: v.moment(s.Until, ""), Quiet: s.Jobs == 0 && s.Held == 0,
	}
	outlook := words.Outlook(s, v.slot, exact)
	switch {
	case s.WantsSignIn():
		b.Tone, b.weight = "bad", weightClosed
	case s.State == messages.StateClosed:
		b.Tone, b.weight = "care", weightQuota
	case s.Circuit != "" && s.Circuit != "closed", len(words.Troubles(s)) > 0:
		b.Tone, b.weight = "care", weightTrouble
	case s.State == messages.StateProbing:
		b.Tone, b.weight = "care", weightProbing
	case outlook != "":
		b.Tone, b.weight = "care", weightRisk
	}
	if s.State == messages.StateClosed && b.Quiet {
		b.Tone, b.weight = "quiet", weightRisk
	}
	if s.Held > 0 {
		b.Held, b.Link = count(s.Held, "run"), "/jobs?held=true&session="+s.Name
	}
	for _, line := range append(words.Troubles(s), outlook) {
		b.say(line)
	}
	b.sayHow(s)
	if b.Form = form(s, help, in); b.Form != nil && !v.mayWrite() {
		b.Form, b.Others = nil, true
	}
	return b
}

func (b *banner) say(line string) {
	if line != "" {
		b.Lines = append(b.Lines, pieces(text.OneLine(line)))
	}
}

// sayHow says what a person does to a session that keeps no token.
func (b *banner) sayHow(s contract.Session) {
	if !s.WantsSignIn() || s.Backend != nil {
		return
	}
	b.say("To open it, " + s.SignIn + ".")
	if len(s.Watched) > 0 && s.WatchError == nil {
		b.say("Curfew notices the sign-in by itself, by " + strings.Join(s.Watched, " and ") + ".")
	}
}

// form is where a person signs in to a session; nil: there is no need.
func form(s contract.Session, help contract.SignInHelp, in login) *loginForm {
	mine := in.session == s.Name
	if !s.WantsSignIn() && !mine && s.RefreshError == nil && (s.Backend == nil || len(s.AtRisk) == 0) {
		return nil
	}
	f := &loginForm{
		ID: "token-" + s.Name, Name: s.Name, Path: "/sessions/" + s.Name + "/sign-in", Token: s.Backend != nil, Probe: help.Probe,
		Open: s.WantsSignIn() && s.Jobs > 0 || mine,
	}
	if strings.HasPrefix(help.URL, "https://") || strings.HasPrefix(help.URL, "http://") {
		f.URL = help.URL
	}
	if mine {
		f.Error, f.Force, f.Check = in.refusal, in.force, in.check
	}
	return f
}
