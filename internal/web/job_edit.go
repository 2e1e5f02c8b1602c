package web

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"curfew/internal/contract"
	"curfew/messages"
	"curfew/messages/text"
)

// newJobText is what the form for a new job begins with.
const newJobText = `actor: shell
schedule: "0 7 * * *"
with:
  command: echo hello
`

// editModel is what the form for the text of a job shows.
type editModel struct {
	New      bool // the job is to be made
	Action   string
	Name     string
	NameBad  string // why the name is not valid; empty: it is
	Text     string
	Version  string // of the job when the form was opened; empty: there was none
	Problems []textProblem
	Refused  string // why nothing was changed, where no place says it
	Theirs   *theirText
	Would    *editPreview
}

// textProblem is what is wrong at a place of the text.
type textProblem struct {
	Place string // line:column; empty: it is about the whole
	Text  string
	Line  string // the line of the text; empty: it is not shown
	Caret string // blanks up to the column
}

// theirText is what somebody else has made of the job while the form was open.
type theirText struct {
	Text string
	Gone bool // it was removed
}

// editPreview is what saving the text would do.
type editPreview struct {
	Nothing  bool
	Made     bool
	Words    string // its schedule
	Diff     []jobDifference
	Warnings []jobDoubt
	Slots    jobSlots
}

func askEdit(v *visit) (answer, error) {
	name := v.name("name")
	text, version, err := v.Views.JobText(v.ctx, name)
	if err != nil {
		return answer{}, err
	}
	return v.editing(editModel{Name: name, Text: text, Version: version})
}

// editing is the page of the form.
func (v *visit) editing(m editModel) (answer, error) {
	title := "Edit job " + m.Name
	if m.Action = "/jobs/" + m.Name + "/edit"; m.New {
		title, m.Action = "New job", "/jobs/new"
	}
	a := answer{title: title, model: m, view: "job_edit"}
	switch {
	case m.Theirs != nil:
		a.status = http.StatusConflict
	case len(m.Problems) > 0 || m.Refused != "" || m.NameBad != "":
		a.status = http.StatusUnprocessableEntity
	}
	return a, nil
}

// editPage is the page of a form that is shown again.
var editPage = page{path: "/jobs/{name}/edit", view: "job_edit", place: "/jobs"}

// orderEdit looks at a text, and saves it if that is the order and nothing is wrong with it. Whatever happens, what was
// typed is there again.
func orderEdit(v *visit) (outcome, error) {
	m := editModel{Name: v.name("name"), Text: v.field("text"), Version: v.field("version")}
	if m.Name == "" {
		m.New, m.Name = true, strings.TrimSpace(v.field("name"))
	}
	m.Text = strings.ReplaceAll(m.Text, "\r\n", "\n") // as browsers send it
	if !messages.IsName(m.Name) || m.New && m.Name == newJob {
		m.NameBad = "a name has 1 to " + strconv.Itoa(messages.MaxName) + " letters a to z, digits, _ and -, and begins with a letter or a digit"
		if m.Name == newJob {
			m.NameBad = `"new" is the path of this form; take another name`
		}
		return v.editAgain(m)
	}
	ctx := v.ordering()
	if m.Version == "" {
		ctx = contract.OnlyIfNew(ctx)
	}
	text, err := json.Marshal(m.Text)
	if err != nil {
		return outcome{}, err
	}
	if v.field("do") != "save" {
		would, err := v.Views.PreviewJob(ctx, m.Name, text)
		if err != nil {
			return v.editRefused(m, err)
		}
		m.Would = v.previewOf(would)
		return v.editAgain(m)
	}
	set, err := v.Backend.SetJob(ctx, m.Name, contract.SetJob{Text: text})
	if err != nil {
		return v.editRefused(m, err)
	}
	code := "job-as-before"
	switch {
	case set.Created:
		code = "job-made"
	case set.Changed:
		code = "job-changed"
	}
	return outcome{to: "/jobs/" + m.Name, said: say(code, m.Name)}, nil
}

// editAgain shows the form again.
func (v *visit) editAgain(m editModel) (outcome, error) {
	a, err := v.editing(m)
	return outcome{page: &editPage, answer: a}, err
}

// editRefused shows the form again with what is wrong.
func (v *visit) editRefused(m editModel, err error) (outcome, error) {
	switch {
	case isKind(err, contract.KindChanged) && m.New:
		m.NameBad = "there is a job of that name already; edit it, or take another name"
	case isKind(err, contract.KindChanged):
		theirs, version, now := v.Views.JobText(v.ctx, m.Name)
		if now != nil && !isKind(now, contract.KindNotFound) {
			return outcome{}, err
		}
		m.Theirs, m.Version = &theirText{Text: theirs, Gone: now != nil}, version
	case isKind(err, contract.KindRefused) || isKind(err, contract.KindMalformed) || isKind(err, contract.KindConflict):
		if m.Problems = problemsIn(m.Text, err); len(m.Problems) == 0 {
			m.Refused = err.Error()
		}
	default:
		return outcome{}, err
	}
	return v.editAgain(m)
}

// placeForm is the place in a message about a job's text, such as "job digest:2:11: ".
var placeForm = text.Pattern(`^job [a-z0-9_-]+:(\d{1,6}):(\d{1,6}): `)

// problemsIn are the places of a text that a refusal names.
func problemsIn(text string, err error) (all []textProblem) {
	refused, ok := errors.AsType[*contract.Error](err)
	if !ok {
		return nil
	}
	lines := strings.Split(text, "\n")
	for _, f := range refused.Faults {
		p := textProblem{Text: f.Message}
		if at := placeForm().FindStringSubmatch(f.Message); at != nil {
			p.Text, p.Place = strings.TrimPrefix(f.Message, at[0]), at[1]+":"+at[2]
			line, _ := strconv.Atoi(at[1]) // digits, as the form has it
			col, _ := strconv.Atoi(at[2])
			if line <= len(lines) {
				p.Line, p.Caret = excerpt(lines[line-1], col)
			}
		}
		all = append(all, p)
	}
	return all
}

// maxExcerpt bounds the line of a text that is shown at a problem, in characters.
const maxExcerpt = 200

// excerpt is a line, and the blanks up to a column of it. A TAB stays one, so that the caret stands where it has to.
func excerpt(line string, col int) (text, blanks string) {
	rs := []rune(line)
	if len(rs) > maxExcerpt {
		rs = rs[:maxExcerpt]
	}
	if col < 1 || col > len(rs)+1 {
		return string(rs), ""
	}
	before := make([]rune, col-1)
	for i := range before {
		if before[i] = ' '; rs[i] == '\t' {
			before[i] = '\t'
		}
	}
	return string(rs), string(before)
}

// previewOf shows what saving would do.
func (v *visit) previewOf(would contract.JobPreview) *editPreview {
	p := &editPreview{
		Nothing: len(would.Diff) == 0, Made: would.Created, Diff: differencesOf(would.Diff), Slots: slotsOf(v, would.Job, would.Next), Words: would.Words,
	}
	if would.Created {
		p.Diff = nil // all of it is new
	}
	for _, w := range would.Warnings {
		p.Warnings = append(p.Warnings, jobDoubt{w.Location, w.Message})
	}
	return p
}
