package web

import (
	"net/url"

	"curfew/internal/contract"
	"curfew/internal/words"
	"curfew/messages"
)

// jobs is the page of all jobs, with orders to several of them.
func jobs() section {
	return section{
		pages:  []page{{path: "/jobs", view: "jobs", place: "/jobs", ask: askJobs}},
		orders: []order{{path: "/jobs", do: orderJobs}},
		said:   jobsSaid,
	}
}

// jobsModel is what the page shows.
type jobsModel struct {
	Search   string
	Filters  []selectField
	Checks   []checkField
	Hidden   []hidden // what else a filter keeps: the state, and the way round
	Clear    string   // the page without a filter; empty: it has none
	States   []tab
	Heads    []head
	Rows     []jobRow
	Range    string // which part of the list the page is
	Pager    jobsPager
	Bulk     []scope
	Filter   string // the filter as a query, for orders to all that it selects
	Deeds    []deedButton
	Trouble  string
	Behind   string // that what became of the newest runs is missing
	NoJobs   bool   // there are none at all
	MaxOrder string
}

// selectField is a filter with a list of values; the first of them is any.
type selectField struct {
	Name, Label string
	Options     []option
}

type option struct {
	Value, Text string
	Chosen      bool
}

// checkField is a filter that is on or off.
type checkField struct {
	Name, Label string
	On          bool
}

type hidden struct{ Name, Value string }

// tab is a link to the jobs in one state.
type tab struct {
	Link, Text, Count string
	Current           bool
}

// head is the head of a column; Link orders the jobs by it.
type head struct {
	Text, Link, Sorted string // Sorted as aria-sort has it; empty: by something else
}

// jobsPager leads through the list, both ways.
type jobsPager struct{ First, Previous, Next string }

// scope is which jobs an order is about.
type scope struct {
	Value, Text string
	Disabled    bool
}

type deedButton struct{ Do, Text, Icon string }

func askJobs(v *visit) (answer, error) {
	q, err := v.readJobsQuery(v.r.URL.Query())
	if err != nil {
		return answer{}, err
	}
	p, err := v.Views.JobsPage(v.ctx, q.JobsQuery)
	if err != nil {
		return answer{}, err
	}
	m := jobsModel{
		Search: q.Search, Filters: q.selects(p), Checks: q.checks(), States: q.tabs(p), Heads: q.heads(), Pager: q.pager(p),
		Filter: q.filter().Encode(), Trouble: p.Trouble, Behind: behind(p.HistoryBehind), NoJobs: p.All == 0, MaxOrder: number(contract.MaxJobsOrder),
	}
	if q.State != "" {
		m.Hidden = append(m.Hidden, hidden{"state", string(q.State)})
	}
	if q.Reverse {
		m.Hidden = append(m.Hidden, hidden{"dir", "down"})
	}
	if q.narrow() {
		m.Clear = "/jobs"
	}
	for _, j := range p.Items {
		m.Rows = append(m.Rows, v.jobRow(j))
	}
	if n := len(p.Items); n > 0 {
		m.Range = number(p.First+1) + "–" + number(p.First+n) + " of " + number(p.Matching)
		if p.Matching < p.All {
			m.Range += " that match, of " + number(p.All) + " in all"
		}
	}
	if v.mayWrite() {
		m.Bulk, m.Deeds = scopes(len(p.Items), p.Matching, q.narrow()), deedButtons()
	}
	return answer{title: "Jobs", model: m}, nil
}

func scopes(here, matching int, narrow bool) []scope {
	all := scope{Value: scopeAll, Text: "all " + countJobs(matching), Disabled: matching > contract.MaxJobsOrder}
	if narrow {
		all.Text = "all that match: " + countJobs(matching)
	}
	if all.Disabled {
		all.Text += ": too many for one order"
	}
	return []scope{{Value: scopeSelected, Text: "the selected jobs"}, {Value: scopePage, Text: "all " + countJobs(here) + " on this page"}, all}
}

func deedButtons() (out []deedButton) {
	for _, do := range contract.JobActions {
		out = append(out, deedButton{string(do), deeds[do].Button, deeds[do].Icon})
	}
	return out
}

// selects are the filters with a list of values.
func (q jobsQuery) selects(p contract.JobsPage) []selectField {
	from := func(name, label, now string, choices []contract.Choice) selectField {
		f := selectField{Name: name, Label: label, Options: []option{{Text: "any", Chosen: now == ""}}}
		known := now == ""
		for _, c := range choices {
			f.Options = append(f.Options, option{c.Value, c.Value + " (" + number(c.Jobs) + ")", c.Value == now})
			known = known || c.Value == now
		}
		if !known {
			f.Options = append(f.Options, option{now, now + " (0)", true})
		}
		return f
	}
	managed := selectField{Name: "managed_by", Label: "Managed by", Options: []option{
		{"", "any", q.ManagedBy == ""},
		{string(messages.ManagedByFile), "the job file", q.ManagedBy == messages.ManagedByFile},
		{string(messages.ManagedByAPI), "the API", q.ManagedBy == messages.ManagedByAPI},
	}}
	sort := selectField{Name: "sort", Label: "Sorted by"}
	for _, by := range contract.JobSorts {
		sort.Options = append(sort.Options, option{string(by), sortWords[by], by == q.by()})
	}
	return []selectField{
		from("actor", "Actor", q.Actor, p.Actors), from("session", "Session", q.Session, p.Sessions),
		from("tag", "Tag", q.Tag, p.Tags), managed, sort,
	}
}

var sortWords = map[contract.JobSort]string{
	contract.SortName: "name", contract.SortState: "state", contract.SortNext: "next slot", contract.SortLast: "last finished",
	contract.SortFailing: "failing since",
}

func (q jobsQuery) checks() []checkField {
	return []checkField{
		{"failing", "failing", q.Failing}, {"held", "with a held run", q.Held}, {"disabled", "disabled in the file", q.Disabled},
	}
}

// tabs are links to the jobs in each state, of those that match otherwise.
func (q jobsQuery) tabs(p contract.JobsPage) []tab {
	all := 0
	for _, n := range p.States {
		all += n
	}
	tabs := []tab{{q.with("state", ""), "All", number(all), q.State == ""}}
	for _, s := range contract.StatesByUrgency {
		tabs = append(tabs, tab{q.with("state", string(s)), words.State(s), number(p.States[s]), q.State == s})
	}
	return tabs
}

// heads are the heads of the columns behind that of the boxes.
func (q jobsQuery) heads() []head {
	sortable := func(text string, by contract.JobSort) head {
		h := head{Text: text, Link: q.sorted(by)}
		if by == q.by() {
			h.Sorted = "ascending"
			if q.Reverse != (by == contract.SortLast) { // the newest first is down
				h.Sorted = "descending"
			}
		}
		return h
	}
	return []head{
		sortable("Job", contract.SortName), sortable("State", contract.SortState),
		{Text: "Newest runs"},
		sortable("Last run", contract.SortLast), sortable("Next slot", contract.SortNext),
		{Text: "Runs as"},
	}
}

func (q jobsQuery) pager(p contract.JobsPage) (out jobsPager) {
	if p.Previous != "" {
		out.First = q.link(func(url.Values) {})
		out.Previous = q.link(func(v url.Values) { v.Set("before", p.Previous) })
	}
	if p.Next != "" {
		out.Next = q.link(func(v url.Values) { v.Set("after", p.Next) })
	}
	return out
}
