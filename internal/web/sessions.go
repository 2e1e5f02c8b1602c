package web

import (
	"curfew/internal/contract"
	"curfew/internal/words"
	"curfew/messages/screen"
)

// sessions is the page of all sessions.
func sessions() section {
	return section{pages: []page{{path: "/sessions", view: "sessions", place: "/", ask: askSessions}}}
}

// sessionsModel is what the page shows.
type sessionsModel struct {
	Rows  []sessionRow
	Pager pager
}

// sessionRow is a session of the list.
type sessionRow struct {
	Name       string
	State      badge
	Since      moment
	Expires    moment
	Held, Jobs string
	Why        string // in words; empty: it is open
	Told       told
}

func askSessions(v *visit) (answer, error) {
	p, err := v.list(contract.DefaultLimit)
	if err != nil {
		return answer{}, err
	}
	all, next, err := v.Backend.Sessions(v.ctx, p)
	if err != nil {
		return answer{}, err
	}
	m := sessionsModel{Pager: v.pager(next)}
	for _, s := range all {
		row := sessionRow{
			Name: s.Name, State: badgeOf(s.State), Since: v.moment(s.Since, ""), Expires: v.moment(s.ExpiresAt, ""),
			Held: number(s.Held), Jobs: number(s.Jobs), Why: sentenceOf(screen.Line(words.Why(s, v.slot))), Told: toldOf(s),
		}
		m.Rows = append(m.Rows, row)
	}
	return answer{title: "Sessions", model: m}, nil
}
