package web

import (
	"fmt"
	"slices"
	"strings"

	"curfew/internal/contract"
	"curfew/messages"
	"curfew/messages/screen"
)

// tree is the page of the supervision tree.
func tree() section {
	return section{pages: []page{{path: "/tree", view: "tree", place: "/tree", ask: askTree}}}
}

// treeModel is what the page shows.
type treeModel struct {
	Node       nodePart
	Job        string   // the job that is looked for; empty: none
	States     []choice // of job actors
	Kinds      []kindPart
	Open       *supervisorPart // whose job actors are shown; nil: none are
	Lanes      []laneRow
	Abandoned  []abandonedRow
	MoreLeft   int // abandoned attempts beyond those that are listed
	Parked     []parkedRow
	MoreParked int
	Readers    []readerRow
}

// nodePart is the daemon.
type nodePart struct {
	PID      int
	Version  string
	Since    moment
	Stopping bool
}

// kindPart is the supervisors of an actor type.
type kindPart struct {
	Name        string
	Supervisors []supervisorPart
}

// supervisorPart is a supervisor.
type supervisorPart struct {
	Name     string
	Path     string // of this page with its job actors; or without them, if they are shown
	Open     bool
	Busy     bool // it has not answered in time
	Children string
	States   []stateCount
	Restarts string
	Fenced   int
	Locked   string // sessions, with commas between
	Actors   []actorRow
	Pager    pager
}

// stateCount is how many job actors are in a state.
type stateCount struct {
	State badge
	Count string
}

// actorRow is a job actor.
type actorRow struct {
	Name, Job   string
	State       badge
	Run         string // of the attempt in flight, or the last one; empty: none
	Attempt     string
	Since       moment
	Incarnation string
	Restarts    string
	Fenced      bool
	Waits       *waitsPart
}

// waitsPart is a run that waits.
type waitsPart struct {
	Run    string
	Status badge
	Holds  string
	Since  moment
	Due    moment
}

type laneRow struct {
	Actor         string
	Used, Limit   int
	Full          bool
	Waiting, Held string
	UsedText      string
}

type abandonedRow struct {
	Job, Run string
	Attempt  int
	Since    moment
}

type parkedRow struct {
	Subscriber, Topic, Name string
	Seq                     uint64
	Deliveries              int
	At                      moment
}

type readerRow struct {
	Name   string
	Behind string
	State  badge
}

func askTree(v *visit) (answer, error) {
	q, err := v.treeQuery()
	if err != nil {
		return answer{}, err
	}
	t, err := v.Views.Tree(v.ctx, q)
	if err != nil {
		return answer{}, err
	}
	return answer{title: "Supervision tree", model: v.treeModel(q, t)}, nil
}

// treeQuery reads which job actors are to be listed.
func (v *visit) treeQuery() (q contract.TreeQuery, err error) {
	if q.Page, err = v.list(contract.DefaultLimit); err != nil {
		return q, err
	}
	if q.Supervisor, err = v.filter("supervisor"); err != nil {
		return q, err
	}
	if q.Job, err = v.filter("job"); err != nil {
		return q, err
	}
	word, err := v.filter("state")
	if q.State = contract.ActorState(word); err == nil && word != "" && !slices.Contains(contract.ActorStates, q.State) {
		return q, contract.Malformed("%q is not a state of a job actor; choose one of the list", contract.Cut(word))
	}
	return q, err
}

