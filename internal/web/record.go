package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"

	"curfew/internal/contract"
	"curfew/messages"
)

// recordModel is what the page of a record shows.
type recordModel struct {
	Seq       uint64
	Previous  string // empty: it is the first
	Next      string
	Row       recordRow
	Before    []recordRow // what led to the fact, the oldest first
	Cut       bool
	Fact      recordRow
	Decisions []decisionRow
	More      bool
	JSON      string
	ID        string
	Policy    int
}

// decisionRow is a decision, with the fact that answers it.
type decisionRow struct {
	recordRow
	Answer *recordRow
}

func askRecord(v *visit) (answer, error) {
	seq, err := seqIn(v.name("seq"))
	if err != nil {
		return answer{}, contract.NotFound("%v", err)
	}
	c, err := v.Views.Chain(v.ctx, seq)
	if err != nil {
		return answer{}, err
	}
	m := recordModel{
		Seq: seq, Next: recordPath(seq + 1), Row: v.recordRow(c.Record), Cut: c.Cut, Fact: v.recordRow(c.Fact), More: c.More,
		ID: c.Record.ID, Policy: c.Record.PolicyVersion,
	}
	if seq > 1 {
		m.Previous = recordPath(seq - 1)
	}
	for _, r := range c.Before {
		m.Before = append(m.Before, v.recordRow(r))
	}
	m.Fact.Marked = m.Fact.Seq == seq
	for _, r := range c.Decisions {
		row := decisionRow{recordRow: v.recordRow(r)}
		row.Marked = r.Seq == seq
		if a, ok := c.Answers[r.Seq]; ok {
			then := v.recordRow(a)
			row.Answer = &then
		}
		m.Decisions = append(m.Decisions, row)
	}
	if m.JSON, err = indented(c.Record); err != nil {
		return answer{}, err
	}
	return answer{title: fmt.Sprintf("Record %d", seq), model: m}, nil
}

func recordPath(seq uint64) string { return "/bus/" + strconv.FormatUint(seq, 10) }

// indented is a record as JSON for people.
func indented(r messages.Record) (string, error) {
	raw, err := json.Marshal(r)
	if err != nil {
		return "", err
	}
	var out bytes.Buffer
	err = json.Indent(&out, raw, "", "  ")
	return out.String(), err
}
