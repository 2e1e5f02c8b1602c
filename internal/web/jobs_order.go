package web

import (
	"net/url"
	"slices"
	"strings"

	"curfew/internal/contract"
)

// Which jobs an order of the page is about.
const (
	scopeSelected = "selected" // those whose boxes are checked
	scopePage     = "page"     // those that the page shows
	scopeAll      = "all"      // those that the filter selects
)

// orderModel is a page about an order to several jobs: what it will do, or what it has done.
type orderModel struct {
	Do, Button string // empty: nothing would change
	Danger     bool
	Text       string
	Refused    bool // the order could not be carried out for all
	Groups     []jobGroup
	Jobs       string // of the order, by name
	Back       string
}

// jobGroup is jobs of which there is the same to say.
type jobGroup struct {
	Heading string
	Lines   []jobLine
}

// effects are jobs by what an order does to them.
type effects map[effect][]jobLine

// groups are the effects under their headings, without those of no job.
func (e effects) groups(headings map[effect]string) (out []jobGroup) {
	for _, one := range []effect{cannot, changes, already} {
		if lines := e[one]; len(lines) > 0 && headings[one] != "" {
			out = append(out, jobGroup{headings[one], lines})
		}
	}
	return out
}

// jobLine is a job, and what an order does to it or has done.
type jobLine struct {
	Name, Link string
	State      badge
	Text       string
}

var (
	confirmPage = page{path: "/jobs", view: "jobs_confirm", place: "/jobs"}
	donePage    = page{path: "/jobs", view: "jobs_done", place: "/jobs"}
)

// orderJobs gives an order to jobs. One job is ordered at once; for several, a page says before what will happen.
func orderJobs(v *visit) (outcome, error) {
	do, names, err := v.jobsOrdered()
	if err != nil {
		return outcome{}, err
	}
	back := v.back("/jobs")
	switch {
	case do == "":
		return outcome{to: back}, nil
	case names != nil && len(names) == 0:
		return outcome{to: back, said: say("jobs-none")}, nil
	case len(names) == 1 || v.field("confirmed") != "":
		return v.carryOut(do, names, back)
	}
	var all []contract.JobBrief
	if names == nil {
		all, err = v.filtered()
	} else {
		all, err = v.Views.JobsNamed(v.ctx, names)
	}
	if err != nil {
		return outcome{}, err
	}
	if len(all) == 0 {
		return outcome{to: back, said: say("jobs-none")}, nil
	}
	return outcome{page: &confirmPage, answer: confirm(do, all, back)}, nil
}

// jobsOrdered is the order of a form and its jobs; nil: those that the filter selects.
func (v *visit) jobsOrdered() (do contract.JobAction, names []string, err error) {
	if one := v.field("one"); one != "" {
		order, name, _ := strings.Cut(one, " ")
		return v.known(order, []string{name})
	}
	order := v.field("do")
	if order == "" {
		return "", nil, nil
	}
	switch scope := v.field("scope"); {
	case v.field("confirmed") != "":
		return v.known(order, append([]string{}, strings.Fields(v.field("jobs"))...))
	case scope == scopePage:
		return v.known(order, append([]string{}, v.r.PostForm["page"]...))
	case scope == scopeAll:
		return v.known(order, nil)
	case scope == scopeSelected, scope == "":
		return v.known(order, append([]string{}, v.r.PostForm["job"]...))
	default:
		return "", nil, notValid("scope", scope, []string{scopeSelected, scopePage, scopeAll})
	}
}

func (v *visit) known(order string, names []string) (contract.JobAction, []string, error) {
	do := contract.JobAction(order)
	switch {
	case !slices.Contains(contract.JobActions, do):
		return "", nil, notValid("order", order, contract.JobActions)
	case len(names) > contract.MaxJobsOrder:
		return "", nil, contract.Refused("the order is about %d jobs, and at most %d are allowed", len(names), contract.MaxJobsOrder)
	}
	return do, names, nil
}

// filtered are the jobs that the filter of the page selects.
func (v *visit) filtered() ([]contract.JobBrief, error) {
	values, err := url.ParseQuery(v.field("filter"))
	if err != nil {
		return nil, contract.Malformed("the filter cannot be read; go back, and send the form again")
	}
	var q jobsQuery
	if err := q.readFilter(values); err != nil {
		return nil, err
	}
	return v.Views.JobsSelected(v.ctx, q.JobFilter)
}

// confirm is the page that says what an order will do.
func confirm(do contract.JobAction, all []contract.JobBrief, back string) answer {
	d := deeds[do]
	m := orderModel{Do: string(do), Back: back, Danger: do == contract.ActionCancel}
	var names []string
	by := effects{}
	for _, j := range all {
		names = append(names, j.Name)
		effect, text := foresee(do, j)
		by[effect] = append(by[effect], lineOf(j, text))
	}
	m.Jobs = strings.Join(names, " ")
	m.Groups = by.groups(map[effect]string{cannot: "Not possible", changes: "What will happen", already: "Nothing to do"})
	if n := len(by[changes]); n > 0 {
		m.Button = d.Ask + " " + countJobs(n)
	}
	return answer{title: d.Ask + " " + countJobs(len(all)) + "?", model: m}
}

func lineOf(j contract.JobBrief, text string) jobLine {
	line := jobLine{Name: j.Name, Link: jobLink(j.Name), Text: text}
	if j.State != "" {
		line.State = badgeOf(j.State)
	}
	return line
}

// carryOut gives the order, and says what became of it: in one line if there is no more to say, else on a page.
func (v *visit) carryOut(do contract.JobAction, names []string, back string) (outcome, error) {
	all, err := v.Views.OrderJobs(v.ordering(), do, names)
	if err != nil {
		return outcome{}, err
	}
	d := deeds[do]
	by := effects{}
	for _, o := range all {
		effect, text := foresee(do, o.Was)
		switch {
		case o.Refused != "":
			effect, text = cannot, o.Refused
		case effect == cannot: // it has become possible since
			effect, text = changes, ""
		}
		by[effect] = append(by[effect], lineOf(o.Was, text))
	}
	done, same, refused := len(by[changes]), len(by[already]), len(by[cannot])
	switch {
	case refused == 1 && len(all) == 1:
		return outcome{}, contract.Refused("%s was not %s: %s", all[0].Was.Name, d.Done, by[cannot][0].Text)
	case same == 1 && len(all) == 1:
		return outcome{to: back, said: say("job-same", all[0].Was.Name)}, nil
	case done == 1 && len(all) == 1:
		return outcome{to: back, said: say(d.told, all[0].Was.Name)}, nil
	case done == len(all):
		return outcome{to: back, said: say(d.toldAll, number(done))}, nil
	}
	return outcome{page: &donePage, answer: answer{
		title: number(done) + " of " + countJobs(len(all)) + " " + d.Done,
		model: orderModel{
			Text: d.sum(done, same, refused), Refused: refused > 0, Back: back,
			Groups: by.groups(map[effect]string{cannot: "Could not be done", already: "Nothing was to be done"}),
		},
	}}, nil
}