func (v *visit) treeModel(q contract.TreeQuery, t contract.Tree) treeModel {
	m := treeModel{
		Node: nodePart{PID: t.PID, Version: t.Version, Since: v.moment(t.Since, ""), Stopping: t.Stopping}, Job: q.Job,
		MoreLeft: t.Counts.Abandoned - len(t.Abandoned), MoreParked: t.Counts.Parked - len(t.Parked),
	}
	for _, s := range contract.ActorStates {
		m.States = append(m.States, choice{Value: string(s), Text: string(s), Chosen: s == q.State})
	}
	for _, s := range t.Supervisors {
		if n := len(m.Kinds); n == 0 || m.Kinds[n-1].Name != s.Actor {
			m.Kinds = append(m.Kinds, kindPart{Name: s.Actor})
		}
		kind := &m.Kinds[len(m.Kinds)-1]
		part := v.supervisor(s, t)
		kind.Supervisors = append(kind.Supervisors, part)
		if part.Open {
			m.Open = &part
		}
	}
	for _, l := range t.Lanes {
		m.Lanes = append(m.Lanes, laneRow{
			Actor: l.Actor, Used: l.Used, Limit: l.Limit, Full: l.Used >= l.Limit, Waiting: number(l.Waiting), Held: number(l.Held),
		})
	}
	for _, a := range t.Abandoned {
		m.Abandoned = append(m.Abandoned, abandonedRow{a.Job, string(a.Run), a.Attempt, v.moment(a.Since, "")})
	}
	for _, p := range t.Parked {
		m.Parked = append(m.Parked, parkedRow{screen.Line(p.Subscriber), screen.Line(string(p.Topic)), p.Name, p.Seq, p.Deliveries, v.moment(p.At, "")})
	}
	for _, r := range t.Readers {
		state := badge{"up to date", "good", "check"}
		if r.Behind > 0 {
			state = badge{"behind", "care", "clock"}
		}
		m.Readers = append(m.Readers, readerRow{r.Name, number(int(min(r.Behind, 1<<62))), state})
	}
	return m
}

// supervisor is a supervisor, with its job actors if it is the one that is opened.
func (v *visit) supervisor(s contract.Supervisor, t contract.Tree) supervisorPart {
	p := supervisorPart{
		Name: s.Name, Busy: !s.Answered, Restarts: number(s.Restarts), Fenced: s.Fenced, Locked: strings.Join(s.Locked, ", "),
		Open: s.Name == t.Listed,
	}
	all := 0
	for _, state := range contract.ActorStates {
		if n := s.Actors[state]; n > 0 {
			all += n
			p.States = append(p.States, stateCount{badgeOf(state), number(n)})
		}
	}
	p.Children = number(all)
	if !p.Open {
		p.Path = v.opening(s.Name)
		return p
	}
	p.Path, p.Pager = v.opening(""), v.pager(t.Next)
	for _, a := range t.Actors {
		p.Actors = append(p.Actors, v.actor(a))
	}
	return p
}

func (v *visit) actor(a contract.JobActor) actorRow {
	row := actorRow{
		Name: a.Name, Job: a.Job, State: badgeOf(a.State), Run: string(a.Run), Since: v.moment(a.Since, ""),
		Incarnation: fmt.Sprint(a.Incarnation), Restarts: number(a.Restarts), Fenced: a.Fenced,
	}
	if a.Attempt > 0 {
		row.Attempt = number(a.Attempt)
	}
	if w := a.Waits; w != nil {
		holds := make([]string, len(w.Holds))
		for i, h := range w.Holds {
			holds[i] = string(h)
			if h == messages.HoldSession && w.Session != "" {
				holds[i] = "session " + w.Session
			}
		}
		row.Waits = &waitsPart{
			Run: string(w.Run), Status: badgeOf(w.Status), Holds: strings.Join(holds, ", "), Since: v.moment(w.Since, ""),
			Due: v.moment(w.Due, ""),
		}
	}
	return row
}

// opening is this page with the job actors of a supervisor; empty: with none.
func (v *visit) opening(supervisor string) string {
	q := v.r.URL.Query()
	q.Del("after")
	q.Del("job")
	q.Del("supervisor")
	if supervisor == "" {
		return pathWith(v.r.URL.Path, q)
	}
	q.Set("supervisor", supervisor)
	return pathWith(v.r.URL.Path, q) + "#job-actors"
}
