package web

import (
	"strconv"

	"curfew/internal/contract"
	"curfew/internal/explain"
	"curfew/internal/words"
	"curfew/messages"
)

// busPage is how many records a page of the bus has.
const busPage = 100

// theBus is the pages of the journal's records.
func theBus() section {
	return section{
		pages: []page{
			{path: "/bus", view: "bus", place: "/bus", ask: askBus},
			{path: "/bus/{seq}", view: "record", place: "/bus", ask: askRecord},
		},
		files: []file{{path: "/bus/export", serve: exportSpan}},
	}
}

// busModel is what the page of the bus shows.
type busModel struct {
	Query   contract.EventQuery
	Types   []typeChoice
	Rows    []recordRow
	Newest  uint64 // the newest record that the page knows of
	Rest    string // for the script: the address of this page for what is newer; empty: older records are shown
	Older   string // the address of what is older; empty: nothing is
	Newer   string // the address of the newest; empty: they are shown
	Between string // the address of records between these and those that a script has; empty: there are none
	First   uint64
}

// typeChoice is a topic with its messages.
type typeChoice struct {
	Topic  string
	Chosen bool
	Names  []nameChoice
}

// nameChoice is a message that can be chosen.
type nameChoice struct {
	Name   string
	Chosen bool
}

// recordRow is a record in a line.
type recordRow struct {
	Seq    uint64
	At     moment
	Kind   messages.Kind
	Name   string
	About  string // the job or the session
	Link   string // of the job; empty: it is about none
	Text   string
	Cause  uint64 // the seq that it follows from; 0: none
	Marked bool   // it is the record that the page is about
}

func askBus(v *visit) (answer, error) {
	q := contract.RecordQuery{Limit: busPage}
	for name, into := range map[string]*string{"type": &q.Type, "job": &q.Job, "session": &q.Session} {
		text, err := v.filter(name)
		if err != nil {
			return answer{}, err
		}
		*into = text
	}
	for name, into := range map[string]*uint64{"before": &q.Before, "since": &q.After} {
		text, err := v.filter(name)
		if err == nil && text != "" {
			*into, err = seqIn(text)
		}
		if err != nil {
			return answer{}, err
		}
	}
	got, err := v.Views.Records(v.ctx, q)
	if err != nil {
		return answer{}, err
	}
	m := busModel{Query: q.EventQuery, Types: typeChoices(q.Type), Newest: got.Last, First: got.First}
	for _, r := range got.Items {
		m.Rows = append(m.Rows, v.recordRow(r))
	}
	if q.Before > 0 {
		m.Newer = v.at("before", "")
	} else {
		m.Rest = v.at("since", "")
	}
	switch older := strconv.FormatUint(got.Older, 10); {
	case got.Older == 0:
	case q.After > 0:
		m.Between = v.at("before", older)
	default:
		m.Older = v.at("before", older)
	}
	return answer{title: "Bus", model: m}, nil
}

// at is the address of this page at another place.
func (v *visit) at(name, value string) string {
	q := v.r.URL.Query()
	q.Del("before")
	q.Del("since")
	for member := range q {
		if q.Get(member) == "" {
			q.Del(member)
		}
	}
	if value != "" {
		q.Set(name, value)
	}
	return pathWith("/bus", q)
}

func seqIn(text string) (uint64, error) {
	seq, err := strconv.ParseUint(text, 10, 64)
	if err != nil || seq == 0 {
		return 0, contract.Malformed("%q is not the number of a record", contract.Cut(text))
	}
	return seq, nil
}

func (v *visit) recordRow(r messages.Record) recordRow {
	row := recordRow{
		Seq: r.Seq, At: v.exactly(r.At), Kind: messages.KindOf(r.Body), Name: r.Body.Name(), About: r.Body.Key(), Cause: r.Cause,
		Text: words.Happened(r.Body, v.clock.zone("")),
	}
	if row.About != "" && r.Body.Topic() != messages.TopicSession && messages.Concerns(r.Body, row.About) {
		row.Link = "/jobs/" + row.About
	}
	return row
}

// linkRow is a record of an explanation, with the fact that it follows from.
func (v *visit) linkRow(l explain.Link, zone string) recordRow {
	row := recordRow{Seq: l.Seq, At: v.moment(l.At, zone), Kind: l.Kind, Name: l.Name, Text: l.Text}
	row.At.Text = words.Exact(l.At.Time(), v.clock.zone(zone))
	if l.Cause != nil {
		row.Cause = *l.Cause
	}
	return row
}

// exactly is a moment to the second.
func (v *visit) exactly(at messages.Instant) moment {
	m := v.moment(at, "")
	m.Text = words.Exact(at.Time(), v.clock.zone(""))
	return m
}

// typeChoices are all messages by their topics.
func typeChoices(chosen string) (all []typeChoice) {
	index := make(map[string]int)
	for _, b := range messages.All() {
		topic := string(b.Topic())
		if _, ok := index[topic]; !ok {
			index[topic] = len(all)
			all = append(all, typeChoice{Topic: topic, Chosen: topic == chosen})
		}
		t := &all[index[topic]]
		t.Names = append(t.Names, nameChoice{b.Name(), b.Name() == chosen})
	}
	return all
}
