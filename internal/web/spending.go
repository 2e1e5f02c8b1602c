package web

import (
	"slices"
	"time"

	"curfew/internal/contract"
	"curfew/internal/web/draw"
	"curfew/messages"
)

// The spending of the first page.
const (
	spendingDays  = 8   // today, and seven days before
	columnsHeight = 120 // of the drawing
)

// spendingModel is what model calls have cost.
type spendingModel struct {
	Zone     string
	Nothing  bool // no model was called in these days
	Days     []dayRow
	Sessions []spender
	Jobs     []spender
	Known    string // from when on it is known, if that is later than the first day; empty: it is not later
	Height   int
}

// dayRow is a day, with its column.
type dayRow struct {
	Name string // such as "Mon 30", or "today"
	Head string // the first line of it in the drawing, such as "Mon": on a phone a column is as wide as that
	Foot string // the second one, such as "30"
	usage
	Column draw.Column
}

// spender is a session or a job.
type spender struct {
	Name, Link    string // the link may be empty
	Today, Before usage
}

// usage is a number of calls and tokens.
type usage struct{ Calls, Input, Output string }

func spentOf(u messages.Usage) usage {
	return usage{Calls: number(u.Calls), Input: number(u.InputTokens), Output: number(u.OutputTokens)}
}

// daysBefore are the instants at which days begin in a zone, today's the last.
func daysBefore(now time.Time, zone *time.Location, n int) (days []messages.Instant) {
	today := now.In(zone)
	for back := n - 1; back >= 0; back-- {
		begins := time.Date(today.Year(), today.Month(), today.Day()-back, 0, 0, 0, 0, zone)
		days = append(days, messages.At(begins))
	}
	return days
}

func (v *visit) spending(s contract.Spending, zone *time.Location) spendingModel {
	m := spendingModel{Zone: zone.String(), Height: columnsHeight, Nothing: true}
	var values [][]int
	today, before := map[string]messages.Usage{}, map[string]messages.Usage{}
	var names []string
	for i, d := range s.Days {
		day := d.Begins.Time().In(zone)
		row := dayRow{Head: day.Format("Mon"), Foot: day.Format("2"), usage: spentOf(d.Total)}
		row.Name = row.Head + " " + row.Foot
		if i == len(s.Days)-1 {
			row.Name, row.Head = "today", "today"
		}
		m.Days = append(m.Days, row)
		values = append(values, []int{d.Total.InputTokens, d.Total.OutputTokens})
		m.Nothing = m.Nothing && d.Total == messages.Usage{}
		for _, one := range d.Sessions {
			if !slices.Contains(names, one.Session) {
				names = append(names, one.Session)
			}
			of := before
			if i == len(s.Days)-1 {
				of = today
			}
			of[one.Session] = of[one.Session].Plus(one.Usage)
		}
	}
	for i, c := range draw.Columns(values, columnsHeight) {
		m.Days[i].Column = c
	}
	slices.Sort(names)
	for _, n := range names {
		row := spender{Name: n, Today: spentOf(today[n]), Before: spentOf(before[n])}
		if n == "" {
			row.Name = "keys of jobs' own"
		}
		m.Sessions = append(m.Sessions, row)
	}
	for _, j := range s.Jobs {
		m.Jobs = append(m.Jobs, spender{Name: j.Job, Link: jobLink(j.Job), Today: spentOf(j.Usage)})
	}
	if len(s.Days) > 0 && s.Known > s.Days[0].Begins {
		m.Known = "Counted since " + at(s.Known.Time(), v.clock.now, zone) + "; what was spent before is not known."
	}
	return m
}
